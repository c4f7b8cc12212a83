"""Small mistakes in a rule: every way in which its tree could be one slip away from what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from policies.facts import Fact, Value
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Operator, Read, Unary, text

_NEIGHBOURS: Mapping[str, tuple[str, ...]] = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "==": ("!=",), "!=": ("==",),
    "&&": ("||",), "||": ("&&",), "+": ("-",), "-": ("+",), "*": ("+",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A tree that differs from the rule's in one place, and what was done to it in words."""

    name: str
    tree: Node


def mutants(tree: Node, facts: Mapping[str, Fact]) -> Iterator[Mutant]:
    """Every mutant of a bound tree, each once by its canonical text; `facts` are those of the scope."""
    seen = {text(tree)}
    for mutant in (Mutant("rule dropped", Constant(True, "bool")), Mutant("rule negated", Unary("!", tree))):
        yield mutant
    for mutant in _changed(tree, facts):
        written = text(mutant.tree)
        if written not in seen:
            seen.add(written)
            yield mutant


def _changed(node: Node, facts: Mapping[str, Fact]) -> Iterator[Mutant]:
    yield from _here(node, facts)
    match node:
        case Unary(_, operand):
            yield from (replace_tree(m, replace(node, operand=m.tree)) for m in _changed(operand, facts))
        case Binary(_, left, right):
            yield from (replace_tree(m, replace(node, left=m.tree)) for m in _changed(left, facts))
            yield from (replace_tree(m, replace(node, right=m.tree)) for m in _changed(right, facts))
        case Choice(condition, then, other):
            yield from (replace_tree(m, replace(node, condition=m.tree)) for m in _changed(condition, facts))
            yield from (replace_tree(m, replace(node, then=m.tree)) for m in _changed(then, facts))
            yield from (replace_tree(m, replace(node, other=m.tree)) for m in _changed(other, facts))


def replace_tree(mutant: Mutant, tree: Node) -> Mutant:
    """The same mistake inside a larger tree."""
    return Mutant(mutant.name, tree)


def _here(node: Node, facts: Mapping[str, Fact]) -> Iterator[Mutant]:
    match node:
        case Constant(value):
            for other in _near(value):
                yield Mutant(f"{value} becomes {other}", replace(node, value=other))
        case Read(fact):
            if fact.kind == "bool":
                yield Mutant(f"{fact.name} negated", Unary("!", node))
            for other_fact in facts.values():
                if _alike(fact, other_fact):
                    yield Mutant(f"{fact.name} becomes {other_fact.name}", Read(other_fact, node.at))
        case Unary(op, operand):
            yield Mutant(f"{op} dropped before {text(operand)}", operand)
        case Binary("in", left, Listing(items)):
            yield Mutant(f"`in` negated for {text(left)}", Unary("!", node))
            for item in items:
                rest = tuple(one for one in items if one is not item)
                if rest:
                    yield Mutant(f"{item.value!r} dropped from the list", replace(node, right=Listing(rest)))
            for word in _missing(left, items):
                longer = Listing((*items, Constant(word, "str")))
                yield Mutant(f"{word!r} added to the list", replace(node, right=longer))
        case Binary(op, left, right):
            for other_op in _NEIGHBOURS.get(op, ()):
                yield Mutant(f"{op} becomes {other_op} in {text(node)}", replace(node, op=cast(Operator, other_op)))
            if op in ("&&", "||"):
                yield Mutant(f"{text(right)} dropped", left)
                yield Mutant(f"{text(left)} dropped", right)
        case Choice(_, then, other):
            yield Mutant("branches exchanged", replace(node, then=other, other=then))
            yield Mutant("choice always the first", then)
            yield Mutant("choice always the second", other)


def _near(value: Value) -> tuple[Value, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value - 1, value + 1)
    if isinstance(value, float):
        return (value - 0.01, value + 0.01)
    return ()


def _alike(fact: Fact, other: Fact) -> bool:
    return other.name != fact.name and other.kind == fact.kind and fact.kind != "bool" and fact.unit == other.unit != ""


def _missing(left: Node, items: tuple[Constant, ...]) -> tuple[str, ...]:
    if not isinstance(left, Read) or not left.fact.values:
        return ()
    listed = {item.value for item in items}
    return tuple(word for word in left.fact.values if word not in listed)
