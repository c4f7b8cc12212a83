"""The suite `budget`: planted response curves, twelve weeks of weekly money, against an oracle and simpler rules.

Public: `suite.run_budget`.
"""
