"""What is permitted: rule texts, the checks made of them, and the guard that alone gives leave to send.

Public: `load.load_policies`, `check.check`, `guard.Guard`, `facts.SCOPES`, `errors.NoPermit`.
"""
