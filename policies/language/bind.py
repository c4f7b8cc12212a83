"""Binds a parsed rule to a scope's facts and its parameters, and checks kinds, units, closed sets and overflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from policies.facts import Fact, Kind, Value
from policies.language.syntax import Binary, Choice, Constant, Listing, Name, Node, Read, Unary
from policies.language.tokens import TextError

Param = Value | tuple[Value, ...]
_LARGEST: dict[Kind, float | int] = {"int": 2**63 - 1, "float": 1e300}
_NUMBERS = ("int", "float")
_KINDS: dict[type, Kind] = {bool: "bool", int: "int", float: "float", str: "str"}
_SPOKEN: dict[Kind, str] = {"bool": "a condition", "int": "a whole number", "float": "a fraction", "str": "a text"}

PARAMETER_UNITS: Mapping[str, str] = {
    "_micros": "micros", "_minute": "local_minute", "_minutes": "minutes", "_days": "days", "_hours": "hours",
    "_share": "share",
}  # fmt: skip
"""The unit of a parameter by the end of its name; one with another name fits every unit, as a literal does."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of a subtree's value: kind, unit (None fits any), bounds of a number, closed set of a text."""

    kind: Kind
    unit: str | None = None
    low: float | int = 0
    high: float | int = 0
    fact: Fact | None = None
    literal: Value | None = None


def bind(tree: Node, facts: Mapping[str, Fact], params: Mapping[str, Param]) -> Node:
    """The tree with facts and parameter values in place of names; TextError unless it is a sound condition.

    Refused are unknown names (with the nearest known one), operands of different kinds or units, texts outside a
    fact's closed set, arithmetic that could leave 64 bits, and a rule whose value is no condition.
    """
    bound, shape = _Binder(facts, params).visit(tree)
    if shape.kind != "bool":
        raise TextError(f"the rule's value is {_SPOKEN[shape.kind]}, not a condition; compare it with something", 0)
    return bound


def suggestion(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """`did you mean ...?` with the nearest known word, or the known words when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known are {', '.join(known)}" if known else "none are declared"


class _Binder:
    def __init__(self, facts: Mapping[str, Fact], params: Mapping[str, Param]) -> None:
        self._facts = facts
        self._params = params

    def visit(self, node: Node) -> tuple[Node, _Shape]:
        match node:
            case Constant(value, kind):
                return node, _literal(value, kind)
            case Name():
                return self._name(node)
            case Listing():
                raise TextError("a list stands only to the right of `in`", node.at)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._membership(node) if node.op == "in" else self._binary(node)
            case Choice():
                return self._choice(node)
            case Read(fact):
                return node, _of_fact(fact)

    def _name(self, node: Name) -> tuple[Node, _Shape]:
        if node.name.startswith("params."):
            value = self._param(node)
            if isinstance(value, tuple):
                raise TextError(f"`{node.name}` is a list and stands only to the right of `in`", node.at)
            constant = Constant(value, _KINDS[type(value)], node.at)
            return constant, _parameter(node, constant)
        if node.name == "null":
            raise TextError("`null` is not part of the language; a null violates the rule by itself", node.at)
        fact = self._facts.get(node.name)
        if fact is None:
            raise TextError(f"`{node.name}` is not a fact of this scope; {suggestion(node.name, self._facts)}", node.at)
        return Read(fact, node.at), _of_fact(fact)

    def _param(self, node: Name) -> Param:
        name = node.name.removeprefix("params.")
        if name not in self._params:
            raise TextError(f"`{node.name}` is not among the rule's params; {suggestion(name, self._params)}", node.at)
        return self._params[name]

    def _unary(self, node: Unary) -> tuple[Node, _Shape]:
        operand, shape = self.visit(node.operand)
        if node.op == "!":
            if shape.kind != "bool":
                raise TextError(f"`!` stands before {_SPOKEN[shape.kind]}; it turns a condition round", node.at)
            return Unary("!", operand, node.at), _Shape("bool")
        if shape.kind not in _NUMBERS:
            raise TextError(f"`-` stands before {_SPOKEN[shape.kind]}; it turns a number's sign", node.at)
        return Unary("-", operand, node.at), _Shape(shape.kind, shape.unit, -shape.high, -shape.low)

    def _binary(self, node: Binary) -> tuple[Node, _Shape]:
        (left, a), (right, b) = self.visit(node.left), self.visit(node.right)
        bound = Binary(node.op, left, right, node.at)
        if node.op in ("&&", "||"):
            for shape in (a, b):
                if shape.kind != "bool":
                    raise TextError(f"`{node.op}` joins conditions, and one side is {_SPOKEN[shape.kind]}", node.at)
            return bound, _Shape("bool")
        _same_kind(node.op, a, b, node.at)
        if node.op in ("==", "!="):
            _same_unit(node.op, a, b, node.at)
            _in_closed_set(a, b, node.at)
            return bound, _Shape("bool")
        if a.kind not in _NUMBERS:
            raise TextError(f"`{node.op}` needs numbers, and both sides are {_SPOKEN[a.kind]}", node.at)
        if node.op in ("<", "<=", ">", ">="):
            _same_unit(node.op, a, b, node.at)
            return bound, _Shape("bool")
        return bound, _arithmetic(node, a, b)

    def _membership(self, node: Binary) -> tuple[Node, _Shape]:
        left, shape = self.visit(node.left)
        listing = node.right
        if isinstance(listing, Name) and listing.name.startswith("params."):
            value = self._param(listing)
            if not isinstance(value, tuple):
                raise TextError(f"`{listing.name}` is not a list; `in` needs one", listing.at)
            listing = Listing(tuple(Constant(item, _KINDS[type(item)], listing.at) for item in value), listing.at)
        if not isinstance(listing, Listing):
            raise TextError("`in` needs a list on its right, like [1, 2] or params.allowed", node.at)
        if not listing.items:
            raise TextError("the list is empty, so nothing is in it; name at least one value", listing.at)
        if shape.kind not in ("int", "str"):
            raise TextError(f"`in` looks for a whole number or a text, and its left is {_SPOKEN[shape.kind]}", node.at)
        for item in listing.items:
            item_shape = _literal(item.value, item.kind)
            _same_kind("in", shape, item_shape, item.at)
            _in_closed_set(shape, item_shape, item.at)
        return Binary("in", left, listing, node.at), _Shape("bool")

    def _choice(self, node: Choice) -> tuple[Node, _Shape]:
        condition, asked = self.visit(node.condition)
        if asked.kind != "bool":
            raise TextError(f"`?` needs a condition on its left, not {_SPOKEN[asked.kind]}", node.at)
        (then, a), (other, b) = self.visit(node.then), self.visit(node.other)
        _same_kind("?:", a, b, node.at)
        _same_unit("?:", a, b, node.at)
        shape = _Shape(a.kind, a.unit if a.unit is not None else b.unit, min(a.low, b.low), max(a.high, b.high))
        return Choice(condition, then, other, node.at), shape


def _parameter(node: Name, constant: Constant) -> _Shape:
    """The shape of a parameter, whose unit is told by how its name ends: a number called `..._micros` is money."""
    shape = _literal(constant.value, constant.kind)
    unit = next((unit for ending, unit in PARAMETER_UNITS.items() if node.name.endswith(ending)), None)
    if unit is None or shape.kind not in _NUMBERS:
        return shape
    if unit == "local_minute" and not 0 <= shape.low <= 1440:
        raise TextError(f"`{node.name}` is {constant.value}, and a minute of the day is 0 to 1440", node.at)
    return replace(shape, unit=unit)


def _literal(value: Value, kind: Kind) -> _Shape:
    if isinstance(value, bool | str):
        return _Shape(kind, literal=value)
    return _Shape(kind, None, value, value, literal=value)


def _of_fact(fact: Fact) -> _Shape:
    return _Shape(fact.kind, fact.unit if fact.kind in _NUMBERS else None, fact.low, fact.high, fact)


def _same_kind(op: str, a: _Shape, b: _Shape, at: int) -> None:
    if a.kind != b.kind:
        hint = "; write fractions with a point, like 1.0" if {a.kind, b.kind} == {"int", "float"} else ""
        raise TextError(f"`{op}` has {_SPOKEN[a.kind]} on one side and {_SPOKEN[b.kind]} on the other{hint}", at)


def _same_unit(op: str, a: _Shape, b: _Shape, at: int) -> None:
    if a.unit is not None and b.unit is not None and a.unit != b.unit:
        raise TextError(f"`{op}` has {a.unit} on one side and {b.unit} on the other", at)


def _in_closed_set(a: _Shape, b: _Shape, at: int) -> None:
    for fact, literal in ((a.fact, b.literal), (b.fact, a.literal)):
        if fact is not None and fact.values and isinstance(literal, str) and literal not in fact.values:
            raise TextError(f"{literal!r} is never a value of `{fact.name}`; {suggestion(literal, fact.values)}", at)


def _arithmetic(node: Binary, a: _Shape, b: _Shape) -> _Shape:
    unit = a.unit if a.unit is not None else b.unit
    if node.op == "*":
        if a.unit and b.unit and "share" not in (a.unit, b.unit):
            raise TextError(f"`*` multiplies {a.unit} by {b.unit}; one side must be a share or a plain number", node.at)
        if a.unit in ("share", "") and b.unit:
            unit = b.unit
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    else:
        _same_unit(node.op, a, b, node.at)
        low, high = (b.low, b.high) if node.op == "+" else (-b.high, -b.low)
        corners = [a.low + low, a.high + high]
    largest = _LARGEST[a.kind]
    if min(corners) < -largest or max(corners) > largest:
        raise TextError(f"`{node.op}` can leave the range of {_SPOKEN[a.kind]}; use smaller numbers", node.at)
    return _Shape(a.kind, unit, min(corners), max(corners))
