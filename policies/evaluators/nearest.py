"""Repairs of many rows at once, where one number or one answer is enough: the first fact of the text, its nearest value.

It gives what `repair.Repairer` gives row by row, and leaves to it every row that needs more than one change or a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from campaigns.contact import BoolArray
from policies.evaluators.columns import Column, columns
from policies.evaluators.crossing import crossing
from policies.facts import Fact, Value
from policies.language.syntax import Binary, Listing, Node, Read, walk

ULPS = 3
"""Fractions tried on either side of a turn: the division that found it may be off in its last digits."""


Number = TypeVar("Number", Column, np.float64)


class Nearest:
    """Repairs of one bound tree; made once per rule, since it takes the tree apart.

    `facts` are those it reads, `turns` and `listed` what each number is compared with: where a comparison turns when it
    moves, and the whole numbers of lists. Ranges of facts must lie within 2**62, so that no difference leaves 64 bits.
    """

    def __init__(self, tree: Node) -> None:
        parts = list(walk(tree))
        self.facts: dict[str, Fact] = {node.fact.name: node.fact for node in parts if isinstance(node, Read)}
        self.turns = {
            name: [turn for node in parts if (turn := crossing(node, fact)) is not None]
            for name, fact in self.facts.items()
        }
        self.listed = {name: _listed(parts, fact) for name, fact in self.facts.items()}
        self._judge = columns([tree])

    def changes(
        self, table: Mapping[str, Column], rows: Sequence[Mapping[str, Value]]
    ) -> list[tuple[str, Value] | None]:
        """The fact to change and its new value for every row; None for a row that one such change does not mend.

        `rows` hold the known facts that all violate the tree, and `table` the same as columns.
        """
        found: list[tuple[str, Value] | None] = [None] * len(rows)
        left = np.arange(len(rows))
        for name, fact in self.facts.items():
            if fact.kind == "str" or not len(left):
                break
            near, passes = self._tried(fact, {key: column[left] for key, column in table.items()}, rows, left)
            for place, to in zip(left[passes].tolist(), near[passes].tolist(), strict=True):
                found[place] = (name, to)
            left = left[~passes]
        return found

    def _tried(
        self, fact: Fact, table: dict[str, Column], rows: Sequence[Mapping[str, Value]], left: Column
    ) -> tuple[Column, BoolArray]:
        """The nearest value of this fact that passes, row by row, and whether there is one."""
        seen = table[fact.name]
        if fact.kind == "bool":
            return ~seen, self._passes(table, fact, ~seen)
        near, passes = seen, np.zeros(len(seen), np.bool_)
        for at in self._candidates(fact, rows, left, seen):
            # A value out of range violates, and so does the one seen, which stands where there is no candidate.
            better = self._passes(table, fact, at) & (~passes | _nearer(at, near, seen))
            near = np.where(better, at, near)
            passes |= better
        return near, passes

    def _passes(self, table: dict[str, Column], fact: Fact, tried: Column) -> BoolArray:
        return np.asarray(self._judge({**table, fact.name: tried}, len(tried)) == 0)

    def _candidates(
        self, fact: Fact, rows: Sequence[Mapping[str, Value]], left: Column, seen: Column
    ) -> Iterator[Column]:
        whole = fact.kind == "int"
        for turn in self.turns[fact.name]:
            turned = [turn(rows[place]) for place in left.tolist()]
            known = np.array([at is not None for at in turned], np.bool_)
            inside = [fact.low if at is None else clipped(fact, at) for at in turned]
            at = np.array(inside, np.int64 if whole else np.float64)
            for near in (at - 1, at, at + 1) if whole else around(at):
                yield np.where(known, near, seen)
        for item in self.listed[fact.name]:
            for number in (item - 1, item, item + 1):
                yield np.full(len(seen), number)


def clipped(fact: Fact, at: int | float) -> int | float:
    """The number, or the end of the fact's range that it lies beyond."""
    return min(max(at, fact.low), fact.high)


def around(at: Number) -> Iterator[Number]:
    """The fractions and their `ULPS` neighbours on either side."""
    yield at
    for direction in (-np.inf, np.inf):
        near = at
        for _ in range(ULPS):
            near = np.nextafter(near, direction)
            yield near


def _listed(parts: Sequence[Node], fact: Fact) -> tuple[int, ...]:
    """The whole numbers among which this fact is looked for."""
    found: list[int] = []
    for node in parts:
        match node:
            case Binary("in", Read(read), Listing(items)) if read == fact:
                found += (item.value for item in items if isinstance(item.value, int))
    return tuple(found)


def _nearer(one: Column, other: Column, seen: Column) -> BoolArray:
    """Whether `one` is nearer to the value seen than `other`, the smaller number where both are as near."""
    a, b = np.abs(one - seen), np.abs(other - seen)
    return np.asarray((a < b) | ((a == b) & (one < other)))
