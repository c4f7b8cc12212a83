"""The smallest change of the facts that makes a violated rule hold: next number, other answer, nearest word.

Every repair given has been tried: the rule holds with it. With one fact to change, the number proposed is the nearest
that passes; where several facts have to change, the fewest found are given, those named first in the text before others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

import numpy as np

from policies.evaluators.closure import closure
from policies.evaluators.columns import Column
from policies.evaluators.nearest import Nearest, around, clipped
from policies.evaluators.validity import is_valid, plain
from policies.facts import Fact, Value
from policies.language.syntax import Constant, Node, walk

MOST_CHANGES = 4
_MOST_TRIALS = 300
"""A bound on the search for several changes, far above what a rule of the packs needs; beyond it no repair is offered."""
_WIDTH = 20
"""How far from the number seen the search looks when several numbers have to move together."""
_Facts: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact to change: the value seen (None when it is not known) and the nearest that passes.

    `to` is None when the fact only has to become known, because no value can be proposed for it.
    """

    fact: str
    seen: Value | None
    to: Value | None


class Repairer:
    """Finds repairs of one bound tree; made once per rule, since it takes the tree apart."""

    def __init__(self, tree: Node) -> None:
        self._violated = closure([tree])
        self._nearest = Nearest(tree)
        self._facts = self._nearest.facts
        written = (node.value for node in walk(tree) if isinstance(node, Constant))
        self._words = tuple(word for word in written if isinstance(word, str))

    def many(self, table: Mapping[str, Column], rows: Sequence[_Facts]) -> list[tuple[Change, ...]]:
        """What `repair` gives for every row; the rows' facts are all known and violate the rule, `table` has them as
        columns of their kinds."""
        tried = self._nearest.changes(table, rows)
        return [
            self.repair(row) if one is None else (Change(one[0], row[one[0]], one[1]),)
            for row, one in zip(rows, tried, strict=True)
        ]

    def repair(self, facts: Mapping[str, object]) -> tuple[Change, ...]:
        """The fewest changes after which the rule holds; empty when it holds already, or when none was found.

        Facts that are not known come first and alone: nothing can be said before they are.
        """
        given = {name: plain(facts.get(name)) for name in self._facts}
        unknown = [name for name, fact in self._facts.items() if not is_valid(fact, given[name])]
        if unknown:
            return tuple(Change(name, None, None) for name in unknown)
        known: dict[str, Value] = {
            name: seen for name, seen in given.items() if isinstance(seen, bool | int | float | str)
        }
        if not self._violated(known):
            return ()
        for wide in (False, True):
            trials = iter(range(_MOST_TRIALS))
            for many in range(1, min(MOST_CHANGES, len(self._facts)) + 1):
                found = self._search(known, tuple(self._facts), many, trials, wide and many > 1)
                if found is not None:
                    return tuple(Change(name, known[name], to) for name, to in found.items())
        return ()

    def _search(
        self, facts: dict[str, Value], names: tuple[str, ...], many: int, trials: Iterator[int], wide: bool
    ) -> dict[str, Value] | None:
        for name in names:
            for candidate in self._candidates(name, facts, wide):
                changed = {**facts, name: candidate}
                if many == 1:
                    if not self._violated(changed):
                        return {name: candidate}
                    continue
                if next(trials, None) is None:
                    return None
                others = tuple(other for other in names if other != name)
                rest = self._search(changed, others, many - 1, trials, False)
                if rest is not None:
                    return {name: candidate, **rest}
        return None

    def _candidates(self, name: str, facts: _Facts, wide: bool) -> list[Value]:
        """Values of a fact at which some part of the rule may turn, the nearest first, without the one seen.

        `wide` adds the whole numbers around the one seen: where numbers have to move together, no part turns at first.
        """
        fact, seen = self._facts[name], facts[name]
        if isinstance(seen, bool):
            return [not seen]
        if isinstance(seen, str):
            words = fact.values or tuple(dict.fromkeys([*self._words, *self._texts_of_others(name, facts)]))
            near = sorted((w for w in words if w != seen), key=lambda w: -SequenceMatcher(None, seen, w).ratio())
            return [*near] if fact.values else [*near, seen + "x"]
        at: int | float = seen
        found = set(self._turning(fact, facts))
        if wide and fact.kind == "int":
            found |= {at + step for step in range(_WIDTH)} | {at - step for step in range(_WIDTH)}
        inside = [number for number in found - {at} if is_valid(fact, number)]
        nearest = sorted(inside, key=lambda number: (abs(number - at), number))
        return [*nearest]

    def _texts_of_others(self, name: str, facts: _Facts) -> Iterator[str]:
        for other, seen in facts.items():
            if other != name and isinstance(seen, str):
                yield seen

    def _turning(self, fact: Fact, facts: _Facts) -> Iterator[int | float]:
        for turn in self._nearest.turns[fact.name]:
            at = turn(facts)
            if at is None:
                continue
            at = clipped(fact, at)
            yield from (at - 1, at, at + 1) if fact.kind == "int" else (float(one) for one in around(np.float64(at)))
        for item in self._nearest.listed[fact.name]:
            yield from (item - 1, item, item + 1)
