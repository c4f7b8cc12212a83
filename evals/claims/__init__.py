"""Whether claims are as true as they say, in simulated tests whose truth is known: `twinpilot eval run claims`.

`suite.run_claims` is the suite; `columns` makes many tests at once, the other modules judge one kind of claim each.
"""
