"""The rule language, a documented subset of CEL: text to tokens to a tree, bound to a scope's facts and typed at load.

Public: `parse.parse`, `bind.bind`, `syntax` (the one tree that every evaluator walks).
"""
