"""Many contacts at a time: rules become one generated numpy function over columns of facts.

Columns are arrays of one length, or of no dimension for a fact that all rows share. A bool fact is `bool` or an integer
type with 0 and 1, where anything else is null; an int fact is any integer type; a float fact is float64; a text is an
object array. Whatever does not fit counts as null, and null violates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from campaigns.contact import BoolArray, IntArray
from policies.errors import BadFacts
from policies.facts import Fact
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Read, Unary, reads, walk

Column = npt.NDArray[Any]
Facts = Mapping[str, Column]
DecideColumns = Callable[[Facts, int], IntArray]
MOST_RULES = 62
"""One bit of a signed 64-bit mask per rule."""


def columns(trees: Sequence[Node]) -> DecideColumns:
    """A function from (columns by name, row count) to an int64 mask per row, bit i for the i-th tree violated.

    The function raises BadFacts when a column's length is not the row count. Trees must be bound; at most 62.
    """
    facts = {node.fact.name: node.fact for tree in trees for node in walk(tree) if isinstance(node, Read)}
    place = {name: f"v{i}" for i, name in enumerate(facts)}
    lines = ["def decide(facts, n):", "    mask = zeros(n, int64)"]
    lines += [f"    {v}, ok_{v} = load(facts, facts_{v}, n)" for v in place.values()]
    for i, tree in enumerate(trees):
        valid = ", ".join(f"ok_{place[name]}" for name in reads(tree))
        lines += [f"    put(mask, {1 << i}, {_numpy(tree, place)}, ({valid + ',' if valid else ''}))"]
    lines += ["    return mask"]
    space: dict[str, object] = {"load": _load, "put": _put, "zeros": np.zeros, "int64": np.int64, "isin": _isin}
    space |= {"where": np.where, "no": np.logical_not, "true": np.True_, "false": np.False_}
    space |= {f"facts_{variable}": facts[name] for name, variable in place.items()}
    exec(compile("\n".join(lines), "<policy rules>", "exec"), space)
    decide: DecideColumns = space["decide"]  # type: ignore[assignment]
    return decide


def _load(columns: Facts, fact: Fact, n: int) -> tuple[Column, BoolArray | None]:
    """The column with harmless values where it is null, and which rows are not null (None when all are not)."""
    found = columns.get(fact.name)
    if found is None:
        return _harmless(fact), np.zeros((), np.bool_)
    array = np.asarray(found)
    if array.ndim > 1 or (array.ndim == 1 and len(array) != n):
        raise BadFacts(f"The fact {fact.name} has shape {array.shape} for {n} contacts; give one value per contact.")
    if fact.kind == "bool" and array.dtype == np.bool_:
        return array, None
    if array.ndim == 0 and fact.kind == "int" and array.dtype == np.int64 and fact.low <= array.item() <= fact.high:
        return array, None
    ok, values = _fitting(array, fact)
    if np.count_nonzero(ok) == ok.size:
        return values, None
    return np.where(ok, values, _harmless(fact)), ok


def _fitting(array: Column, fact: Fact) -> tuple[BoolArray, Column]:
    kind = array.dtype.kind
    if fact.kind == "bool" and kind in "iu":
        yes = np.asarray(array == 1)
        return np.asarray((array == 0) | yes), yes
    if fact.kind == "int" and kind in "iu":
        ok = np.asarray((array >= int(fact.low)) & (array <= int(fact.high)))
        return ok, array.astype(np.int64, copy=False)
    if fact.kind == "float" and kind == "f":
        wide = array.astype(np.float64, copy=False)
        return np.asarray((wide >= fact.low) & (wide <= fact.high)), wide
    if fact.kind == "str" and kind in "OU":
        objects = array.astype(object)
        known = set(fact.values)
        fits = [isinstance(v, str) and (not known or v in known) for v in objects.ravel().tolist()]
        return np.array(fits, np.bool_).reshape(array.shape), objects
    return np.zeros((), np.bool_), _harmless(fact)


def _harmless(fact: Fact) -> Column:
    """A value inside the fact's range, so that arithmetic on rows that are null cannot overflow."""
    if fact.kind == "bool":
        return np.zeros((), np.bool_)
    if fact.kind == "str":
        return np.array("", dtype=object)
    return np.array(fact.low, dtype=np.int64 if fact.kind == "int" else np.float64)


def _put(mask: IntArray, bit: int, holds: BoolArray | bool, valid: tuple[BoolArray | None, ...]) -> None:
    held = np.asarray(holds, dtype=np.bool_)
    for ok in valid:
        if ok is not None:
            held = np.asarray(held & ok)
    # Counting is several times as fast as `all` where there are few rows, and rules are many.
    if np.count_nonzero(held) < held.size:
        mask |= np.multiply(~held, bit, dtype=np.int64)


def _isin(column: Column, values: tuple[object, ...]) -> BoolArray:
    held = column == values[0]
    for value in values[1:]:
        held = held | (column == value)
    return np.asarray(held)


def _numpy(node: Node, place: Mapping[str, str]) -> str:
    match node:
        case Constant(value):
            return str(value).lower() if isinstance(value, bool) else f"({value!r})"
        case Read(fact):
            return place[fact.name]
        case Unary("!", operand):
            return f"no({_numpy(operand, place)})"
        case Unary(_, operand):
            return f"(-{_numpy(operand, place)})"
        case Binary("in", left, Listing(items)):
            return f"isin({_numpy(left, place)}, ({', '.join(repr(item.value) for item in items)},))"
        case Binary(op, left, right):
            a, b = _numpy(left, place), _numpy(right, place)
            return f"({a} {({'&&': '&', '||': '|'}).get(op, op)} {b})"
        case Choice(condition, then, other):
            return f"where({_numpy(condition, place)}, {_numpy(then, place)}, {_numpy(other, place)})"
        case _:
            raise TypeError(f"an unbound {node!r} cannot be evaluated")
