"""Simulation-based calibration: whether fits recover planted truths as often as they say.

`suite.run_sbc` is the suite; `organic` and `response` plant and fit, `ranks` judges.
"""
