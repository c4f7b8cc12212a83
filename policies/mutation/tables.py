"""Rows as the columns and frames that the columnar evaluators read, where a row's values have a place in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from policies.facts import NULL_BOOL, NULL_INT, Fact, Kind

_TYPES: Mapping[Kind, type] = {"bool": bool, "int": int, "float": float, "str": str}
_LARGEST = 2**63 - 1


def fits(row: Mapping[str, object], facts: Mapping[str, Fact]) -> bool:
    """Whether every fact of the row is null or of its own type, so that a typed column can hold it."""
    return all(_fits(row.get(name), fact) for name, fact in facts.items())


def _fits(value: object, fact: Fact) -> bool:
    if value is None:
        return True
    if type(value) is not _TYPES[fact.kind]:
        return False
    return not isinstance(value, int) or -_LARGEST <= value <= _LARGEST


def arrays(rows: Sequence[Mapping[str, object]], facts: Mapping[str, Fact]) -> dict[str, npt.NDArray[Any]]:
    """One numpy column per fact, nulls as the engine marks them."""
    return {name: _array([row.get(name) for row in rows], fact) for name, fact in facts.items()}


def _array(values: list[object], fact: Fact) -> npt.NDArray[Any]:
    if fact.kind == "bool":
        return np.array([NULL_BOOL if value is None else value for value in values], np.int8)
    if fact.kind == "int":
        return np.array([NULL_INT if value is None else value for value in values], np.int64)
    if fact.kind == "float":
        return np.array([np.nan if value is None else value for value in values], np.float64)
    return np.array(values, object)


def odd_arrays(fact: Fact, size: int) -> list[npt.NDArray[Any]]:
    """Columns of types that a fact of this kind never has; all count as null."""
    made = [
        np.ones(size, np.int64),
        np.full(size, 0.5),
        np.ones(size),
        np.array(["email"] * size),
        np.array([True] * size),
    ]
    kinds = {"bool": "bi", "int": "i", "float": "f", "str": "U"}[fact.kind]
    return [*(column for column in made if column.dtype.kind not in kinds), np.array([None] * size, object)]


def odd_columns(fact: Fact) -> list[pl.Expr]:
    """The same for frames."""
    made = {"int": pl.lit(1), "float": pl.lit(0.5), "str": pl.lit("email"), "bool": pl.lit(True)}
    fitting = ("bool", "int") if fact.kind == "bool" else (fact.kind,)
    return [column for kind, column in made.items() if kind not in fitting]


def odd_scalars(fact: Fact) -> list[npt.NDArray[Any]]:
    """Values shared by all rows that do not count as known: of another type, or just outside the range."""
    made = [column[:1].reshape(()) for column in odd_arrays(fact, 1)]
    if fact.kind == "int":
        made += [np.array(int(fact.low) - 1), np.array(int(fact.high) + 1), np.array(NULL_INT)]
    if fact.kind == "float":
        made += [np.array(fact.low - 0.5), np.array(fact.high + 0.5), np.array(np.nan)]
    return made
