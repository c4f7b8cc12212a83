"""Rules that exclude each other, found without a solver: what each demands of a fact, as an interval or a set.

It is asked every time policies are loaded. It misses contradictions that run through arithmetic or several facts at
once, which `policies/verify` finds; what it finds is one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from policies.facts import Fact, Value
from policies.language.syntax import Binary, Constant, Listing, Node, Read, Unary, text
from policies.rule import Rule


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`, both included; empty when low is above high."""

    low: float | int
    high: float | int

    def __and__(self, other: Demand) -> Demand:
        return Interval(max(self.low, other.low), min(self.high, other.high)) if isinstance(other, Interval) else other

    def __or__(self, other: Demand) -> Demand:
        return Interval(min(self.low, other.low), max(self.high, other.high)) if isinstance(other, Interval) else other

    def __bool__(self) -> bool:
        return self.low <= self.high


Demand: TypeAlias = Interval | frozenset[Value]
"""What a fact, or the order of two terms, may be for a rule to hold; falsy when nothing may."""
Demands: TypeAlias = Mapping[str, Demand]

_SIGNS: Mapping[str, frozenset[Value]] = {
    "<": frozenset("<"), "<=": frozenset("<="), "==": frozenset("="),
    ">": frozenset(">"), ">=": frozenset(">="), "!=": frozenset("<>"),
}  # fmt: skip
_OPPOSITE = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">": "<=", ">=": "<"}
_TURNED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">": "<", ">=": "<="}


def demands(tree: Node) -> Demands:
    """What must at least be so for the bound tree to hold, by fact or by pair of terms compared."""
    return _needed(tree, True)


def excluding(rules: Sequence[Rule]) -> tuple[tuple[Rule, ...], str] | None:
    """The first deny rules of one scope that cannot hold together (one or two), and what they disagree about."""
    denying = [(rule, demands(rule.tree)) for rule in rules if rule.severity == "deny"]
    for rule, own in denying:
        for name, demand in own.items():
            if not demand:
                return (rule,), name
    for (one, first), (two, second) in combinations(denying, 2):
        for name in first.keys() & second.keys():
            if not first[name] & second[name]:  # type: ignore[operator]
                return (one, two), name
    return None


def _needed(node: Node, wanted: bool) -> Demands:
    match node:
        case Unary("!", operand):
            return _needed(operand, not wanted)
        case Binary("&&" | "||" as op, left, right):
            sides = (_needed(left, wanted), _needed(right, wanted))
            return _both(sides) if (op == "&&") == wanted else _either(sides)
        case Constant(bool() as value) if value != wanted:
            return {"the rule itself": frozenset()}
        case Read(fact) if fact.kind == "bool":
            return {fact.name: frozenset({wanted})}
        case Binary("in", Read(fact), Listing(items)) if wanted:
            return _among(fact, [item.value for item in items])
        case Binary(op, left, right) if op in _SIGNS:
            return _compared(op if wanted else _OPPOSITE[op], left, right)
        case _:
            return {}


def _compared(op: str, left: Node, right: Node) -> Demands:
    if isinstance(left, Constant) and not isinstance(right, Constant):
        op, left, right = _TURNED[op], right, left
    if isinstance(left, Read) and isinstance(right, Constant):
        return _limited(op, left.fact, right.value)
    first, second = text(left), text(right)
    if first > second:
        op, first, second = _TURNED[op], second, first
    return {f"{first} against {second}": _SIGNS[op]}


def _limited(op: str, fact: Fact, value: Value) -> Demands:
    if isinstance(value, bool):
        return {fact.name: frozenset({value if op == "==" else not value})}
    if isinstance(value, str):
        if op == "==":
            return {fact.name: frozenset({value})}
        return {fact.name: frozenset(fact.values) - {value}} if fact.values else {}
    if op == "!=":
        return {}
    below, above = (value - 1, value + 1) if fact.kind == "int" else (_next(value, -1), _next(value, 1))
    low = value if op in (">=", "==") else above if op == ">" else fact.low
    high = value if op in ("<=", "==") else below if op == "<" else fact.high
    return {fact.name: Interval(max(low, fact.low), min(high, fact.high))}


def _among(fact: Fact, values: Iterable[Value]) -> Demands:
    known = list(values)
    if fact.kind == "int":
        numbers = [value for value in known if isinstance(value, int)]
        return {fact.name: Interval(max(min(numbers), fact.low), min(max(numbers), fact.high))}
    return {fact.name: frozenset(known)}


def _both(sides: tuple[Demands, Demands]) -> Demands:
    first, second = sides
    shared = {name: first[name] & second[name] for name in first.keys() & second.keys()}  # type: ignore[operator]
    return {**first, **second, **shared}


def _either(sides: tuple[Demands, Demands]) -> Demands:
    """What both sides demand; a side that cannot hold leaves the other's demands."""
    first, second = sides
    if any(not demand for demand in first.values()):
        return second
    if any(not demand for demand in second.values()):
        return first
    return {name: first[name] | second[name] for name in first.keys() & second.keys()}  # type: ignore[operator]


def _next(value: float | int, direction: int) -> float:
    return math.nextafter(float(value), direction * math.inf)
