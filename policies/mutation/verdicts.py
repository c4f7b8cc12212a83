"""How the evaluators that give a verdict are examined: one row, columns of any shape, frames, tables, single values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType

import numpy as np
import polars as pl

from policies.errors import BadFacts
from policies.evaluators import columns, sql, validity
from policies.facts import Kind
from policies.language.syntax import Node, reads
from policies.mutation.question import Question
from policies.mutation.tables import arrays, odd_arrays, odd_columns, odd_scalars

_DTYPES: Mapping[Kind, type[pl.DataType]] = {"bool": pl.Boolean, "int": pl.Int64, "float": pl.Float64, "str": pl.String}


class _Inventive(dict[str, object]):
    """Makes up a sound value for every fact that it does not have."""

    def __init__(self, row: Mapping[str, object], made_up: object) -> None:
        super().__init__(row)
        self._made_up = made_up

    def __missing__(self, name: str) -> object:
        return self._made_up


def examine_closure(module: ModuleType, question: Question) -> bool:
    """Plain rows, read-only ones, and ones that make up what is absent."""
    decide = module.closure(question.exhibit.trees)
    rows = question.exhibit.rows
    if [decide(MappingProxyType(row)) for row in rows[:40]] != list(question.masks[:40]):
        return False
    for name in question.exhibit.facts if question.wide else ():
        made_up = question.typed_rows[0][name]
        without = [{key: value for key, value in row.items() if key != name} for row in question.typed_rows[:20]]
        if [decide(_Inventive(row, made_up)) for row in without] != question.masks_without(name)[:20]:
            return False
    return [decide(row) for row in rows] == list(question.masks)


def examine_columns(module: ModuleType, question: Question) -> bool:
    """Whether columns of any shape and sound kind are judged as the rows are."""
    decide = module.columns(question.exhibit.trees)
    rows, facts = question.typed_rows, question.exhibit.facts
    given = arrays(rows, facts)
    if decide(given, len(rows)).tolist() != question.typed_masks:
        return False
    return not question.wide or _columns_of_other_shapes(decide, given, question)


def _columns_of_other_shapes(decide: columns.DecideColumns, given: columns.Facts, question: Question) -> bool:
    """One row for all, bool arrays, an absent column, columns of another type, and one that is too short."""
    facts, size = question.exhibit.facts, len(question.typed_rows)
    for at in (0, size // 2):
        shared = {name: np.asarray(column[at], column.dtype) for name, column in given.items()}
        if decide(shared, 3).tolist() != [question.typed_masks[at]] * 3:
            return False
    plain = {name: column == 1 if facts[name].kind == "bool" else column for name, column in given.items()}
    flags = {name: column.astype(np.int8) for name, column in plain.items() if facts[name].kind == "bool"}
    if decide(plain, size).tolist() != decide({**given, **flags}, size).tolist():
        return False
    for name, fact in facts.items():
        for odd in odd_scalars(fact):
            alone = decide({**given, name: odd}, size)
            if alone.tolist() != question.masks_without(name):
                return False
        rest = {key: column for key, column in given.items() if key != name}
        absent = question.masks_without(name)
        for changed in (rest, *({**rest, name: column} for column in odd_arrays(fact, size))):
            if decide(changed, size).tolist() != absent:
                return False
        for wrong in (np.resize(given[name], size + 1), np.resize(given[name], (size, 2))):
            if name in _read(question.exhibit.trees) and not _refuses(decide, {**given, name: wrong}, size):
                return False
    return True


def _refuses(decide: columns.DecideColumns, given: columns.Facts, size: int) -> bool:
    try:
        decide(given, size)
    except BadFacts:
        return True
    return False


def _read(trees: Sequence[Node]) -> set[str]:
    return {name for tree in trees for name in reads(tree)}


def examine_frame(module: ModuleType, question: Question) -> bool:
    """Whether a frame finds the rows that are violated, nulls and odd values included."""
    facts, trees = question.exhibit.facts, question.exhibit.trees
    schema = {name: _DTYPES[fact.kind] for name, fact in facts.items()}
    rows = [{name: row.get(name) for name in facts} for row in question.typed_rows]
    made = pl.DataFrame(rows, schema=schema, orient="row")
    flags = [name for name, fact in facts.items() if fact.kind == "bool"]
    as_bytes = made.with_columns(pl.col(name).cast(pl.Int8).fill_null(-1) for name in flags)
    if any(_asked(module, trees, frame_) != question.typed_masks for frame_ in (made, as_bytes)):
        return False
    for name, fact in facts.items() if question.wide else ():
        own = [tree for tree in trees if name in reads(tree)]
        every = [(1 << len(own)) - 1] * made.height
        for odd in (made.drop(name), *(made.with_columns(other.alias(name)) for other in odd_columns(fact))):
            if own and _asked(module, own, odd) != every:
                return False
    return True


def _asked(module: ModuleType, trees: Sequence[Node], made: pl.DataFrame) -> list[int]:
    found = made.select(module.violated(tree, made.schema).alias(str(at)) for at, tree in enumerate(trees))
    return [sum(int(flag) << at for at, flag in enumerate(row)) for row in found.iter_rows()]


def examine_validity(module: ModuleType, question: Question) -> bool:
    """Whether every value counts as known or not as its fact says."""
    for row in question.exhibit.rows:
        for name, fact in question.exhibit.facts.items():
            value = row.get(name)
            if module.is_valid(fact, module.plain(value)) != validity.is_valid(fact, validity.plain(value)):
                return False
    return True


def examine_sql(module: ModuleType, question: Question) -> bool:
    """SQLite with every exhibit, DuckDB with the language's constructs, Postgres by its text; flags also as numbers."""
    facts = question.exhibit.facts
    kinds: dict[str, Kind] = {name: fact.kind for name, fact in facts.items()}
    numbers: dict[str, Kind] = {name: "int" if kind == "bool" else kind for name, kind in kinds.items()}
    for dialect in ("sqlite", "duckdb") if question.wide else ("sqlite",):
        for given in (kinds, numbers) if question.wide and dialect == "sqlite" else (kinds,):
            if _in_database(module, question, dialect, given) != question.typed_masks:
                return False
    if not facts:
        return True
    for given in (kinds, numbers):
        # No Postgres runs here, and it is strict about types and operators, so its text is held to the original's.
        if module.mask_sql(question.exhibit.trees, given, "postgres") != sql.mask_sql(
            question.exhibit.trees, given, "postgres"
        ):
            return False
    first = next(iter(facts))
    without = {name: kind for name, kind in kinds.items() if name != first}
    other: dict[str, Kind] = {**kinds, first: "str" if kinds[first] != "str" else "float"}
    absent = question.masks_without(first)
    return all(_in_database(module, question, "sqlite", given) == absent for given in (without, other))


def _in_database(module: ModuleType, question: Question, dialect: str, kinds: Mapping[str, Kind]) -> list[int]:
    flags_as_numbers = "bool" not in kinds.values()
    asked = module.mask_sql(question.exhibit.trees, kinds, dialect)
    return question.database(dialect, flags_as_numbers).masks(asked)
