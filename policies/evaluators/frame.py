"""A whole audience at plan time: a rule becomes a polars expression that is true where the rule is violated."""

from __future__ import annotations

import polars as pl

from policies.facts import Fact
from policies.language.syntax import Binary, Choice, Constant, Listing, Node, Read, Unary, walk


def violated(tree: Node, schema: pl.Schema) -> pl.Expr:
    """An expression over a frame of this schema: true where the bound tree is violated, false where it holds.

    It has the frame's height and is never null: a null, a missing column, a column of another type or a value out of range violates. A bool
    fact is a Boolean column or an integer one with 0 and 1; a float fact is a floating-point column.
    """
    facts = {node.fact.name: node.fact for node in walk(tree) if isinstance(node, Read)}
    valid = [_valid(fact, schema.get(fact.name)) for fact in facts.values()]
    every_row = pl.repeat(True, pl.len())
    held = pl.all_horizontal(every_row, *valid, _expr(tree, schema)).fill_null(False)
    return held.not_()


def _valid(fact: Fact, dtype: pl.DataType | None) -> pl.Expr:
    column = pl.col(fact.name)
    if fact.kind == "bool" and dtype is not None and (dtype == pl.Boolean or dtype.is_integer()):
        ok = column.is_not_null() if dtype == pl.Boolean else column.is_in([0, 1])
    elif fact.kind == "int" and dtype is not None and dtype.is_integer():
        ok = column.cast(pl.Int64, strict=False).is_between(int(fact.low), int(fact.high))
    elif fact.kind == "float" and dtype is not None and dtype.is_float():
        ok = column.cast(pl.Float64).is_between(fact.low, fact.high)
    elif fact.kind == "str" and dtype in (pl.String, pl.Categorical, pl.Enum):
        ok = column.cast(pl.String).is_in(list(fact.values)) if fact.values else column.is_not_null()
    else:
        return pl.lit(False)
    return ok.fill_null(False)


def _read(fact: Fact, dtype: pl.DataType | None) -> pl.Expr:
    """The column in the fact's own type; values that `_valid` refuses become null, so that no arithmetic overflows."""
    target = {"bool": pl.Boolean, "int": pl.Int64, "float": pl.Float64, "str": pl.String}[fact.kind]
    if dtype is None:
        return pl.lit(None, dtype=target)
    column = pl.col(fact.name)
    value = column == 1 if fact.kind == "bool" and dtype.is_integer() else column.cast(target, strict=False)
    return pl.when(_valid(fact, dtype)).then(value)


def _expr(node: Node, schema: pl.Schema) -> pl.Expr:
    match node:
        case Constant(value, kind):
            return pl.lit(value, dtype=pl.Int64) if kind == "int" else pl.lit(value)
        case Read(fact):
            return _read(fact, schema.get(fact.name))
        case Unary("!", operand):
            return _expr(operand, schema).not_()
        case Unary(_, operand):
            return -_expr(operand, schema)
        case Binary("in", left, Listing(items)):
            return _expr(left, schema).is_in([item.value for item in items])
        case Binary():
            return _binary(node, _expr(node.left, schema), _expr(node.right, schema))
        case Choice(condition, then, other):
            branch = pl.when(_expr(condition, schema)).then(_expr(then, schema))
            return branch.otherwise(_expr(other, schema))
        case _:
            raise TypeError(f"an unbound {node!r} cannot be evaluated")


def _binary(node: Binary, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    match node.op:
        case "&&":
            return left & right
        case "||":
            return left | right
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case "+":
            return left + right
        case "-":
            return left - right
        case _:
            return left * right
