"""How people, shops and markets behave, effect by effect: small pure functions on columns, one file per idea.

Probabilities are fractions, times days unless named otherwise, money micros. Where a function's form is not a plain
definition its source is named; where nobody measured it here it says so, and its parameter is a prior.
"""
