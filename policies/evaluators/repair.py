"""The smallest change of the facts that makes a violated rule hold: next number, other answer, nearest word.

Every repair given has been tried: the rule holds with it. With one fact to change, the number proposed is the nearest
that passes; where several facts have to change, the fewest found are given, those named first in the text before others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from policies.evaluators.closure import closure
from policies.evaluators.crossing import crossing
from policies.evaluators.validity import is_valid, plain
from policies.facts import Fact, Value
from policies.language.syntax import Binary, Constant, Listing, Node, Read, walk

MOST_CHANGES = 4
_MOST_TRIALS = 2_000
"""A bound on the search, far above what a rule of the packs needs; beyond it no repair is offered."""
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
        parts = list(walk(tree))
        self._facts: dict[str, Fact] = {node.fact.name: node.fact for node in parts if isinstance(node, Read)}
        self._turns = {
            name: [turn for node in parts if (turn := crossing(node, fact)) is not None]
            for name, fact in self._facts.items()
            if fact.kind in ("int", "float")
        }
        self._listings = tuple(node for node in parts if isinstance(node, Binary) and node.op == "in")
        self._words = tuple(node.value for node in parts if isinstance(node, Constant) and isinstance(node.value, str))

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
        for any_order, wide in ((False, False), (True, False), (True, True)):
            trials = _Trials(any_order, wide)
            for many in range(1, min(MOST_CHANGES, len(self._facts)) + 1):
                found = self._search(known, tuple(self._facts), many, trials)
                if found is not None:
                    return tuple(Change(name, known[name], to) for name, to in found.items())
        return ()

    def _search(
        self, facts: dict[str, Value], names: tuple[str, ...], many: int, trials: _Trials
    ) -> dict[str, Value] | None:
        for place, name in enumerate(names):
            for candidate in self._candidates(name, facts, trials.wide and many > 1):
                if trials.spent():
                    return None
                changed = {**facts, name: candidate}
                if many == 1:
                    if not self._violated(changed):
                        return {name: candidate}
                    continue
                others = names[:place] + names[place + 1 :] if trials.any_order else names[place + 1 :]
                rest = self._search(changed, others, many - 1, trials)
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
        found = {number for number in self._turning(fact, facts) if fact.low <= number <= fact.high and number != at}
        if wide and fact.kind == "int":
            around = range(round(at) - _WIDTH, round(at) + _WIDTH + 1)
            found |= {number for number in around if fact.low <= number <= fact.high and number != at}
        nearest = sorted(found, key=lambda number: (abs(number - at), number))
        return [*nearest]

    def _texts_of_others(self, name: str, facts: _Facts) -> Iterator[str]:
        for other, seen in facts.items():
            if other != name and isinstance(seen, str):
                yield seen

    def _turning(self, fact: Fact, facts: _Facts) -> Iterator[int | float]:
        for turn in self._turns[fact.name]:
            at = turn(facts)
            if at is None:
                continue
            if fact.kind == "int":
                below = math.floor(at)
                yield from (below - 1, below, below + 1, below + 2)
            else:
                yield from _around(at)
        for listing in self._listings:
            if isinstance(listing.right, Listing) and isinstance(listing.left, Read) and listing.left.fact == fact:
                for item in listing.right.items:
                    if isinstance(item.value, int):
                        yield from (item.value - 1, item.value, item.value + 1)


@dataclass(slots=True)
class _Trials:
    """Counts how often the search looked, whether a later fact of the text may be changed before an earlier one, and
    whether numbers are tried at which nothing turns yet."""

    any_order: bool
    wide: bool
    made: int = 0

    def spent(self) -> bool:
        self.made += 1
        return self.made > _MOST_TRIALS


def _around(at: float) -> Iterator[float]:
    """The fraction and its three neighbours on either side: the division that found it may be off in its last digits."""
    yield at
    for direction in (-math.inf, math.inf):
        near = at
        for _ in range(3):
            near = math.nextafter(near, direction)
            yield near
