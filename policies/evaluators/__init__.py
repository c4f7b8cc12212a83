"""Four ways to ask one syntax tree: one contact, numpy columns, a polars frame, and an explanation in words.

They agree on every input; null, absent or ill-typed violates in all of them.
"""
