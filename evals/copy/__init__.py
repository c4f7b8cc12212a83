"""Labelled copy: 300 made-up texts with planted violations and clean ones, half of them never used to write a rule.

Import from the modules: `texts.labelled`, `score.scores`.
"""
