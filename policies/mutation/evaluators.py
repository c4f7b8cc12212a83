"""The score of the evaluators: their own source broken in every small way, and whether the differential suite notices."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType

import numpy as np
import polars as pl

from policies.errors import BadFacts
from policies.evaluators import closure, columns, frame, reason, sql, validity
from policies.facts import Kind
from policies.language.syntax import Node, reads
from policies.mutation.corpus import Exhibit, Row, exhibits
from policies.mutation.database import Database
from policies.mutation.score import Outcome, Score
from policies.mutation.source import SourceMutant, source_mutants
from policies.mutation.tables import arrays, fits, odd_arrays, odd_columns, odd_scalars
from policies.rule import PolicySet

_DTYPES: Mapping[Kind, type[pl.DataType]] = {"bool": pl.Boolean, "int": pl.Int64, "float": pl.Float64, "str": pl.String}


@dataclass(frozen=True, slots=True)
class Question:
    """Trees and rows, with the masks that all evaluators must give and the explanations the explainer must."""

    exhibit: Exhibit
    masks: tuple[int, ...]
    explained: tuple[tuple[reason.Violation | None, ...], ...]
    typed: tuple[int, ...]
    _without: dict[str, list[int]] = field(default_factory=dict)
    _databases: dict[tuple[str, bool], Database] = field(default_factory=dict)

    def masks_without(self, name: str) -> list[int]:
        """The masks of the typed rows when this fact is absent from all of them."""
        if name not in self._without:
            decide = closure.closure(self.exhibit.trees)
            rows = ({key: value for key, value in row.items() if key != name} for row in self.typed_rows)
            self._without[name] = [decide(row) for row in rows]
        return self._without[name]

    def database(self, dialect: str, flags_as_numbers: bool) -> Database:
        """The typed rows in a database of this kind, made once."""
        key = (dialect, flags_as_numbers)
        if key not in self._databases:
            self._databases[key] = Database(dialect, self.typed_rows, self.exhibit.facts, flags_as_numbers)
        return self._databases[key]

    @property
    def wide(self) -> bool:
        """Whether it shows the language's constructs, so that columns of other shapes and types are tried too."""
        return len(self.exhibit.trees) > 1

    @property
    def typed_rows(self) -> list[Row]:
        """The rows that typed columns can hold."""
        return [self.exhibit.rows[at] for at in self.typed]

    @property
    def typed_masks(self) -> list[int]:
        """Their masks."""
        return [self.masks[at] for at in self.typed]


Examiner = Callable[[ModuleType, Question], bool]
"""Whether a (changed) evaluator answers a question as the original does."""


def score_evaluators(policies: PolicySet, progress: Callable[[str], None] = lambda _line: None) -> Score:
    """What becomes of every mutant of every evaluator under the differential suite of `corpus.exhibits`.

    A mutant that raises where the original answers is killed; one that is no program at all is left out. Nothing is
    proved equivalent here: what only changes speed counts as survived.
    """
    questions = [_question(exhibit) for exhibit in exhibits(policies)]
    found: list[Outcome] = []
    for module, examine in EXAMINERS:
        name = module.__name__.rsplit(".", 1)[-1]
        progress(f"evaluator {name}")
        if not all(examine(module, question) for question in questions):
            raise AssertionError(f"the evaluator {name} does not agree with the others, so it has no score")
        for mutant in source_mutants(Path(str(module.__file__)).read_text("utf-8")):
            changed = _loaded(module, mutant)
            if changed is not None:
                killed = _killed(changed, examine, questions)
                found.append(Outcome(name, mutant.name, "killed" if killed else "survived"))
    return Score(tuple(found))


def _question(exhibit: Exhibit) -> Question:
    decide = closure.closure(exhibit.trees)
    masks = tuple(decide(row) for row in exhibit.rows)
    explained = tuple(tuple(reason.explain(tree, row) for tree in exhibit.trees) for row in exhibit.rows)
    typed = tuple(at for at, row in enumerate(exhibit.rows) if fits(row, exhibit.facts))
    return Question(exhibit, masks, explained, typed)


def _loaded(module: ModuleType, mutant: SourceMutant) -> ModuleType | None:
    """The changed module, apart from the real one; None when Python refuses to load it."""
    changed = ModuleType(f"{module.__name__}_mutant")
    changed.__file__ = module.__file__
    sys.modules[changed.__name__] = changed  # dataclasses look their module up
    try:
        exec(compile(mutant.tree, str(module.__file__), "exec"), changed.__dict__)
    except Exception:
        return None
    finally:
        del sys.modules[changed.__name__]
    return changed


def _killed(changed: ModuleType, examine: Examiner, questions: Sequence[Question]) -> bool:
    for question in questions:
        try:
            if not examine(changed, question):
                return True
        except Exception:
            return True
    return False


def _closure(module: ModuleType, question: Question) -> bool:
    decide = module.closure(question.exhibit.trees)
    rows = question.exhibit.rows
    if [decide(MappingProxyType(row)) for row in rows[:40]] != list(question.masks[:40]):
        return False
    return [decide(row) for row in rows] == list(question.masks)


def _columns(module: ModuleType, question: Question) -> bool:
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


def _frame(module: ModuleType, question: Question) -> bool:
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


def _reason(module: ModuleType, question: Question) -> bool:
    for row, wanted in zip(question.exhibit.rows, question.explained, strict=True):
        for tree, violation in zip(question.exhibit.trees, wanted, strict=True):
            found = module.explain(tree, row)
            if (found is None) != (violation is None):
                return False
            if found is not None and violation is not None and _parts(found) != _parts(violation):
                return False
    return True


def _parts(violation: reason.Violation) -> tuple[object, ...]:
    return violation.parts, violation.seen, violation.unusable


def _validity(module: ModuleType, question: Question) -> bool:
    for row in question.exhibit.rows:
        for name, fact in question.exhibit.facts.items():
            value = row.get(name)
            if module.is_valid(fact, module.plain(value)) != validity.is_valid(fact, validity.plain(value)):
                return False
    return True


def _sql(module: ModuleType, question: Question) -> bool:
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


EXAMINERS: Sequence[tuple[ModuleType, Examiner]] = (
    (closure, _closure),
    (columns, _columns),
    (frame, _frame),
    (reason, _reason),
    (validity, _validity),
    (sql, _sql),
)
"""Every evaluator with the way in which it is asked."""
