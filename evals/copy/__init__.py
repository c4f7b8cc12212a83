"""Labelled copy: made-up texts with planted violations and clean ones; `texts.PARTS` says which the rules were made with.

Import from the modules: `texts.labelled`, `score.scores`.
"""
