"""How the evaluators that give reasons are examined: failing parts, repairs, instants, and explanations of all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from types import ModuleType
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np

from policies.evaluators import closure, crossing, explainer, instant, reason, repair, shapes
from policies.evaluators.columns import MOST_RULES, Column
from policies.evaluators.validity import is_valid
from policies.facts import CLOCK_MINUTE, CLOCK_WEEKDAY, Fact, Value
from policies.language.syntax import Node, reads, text, walk
from policies.mutation.question import Question
from policies.mutation.tables import arrays, odd_arrays
from policies.rule import Rule

_ROWS = 12
"""Rows that are repaired per tree; a repair is much dearer than a verdict."""
_EXPLAINED = 64
"""Rows that are explained per exhibit of the language's constructs, enough for the way by columns."""
_ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC")
_NOWS = tuple(
    datetime.fromisoformat(written).replace(tzinfo=UTC)
    for written in (
        "2026-06-01T12:00:30", "2026-11-01T03:00:00", "2026-11-01T05:31:00", "2026-03-08T05:00:00",
        "2026-03-29T00:59:59", "2026-10-25T00:10:00", "2026-04-04T14:59:00",
    )
)  # fmt: skip
"""An ordinary day and the nights on which these zones change their clocks."""


def examine_reason(module: ModuleType, question: Question) -> bool:
    """The failing parts, the values seen and what is not known, row by row."""
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


def examine_shapes(module: ModuleType, question: Question) -> bool:
    """The shape of every row of known facts that violates a tree, against the row's own explanation."""
    for at, tree in enumerate(question.exhibit.trees):
        rows, table, violations = _violating(question, at)
        found = module.Shapes(tree, reason.Reasoner(tree))
        if found.usable != (len(shapes.deciding(tree)) <= MOST_RULES):
            return False
        told = [(shape.parts, shape.names) for shape in found.of(table, rows)] if found.usable else None
        if found.usable and told != [(one.parts, tuple(name for name, _ in one.seen)) for one in violations]:
            return False
    return True


def examine_crossing(module: ModuleType, question: Question) -> bool:
    """Where every relation turns in every fact."""
    rows = cast(list[Mapping[str, Value]], _known(question, tuple(question.exhibit.facts))[:_ROWS])

    def turned(asked: ModuleType, node: Node, fact: Fact) -> list[object]:
        turn = asked.crossing(node, fact)
        return ["none"] if turn is None else [turn(row) for row in rows]

    for tree in question.exhibit.trees:
        for node, fact in product(walk(tree), question.exhibit.facts.values()):
            if turned(module, node, fact) != question.once(
                (id(node), fact.name), lambda n=node, f=fact: turned(crossing, n, f)
            ):
                return False
    return True


def examine_nearest(module: ModuleType, question: Question) -> bool:
    """Single changes for all violating rows at once, against the repair of one row after the other."""
    for at, tree in enumerate(question.exhibit.trees):
        rows, table, _ = _violating(question, at)
        rows, table = rows[:_ROWS], {name: column[:_ROWS] for name, column in table.items()}
        made = module.Nearest(tree)
        if made.changes(table, rows) != question.once(("single", at), lambda t=tree, r=rows: _single(t, r)):
            return False
    return True


def _single(tree: Node, rows: Sequence[Mapping[str, Value]]) -> list[tuple[str, Value] | None]:
    """The repairs of one number or answer that no text stands before."""
    repairer = repair.Repairer(tree)
    kinds = {node.fact.name: node.fact.kind for node in walk(tree) if hasattr(node, "fact")}
    texts = [place for place, name in enumerate(kinds) if kinds[name] == "str"]
    single = list(kinds)[: texts[0]] if texts else list(kinds)
    found = [repairer.repair(row) for row in rows]
    return [(c[0].fact, c[0].to) if len(c) == 1 and c[0].fact in single else None for c in found]  # type: ignore[misc]


def examine_repair(module: ModuleType, question: Question) -> bool:
    """The changes of rows of any kind one by one, and of violating rows of known facts together."""
    for at, tree in list(enumerate(question.exhibit.trees))[:: 3 if question.wide else 1]:
        rows, table, _ = _violating(question, at)
        rows, table = rows[:_ROWS], {name: column[:_ROWS] for name, column in table.items()}
        asked = [*rows, *question.exhibit.rows[-_ROWS:]]
        made = module.Repairer(tree)
        wanted = question.once(("repairs", at), lambda t=tree, r=asked: _repairs(repair, t, r))
        if _repairs(module, tree, asked) != wanted:
            return False
        if [_changes(found) for found in made.many(table, rows)] != wanted[: len(rows)]:
            return False
    return True


def _repairs(module: ModuleType, tree: Node, rows: Sequence[Mapping[str, object]]) -> list[object]:
    repairer = module.Repairer(tree)
    return [_changes(repairer.repair(row)) for row in rows]


def _changes(found: Sequence[repair.Change]) -> list[tuple[object, ...]]:
    return [(change.fact, change.seen, change.to) for change in found]


def examine_instant(module: ModuleType, question: Question) -> bool:
    """The next passing instant of rules about local time in several zones, over changes of the clock."""
    for at, tree in enumerate(question.exhibit.trees):
        rows = question.exhibit.rows[:: max(1, len(question.exhibit.rows) // 4)]
        if module.Clockwork(tree).reads_clock != bool({CLOCK_MINUTE, CLOCK_WEEKDAY} & set(reads(tree))):
            return False
        if _instants(module, tree, rows) != question.once(
            ("instants", at), lambda t=tree, r=rows: _instants(instant, t, r)
        ):
            return False
    return True


def _instants(module: ModuleType, tree: Node, rows: Sequence[Mapping[str, object]]) -> list[object]:
    clock = module.Clockwork(tree)
    if not clock.reads_clock:
        return [clock.next_passing(row, ZoneInfo(_ZONES[0]), _NOWS[0]) for row in rows[:1]]
    return [clock.next_passing(row, ZoneInfo(zone), now) for row in rows for zone in _ZONES for now in _NOWS]


def examine_explainer(module: ModuleType, question: Question) -> bool:
    """Every refusal in full, one by one and in columns, with and without an instant, against the original one by one."""
    facts, size = (
        question.exhibit.facts,
        min(len(question.typed), _EXPLAINED if question.wide or len(reads(question.exhibit.trees[0])) > 3 else _ROWS),
    )
    trees = question.exhibit.trees[::6]
    rows, rules = question.typed_rows[:size], [_rule(tree, facts) for tree in trees]
    zones = [ZoneInfo(_ZONES[at % len(_ZONES)]) if at % 3 else None for at in range(size)]

    def wanted(now: datetime | None) -> list[list[tuple[object, ...]]]:
        one = explainer.Explainer(rules, "USD").one
        return [_told(one(row, zone, now)) for row, zone in zip(rows, zones, strict=True)]

    masks_wanted = question.once("masks", lambda: [closure.closure(trees)(row) for row in rows])
    made, table = module.Explainer(rules, "USD"), {n: c[:size] for n, c in arrays(question.typed_rows, facts).items()}
    plain, zoned = (question.once(("explained", now), lambda now=now: wanted(now)) for now in (None, _NOWS[1]))
    for given, now, told in ((None, None, plain), (zones, _NOWS[1], zoned), (zones, None, plain)):
        masks, found = made.batch(table, size, given, now)
        if masks.tolist() != masks_wanted or [_told(one) for one in found] != told:
            return False
    few = [_told(made.one(row, zone, _NOWS[1])) for row, zone in zip(rows[:_ROWS], zones, strict=False)]
    if few != zoned[:_ROWS]:
        return False
    few_rules = rules[::2]
    some = module.Explainer(few_rules, "USD")
    tables = question.once("odd", lambda: _odd_tables(table, facts)) if question.wide and facts else []
    for at, odd in enumerate(tables):
        expected = question.once(("odd", at), lambda odd=odd: _batch(explainer.Explainer(few_rules, "USD"), odd))
        if _batch(some, odd) != expected:
            return False
    return True


def _odd_tables(table: Mapping[str, Column], facts: Mapping[str, Fact]) -> list[dict[str, Column]]:
    """A few rows with one column absent, shared by all rows, of whole numbers, or of another type."""
    short = {name: column[:4] for name, column in table.items()}
    made = [{key: column for key, column in short.items() if key != name} for name in facts]
    made += [{**short, name: short[name][0:1].reshape(())} for name in facts]
    return [*made, *({**short, name: odd} for name, fact in facts.items() for odd in odd_arrays(fact, 4))]


def _batch(asked: explainer.Explainer, table: Mapping[str, Column]) -> list[list[tuple[object, ...]]]:
    return [_told(found) for found in asked.batch(table, 4)[1]]


def _rule(tree: Node, facts: Mapping[str, Fact]) -> Rule:
    """The tree as a rule whose texts name a fact it reads, one that it may not, and one that there is not."""
    names = list(facts)
    read = {name: facts[name] for name in reads(tree)}
    limit = f"{{{names[0]}}} and {{nothing}}" if names else "no facts"
    remedy = f"{{{names[-1]}}} of {{params.most}}" if names else "no facts"
    return Rule("r", "p", "contact", "deny", text(tree), tree, read, "m", limit, remedy, {"most": 3})


def _told(found: Sequence[explainer.Explanation]) -> list[tuple[object, ...]]:
    return [
        (one.rule, one.severity, one.parts, one.seen, one.limit, one.remedy, one.changes, one.change, one.passes_at)
        for one in found
    ]


def _known(question: Question, names: Sequence[str]) -> list[Mapping[str, object]]:
    """The rows in which all of these facts are known."""
    facts = question.exhibit.facts
    return [row for row in question.typed_rows if all(is_valid(facts[name], row.get(name)) for name in names)]


def _violating(
    question: Question, at: int
) -> tuple[list[Mapping[str, Value]], dict[str, Column], list[reason.Violation]]:
    """The rows of known facts that violate a tree, the same as columns, and their explanations."""

    def found() -> tuple[list[Mapping[str, Value]], dict[str, Column], list[reason.Violation]]:
        tree = question.exhibit.trees[at]
        facts = {name: question.exhibit.facts[name] for name in reads(tree)}
        rows: list[Mapping[str, Value]] = []
        violations: list[reason.Violation] = []
        for row, wanted in zip(question.exhibit.rows, question.explained, strict=True):
            violation = wanted[at]
            if violation is not None and all(is_valid(fact, row.get(name)) for name, fact in facts.items()):
                rows.append({name: cast(Value, row[name]) for name in facts})
                violations.append(violation)
        table = arrays(rows, facts)
        flags = {name: table[name] == 1 for name, fact in facts.items() if fact.kind == "bool"}
        return rows, {**table, **{name: np.asarray(flag) for name, flag in flags.items()}}, violations

    return question.once(("violating", at), found)
