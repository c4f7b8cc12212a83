"""Typed kinds: common rules written as a name and parameters, which expand to the same text as any other rule.

Public: `expand.expand`, `catalogue.KINDS`.
"""
