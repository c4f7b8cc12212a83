"""Why many rows violate one rule: rows are told apart by which parts fail, and each such shape is put into words once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from policies.evaluators.columns import MOST_RULES, Column, columns
from policies.evaluators.reason import Reasoner
from policies.facts import Value
from policies.language.syntax import Binary, Choice, Node


@dataclass(frozen=True, slots=True)
class Shape:
    """The failing parts as text and the facts read there, shared by all rows in which exactly these fail."""

    parts: tuple[str, ...]
    names: tuple[str, ...]


class Shapes:
    """Finds the shapes of one bound tree. `usable` is false for a rule with too many parts for one mask."""

    def __init__(self, tree: Node, reasoner: Reasoner) -> None:
        parts = deciding(tree)
        self.usable = len(parts) <= MOST_RULES
        self._judge = columns(parts) if self.usable else None
        self._reasoner = reasoner

    def of(self, table: Mapping[str, Column], rows: Sequence[Mapping[str, Value]]) -> list[Shape]:
        """The shape of every row; `rows` hold known facts that all violate the tree, `table` the same as columns."""
        if self._judge is None:
            raise ValueError("this rule has more parts than fit a mask; explain its rows one by one")
        _, first, place = np.unique(self._judge(table, len(rows)), return_index=True, return_inverse=True)
        shapes = [self._shape(rows[at]) for at in first.tolist()]
        return [shapes[at] for at in place.tolist()]

    def _shape(self, row: Mapping[str, Value]) -> Shape:
        violation = self._reasoner.explain(row)
        if violation is None:
            raise RuntimeError(f"a rule is violated in columns and holds for {dict(row)}")
        return Shape(violation.parts, tuple(name for name, _ in violation.seen))


def deciding(node: Node) -> tuple[Node, ...]:
    """The conditions of a bound tree whose answers, together, decide which of its parts fail."""
    match node:
        case Binary("&&" | "||", left, right):
            return deciding(left) + deciding(right)
        case Choice(condition, then, other):
            return (condition, *deciding(then), *deciding(other))
        case _:
            return (node,)
