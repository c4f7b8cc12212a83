"""What can be proved about rules without a single row: contradictions, rules without effect, and what a change allows.

Needs the extra `verify` (Z3), imported at the first question. Public: `questions.contradiction`, `questions.effects`, `change.compare`.
"""
