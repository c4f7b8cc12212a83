"""The one syntax tree: what `parse` makes, what `bind` types, and what every evaluator walks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from policies.facts import Fact, Kind, Value

Operator = Literal["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a parameter's value after binding; `at` is its place in the text."""

    value: Value
    kind: Kind
    at: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of constants of one kind; it stands only to the right of `in`."""

    items: tuple[Constant, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier before binding: a fact, or `params.x`. No bound tree contains one."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A fact read, with its kind, unit and range."""

    fact: Fact
    at: int = 0


@dataclass(frozen=True, slots=True)
class Unary:
    """`!` of a condition or `-` of a number."""

    op: Literal["!", "-"]
    operand: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands of one kind and unit; `in` has a Listing on its right."""

    op: Operator
    left: Node
    right: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? then : other`."""

    condition: Node
    then: Node
    other: Node
    at: int = 0


Node: TypeAlias = Constant | Listing | Name | Read | Unary | Binary | Choice


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    yield node
    match node:
        case Listing(items):
            yield from items
        case Unary(_, operand):
            yield from walk(operand)
        case Binary(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Choice(condition, then, other):
            for part in (condition, then, other):
                yield from walk(part)
        case _:
            return


def reads(node: Node) -> tuple[str, ...]:
    """The names of the facts that a bound tree reads, each once, in the order of first reading."""
    return tuple(dict.fromkeys(part.fact.name for part in walk(node) if isinstance(part, Read)))


def text(node: Node) -> str:
    """The canonical text: fully bracketed, so that equal trees and only they have equal texts."""
    match node:
        case Constant(value):
            return json.dumps(value, ensure_ascii=False)
        case Listing(items):
            return f"[{', '.join(text(item) for item in items)}]"
        case Name(name):
            return name
        case Read(fact):
            return fact.name
        case Unary(op, operand):
            return f"{op}({text(operand)})"
        case Binary(op, left, right):
            return f"({text(left)} {op} {text(right)})"
        case Choice(condition, then, other):
            return f"({text(condition)} ? {text(then)} : {text(other)})"
