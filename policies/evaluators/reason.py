"""One set of facts, in words: which rules are violated, which part of each, and what was seen there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, cast

from policies.evaluators.validity import is_valid, plain
from policies.facts import Value
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Read, Unary, reads, text, walk

_APPLY: Mapping[str, Callable[[Any, Any], Value]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge, "+": add, "-": sub, "*": mul,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Violation:
    """Why one tree is violated: each failing part as text, and the facts read there with the values seen.

    A value of None stands for null, absent, ill-typed or out of range, which `unusable` lists by name.
    """

    parts: tuple[str, ...]
    seen: tuple[tuple[str, Value | None], ...]
    unusable: tuple[str, ...]


class Reasoner:
    """Explains one bound tree; made once where many sets of facts are asked about."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree
        self._known = {node.fact.name: node.fact for node in walk(tree) if isinstance(node, Read)}
        self._parts: dict[int, tuple[str, tuple[str, ...]]] = {}

    def explain(self, facts: Mapping[str, object]) -> Violation | None:
        """Why these facts violate the tree, or None when it holds."""
        given = {name: plain(facts.get(name)) for name in self._known}
        unusable = tuple(name for name, fact in self._known.items() if not is_valid(fact, given[name]))
        if unusable:
            seen = tuple((name, None) for name in unusable)
            return Violation(tuple(f"{name} is not known" for name in unusable), seen, unusable)
        values = cast(Mapping[str, Value], given)
        if value(self._tree, values):
            return None
        failing = [self._part(node) for node in _failing(self._tree, values)]
        names = dict.fromkeys(name for _, read in failing for name in read)
        return Violation(tuple(written for written, _ in failing), tuple((name, values[name]) for name in names), ())

    def _part(self, node: Node) -> tuple[str, tuple[str, ...]]:
        """The text of a part of the tree and the facts it reads, made once per part."""
        found = self._parts.get(id(node))
        if found is None:
            found = self._parts[id(node)] = (_bare(text(node)), reads(node))
        return found


def explain(tree: Node, facts: Mapping[str, object]) -> Violation | None:
    """Why these facts violate the bound tree, or None when it holds."""
    return Reasoner(tree).explain(facts)


def value(node: Node, facts: Mapping[str, Value]) -> Value:
    """The value of a bound tree for facts that are all known and valid."""
    match node:
        case Constant(constant):
            return constant
        case Read(fact):
            return facts[fact.name]
        case Unary("!", operand):
            return not value(operand, facts)
        case Unary(_, operand):
            return -value(operand, facts)  # type: ignore[operator]
        case Binary("&&", left, right):
            return bool(value(left, facts) and value(right, facts))
        case Binary("||", left, right):
            return bool(value(left, facts) or value(right, facts))
        case Binary("in", left, Listing(items)):
            return value(left, facts) in [item.value for item in items]
        case Binary(op, left, right):
            return _APPLY[op](value(left, facts), value(right, facts))
        case Choice(condition, then, other):
            return value(then if value(condition, facts) else other, facts)
        case _:
            raise TypeError(f"an unbound {node!r} cannot be evaluated")


def _failing(node: Node, facts: Mapping[str, Value]) -> tuple[Node, ...]:
    """The smallest parts that, were they true, would make the whole true."""
    match node:
        case Binary("&&", left, right):
            return tuple(p for side in (left, right) if not value(side, facts) for p in _failing(side, facts))
        case Binary("||", left, right):
            return _failing(left, facts) + _failing(right, facts)
        case Choice(condition, then, other):
            return _failing(then if value(condition, facts) else other, facts)
        case _:
            return (node,)


def _bare(written: str) -> str:
    return written[1:-1] if written.startswith("(") and written.endswith(")") else written
