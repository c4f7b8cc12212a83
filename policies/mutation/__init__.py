"""Would anybody notice if a rule or an evaluator were wrong? Breaks each in small ways and counts what the cases tell apart.

Public: `rules.score_rules`, `evaluators.score_evaluators`, `score.Score`.
"""
