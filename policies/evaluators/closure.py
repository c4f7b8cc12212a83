"""One set of facts at a time: rules become one generated Python function that returns the bits of those violated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policies.evaluators.validity import plain
from policies.facts import Fact, Value
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Read, Unary, reads, walk

Decide = Callable[[Mapping[str, object]], int]


def closure(trees: Sequence[Node]) -> Decide:
    """A function from facts by name to a mask: bit i is set when the i-th tree is violated; 0 when all hold.

    Facts of the wrong kind, null, absent or out of range violate every tree that reads them. Trees must be bound.
    """
    facts = {node.fact.name: node.fact for tree in trees for node in walk(tree) if isinstance(node, Read)}
    place = {name: f"v{i}" for i, name in enumerate(facts)}
    texts = [python_text(tree, place) for tree in trees]
    guard = " and ".join(["True", *(_valid(place[name], fact) for name, fact in facts.items())])
    mask = " | ".join(f"(0 if {text} else {1 << i})" for i, text in enumerate(texts)) or "0"
    lines = ["def decide(facts):", "    try:"]
    # A plain dict only: another mapping may make up a value for a fact that is absent.
    lines += ["        if type(facts) is not dict:", "            raise KeyError"]
    lines += [f"        {variable} = facts[{name!r}]" for name, variable in place.items()]
    lines += ["    except KeyError:", "        get = facts.get"]
    lines += [f"        {variable} = get({name!r})" for name, variable in place.items()]
    lines += [f"    if {guard}:", f"        return {mask}"]
    lines += [f"    {variable} = plain({variable})" for variable in place.values()]
    lines += [f"    ok_{place[name]} = {_valid(place[name], fact)}" for name, fact in facts.items()]
    lines += ["    mask = 0"]
    for i, (tree, text) in enumerate(zip(trees, texts, strict=True)):
        held = " and ".join([*(f"ok_{place[name]}" for name in reads(tree)), text])
        lines += [f"    if not ({held}):", f"        mask |= {1 << i}"]
    lines += ["    return mask"]
    space: dict[str, object] = {"plain": plain}
    exec(compile("\n".join(lines), "<policy rules>", "exec"), space)
    decide: Decide = space["decide"]  # type: ignore[assignment]
    return decide


def _valid(variable: str, fact: Fact) -> str:
    if fact.kind == "bool":
        return f"({variable} is True or {variable} is False)"
    if fact.kind == "str":
        closed = f" and {variable} in {set(fact.values)!r}" if fact.values else ""
        return f"(type({variable}) is str{closed})"
    return f"(type({variable}) is {fact.kind} and {fact.low!r} <= {variable} <= {fact.high!r})"


def python_text(node: Node, place: Mapping[str, str]) -> str:
    """The Python expression of a bound tree; `place` has the expression of each fact that it reads."""
    match node:
        case Constant(value):
            return f"({value!r})"
        case Read(fact):
            return place[fact.name]
        case Listing(items):
            values: list[Value] = [item.value for item in items]
            return f"({', '.join(map(repr, values))},)"
        case Unary("!", operand):
            return f"(not {python_text(operand, place)})"
        case Unary(_, operand):
            return f"(-{python_text(operand, place)})"
        case Binary(op, left, right):
            sign = {"&&": "and", "||": "or"}.get(op, op)
            return f"({python_text(left, place)} {sign} {python_text(right, place)})"
        case Choice(condition, then, other):
            return f"({python_text(then, place)} if {python_text(condition, place)} else {python_text(other, place)})"
        case _:
            raise TypeError(f"an unbound {node!r} cannot be evaluated")
