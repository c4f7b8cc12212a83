"""Mutants of evaluators that nothing can tell from the original, each with the reason why; they do not count.

A mutant is named by its evaluator, the function it is in and its change, as `policy test` writes it without the line.
Listed mutants are not asked again each time; the tests ask them, and report an entry that a case tells apart after all.
"""

from __future__ import annotations

from collections.abc import Mapping

_SPEED = "one by one and by columns the explanations are the same, only sooner or later made"
_ENDS = "at the ends of the range the way for columns is taken, which says the same of one value"
_MEMORY = "what is not remembered is made again, and is the same; only memory and time differ"

EQUIVALENT: Mapping[tuple[str, str], str] = {
    ("closure", "closure: `'True'` becomes `'False'`"): "the quick way is never taken, and the careful one says the same",
    ("columns", "_load: `fact.low <= array.item() <= fact.high` becomes `fact.low < array.item() <= fact.high`"): _ENDS,
    ("columns", "_load: `fact.low <= array.item() <= fact.high` becomes `fact.low <= array.item() < fact.high`"): _ENDS,
    ("columns", "_harmless: `np.zeros` becomes `np.ones`"): "either flag is harmless in a row that is null and violates",
    ("frame", "violated: `False` becomes `True`"): "a second lock: what is null is a fact not known, and that violates already",
    ("nearest", "_nearer: `one < other` becomes `one <= other`"): "of two equal numbers it does not matter which is kept",
    ("explainer", "all_kept: `self._in_columns(new) if len(new) >= _FEW else {}` becomes `self._in_columns(new) if not len(new) >= _FEW else {}`"): _SPEED,
    ("explainer", "all_kept: `len(new) >= _FEW` becomes `len(new) > _FEW`"): _SPEED,
    ("explainer", "all_kept: `len(self._made) + len(new) > _KEPT` becomes `not len(self._made) + len(new) > _KEPT`"): _MEMORY,
    ("explainer", "all_kept: `len(self._made) + len(new) > _KEPT` becomes `len(self._made) + len(new) >= _KEPT`"): _MEMORY,
    ("explainer", "all_kept: `len(self._made) + len(new)` becomes `len(self._made) - len(new)`"): _MEMORY,
    ("explainer", "all_kept: `(one := found[key]) is not None` becomes `(one := found[key]) is None`"): _MEMORY,
    ("explainer", "timed: `len(self._instants) >= _KEPT` becomes `not len(self._instants) >= _KEPT`"): _MEMORY,
    ("explainer", "timed: `len(self._instants) >= _KEPT` becomes `len(self._instants) > _KEPT`"): _MEMORY,
}  # fmt: skip
