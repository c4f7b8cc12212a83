"""Where a comparison may turn when one number moves: the value at which its two sides meet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from policies.evaluators.closure import python_text
from policies.facts import Fact, Value
from policies.language.syntax import Binary, Choice, Constant, Node, Read, Unary, reads

_RELATIONS = ("==", "!=", "<", "<=", ">", ">=")
Turn: TypeAlias = Callable[[Mapping[str, Value]], int | float | None]
_Line: TypeAlias = tuple[str, str]
"""Python texts of offset and slope of a straight line in the fact; the slope of what does not move with it is `0`."""


def crossing(relation: Node, fact: Fact) -> Turn | None:
    """A function from known facts to where both sides of a comparison meet when only this number moves.

    A whole number is rounded down. The function gives None when the sides never meet; there is no function for what is
    no comparison of numbers, does not read the fact, or is not straight in it (a product of the fact with itself).
    """
    if not isinstance(relation, Binary) or relation.op not in _RELATIONS:
        return None
    line = _line(relation, fact)
    if line is None or line[1] == "0":
        return None
    # Whole-number division, since money in micros is beyond what a fraction holds exactly.
    division = "-offset // slope" if fact.kind == "int" else "finite(-offset / slope)"
    lines = ["def turn(facts):", f"    offset, slope = {line[0]}, {line[1]}"]
    lines += [f"    return None if slope == 0 else {division}"]
    space: dict[str, object] = {"finite": lambda at: at if math.isfinite(at) else None}
    exec(compile("\n".join(lines), "<policy crossing>", "exec"), space)
    turn: Turn = space["turn"]  # type: ignore[assignment]
    return turn


def _line(node: Node, fact: Fact) -> _Line | None:
    """A number, or left minus right of a comparison, as a straight line in the fact; None when it is none."""
    match node:
        case Constant(number, kind) if kind in ("int", "float"):
            return f"({number!r})", "0"
        case Read(read) if read.kind in ("int", "float"):
            return ("0", "1") if read.name == fact.name else (f"facts[{read.name!r}]", "0")
        case Unary("-", operand):
            inner = _line(operand, fact)
            return None if inner is None else (f"(-{inner[0]})", _negative(inner[1]))
        case Choice(condition, then, other):
            a, b = _line(then, fact), _line(other, fact)
            asked = python_text(condition, {name: f"facts[{name!r}]" for name in reads(condition)})
            return None if a is None or b is None else (_either(asked, a[0], b[0]), _either(asked, a[1], b[1]))
        case Binary(op, left, right) if op in ("+", "-", "*") or op in _RELATIONS:
            a, b = _line(left, fact), _line(right, fact)
            return None if a is None or b is None else _joined(op, a, b)
        case _:
            return None


def _joined(op: str, a: _Line, b: _Line) -> _Line | None:
    if op == "+":
        return f"({a[0]} + {b[0]})", _sum(a[1], b[1])
    if op != "*":
        return f"({a[0]} - {b[0]})", _sum(a[1], _negative(b[1]))
    if a[1] != "0" and b[1] != "0":
        return None
    moving, still = (a, b) if a[1] != "0" else (b, a)
    return f"({a[0]} * {b[0]})", "0" if moving[1] == "0" else f"({moving[1]} * {still[0]})"


def _sum(a: str, b: str) -> str:
    if "0" in (a, b):
        return a if b == "0" else b
    return f"({a} + {b})"


def _negative(slope: str) -> str:
    return "0" if slope == "0" else f"(-{slope})"


def _either(asked: str, then: str, other: str) -> str:
    return then if then == other else f"({then} if {asked} else {other})"
