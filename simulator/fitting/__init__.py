"""Fitting the twin: from a workspace's events, campaigns and tests to a joint posterior over its behaviour.

`fit` makes one and `stored` keeps it; `particles`, `space` and `sampler` are the machinery, the others the evidence.
"""
