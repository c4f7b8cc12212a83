"""Fairness suite: planted proxies to be found, worlds without one to be left alone, and intervals that must cover.

`twinpilot eval run fairness` runs it in seconds: `worlds` makes them, `run` measures, `suite` holds the gates.
"""
