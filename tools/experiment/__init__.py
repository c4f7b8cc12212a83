"""How a plan proves what it did: assignment, power, the design of the control, and the estimate at the end.

Import from the modules: `assignment.assign`, `power`, `design.design_experiment`, `effect.difference`, `srm.sample_ratio_p`.
"""
