"""Whether off-policy estimates are as true as they say, on generated logs: `twinpilot eval run ope`.

`worlds.lived` makes a log by Thompson sampling and scores targets on it, `suite.run_ope` is the suite.
"""
