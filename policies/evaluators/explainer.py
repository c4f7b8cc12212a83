"""Refused decisions in full: every violated rule with the value seen, the limit, and the smallest change that passes.

Rows are judged in columns first; only violated rules of refused rows are looked at, and rows that show a rule the same
values share one explanation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, cast
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.contact import IntArray
from policies.evaluators.columns import Column, Facts, columns
from policies.evaluators.instant import Clockwork
from policies.evaluators.reason import Reasoner, Violation
from policies.evaluators.repair import Change, Repairer
from policies.evaluators.shapes import Shapes
from policies.evaluators.validity import is_valid
from policies.facts import SCOPES, Fact, Kind, Value
from policies.rule import Rule
from policies.wording import PLACEHOLDER, all_shown, fill, filled, shown

_KEPT = 100_000
"""Explanations kept per rule; beyond it the oldest work is done again, so that memory stays bounded."""

_FITTING: Mapping[Kind, str] = {"bool": "biu", "int": "iu", "float": "f", "str": "OU"}
"""Numpy's letters for the column types that count for a kind of fact, as in `columns`; all others are null."""

_DTYPES: Mapping[Kind, type] = {"bool": np.bool_, "int": np.int64, "float": np.float64, "str": object}

_FEW = 8
"""Fewer different sets of values than this are explained one by one, which is quicker then."""

_NO_CHANGE = "no small change passes"

Key: TypeAlias = tuple[Value | None, ...]
"""The values that a rule sees in one row, in the order of its facts."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one rule refuses: what was seen, what is allowed, and what would make it pass.

    `parts` are the failing parts of the rule's text, `seen` the values read there (None: not known), `changes` the
    smallest change that passes (empty when none was found), `change` the same in words, and `passes_at` (UTC) when a rule about local time next
    holds with all else as it is. `limit` and `remedy` are the rule's own words, filled in.
    """

    rule: str
    severity: str
    parts: tuple[str, ...]
    seen: tuple[tuple[str, Value | None], ...]
    limit: str
    remedy: str
    changes: tuple[Change, ...]
    change: str
    passes_at: datetime | None = None


class Explainer:
    """Explains decisions by rules of one scope; made once, since it prepares every rule.

    `currency` is how money facts are written. A row is asked about with `one`, columns with `batch`.
    """

    def __init__(self, rules: Sequence[Rule], currency: str = "") -> None:
        self._rules = tuple(_Prepared(rule, currency) for rule in rules)
        self._judge = columns([rule.tree for rule in rules])

    def one(
        self, facts: Mapping[str, object], zone: ZoneInfo | None = None, now: datetime | None = None
    ) -> tuple[Explanation, ...]:
        """Every violated rule, explained, in the order of the rules; empty when all hold.

        With the person's zone and an aware `now`, rules about local time also say when they next hold.
        """
        found = (rule.explained(facts) for rule in self._rules)
        return tuple(
            rule.timed(one, facts, zone, now) for rule, one in zip(self._rules, found, strict=True) if one is not None
        )

    def batch(
        self, facts: Facts, n: int, zones: Sequence[ZoneInfo | None] | None = None, now: datetime | None = None
    ) -> tuple[IntArray, list[tuple[Explanation, ...]]]:
        """The mask of every row (see `columns`) and, per row, every violated rule explained; () for rows allowed.

        `zones` are the persons' zones, row by row. BadFacts when a column's length is not `n`.
        """
        masks = self._judge(facts, n)
        refused = np.flatnonzero(masks)
        parts: list[list[Explanation]] = [[] for _ in range(len(refused))]
        for bit, rule in enumerate(self._rules):
            hit = np.flatnonzero(masks[refused] >> bit & 1)
            where = refused[hit]
            rows = rule.rows(facts, where)
            own = zones if rule.clock.reads_clock else None
            made = rule.all_kept(rows)
            for place, row, key, one in zip(hit.tolist(), where.tolist(), rows, made, strict=True):
                parts[place].append(one if own is None else rule.timed(one, rule.named(key), own[row], now))
        explained: list[tuple[Explanation, ...]] = [()] * n
        for row, found in zip(refused.tolist(), parts, strict=True):
            explained[row] = tuple(found)
        return masks, explained


class _Prepared:
    """One rule with what explaining it needs, and the explanations already made by the values seen."""

    def __init__(self, rule: Rule, currency: str) -> None:
        self._rule = rule
        self._currency = currency
        self._reasoner = Reasoner(rule.tree)
        self._repairer = Repairer(rule.tree)
        asked = [*rule.facts, *PLACEHOLDER.findall(rule.limit), *PLACEHOLDER.findall(rule.remedy)]
        known = {**SCOPES[rule.scope].facts, **rule.facts}
        self._facts = {name: known[name] for name in asked if name in known}
        self._names = tuple(self._facts)
        self._named_in_texts = {*PLACEHOLDER.findall(rule.limit), *PLACEHOLDER.findall(rule.remedy)}
        self._shapes = Shapes(rule.tree, self._reasoner)
        self._made: dict[Key, Explanation] = {}
        self._instants: dict[tuple[object, ...], datetime | None] = {}
        self.clock = Clockwork(rule.tree)

    def explained(self, facts: Mapping[str, object]) -> Explanation | None:
        """The explanation for these facts, or None when the rule holds."""
        violation = self._reasoner.explain(facts)
        return None if violation is None else self._explanation(violation, facts)

    def all_kept(self, keys: Sequence[Key]) -> list[Explanation]:
        """The explanation for the values seen in each row that violates the rule, made once for equal values."""
        found = {key: self._made.get(key) for key in keys}
        new = [key for key, made in found.items() if made is None]
        fresh = self._in_columns(new) if len(new) >= _FEW else {}
        for key in new:
            found[key] = fresh.get(key) or self._alone(key)
        if len(self._made) + len(new) > _KEPT:
            self._made.clear()
        self._made.update((key, one) for key in new[:_KEPT] if (one := found[key]) is not None)
        return [one for key in keys if (one := found[key]) is not None]

    def _alone(self, key: Key) -> Explanation:
        facts = self.named(key)
        violation = self._reasoner.explain(facts)
        if violation is None:
            raise RuntimeError(f"rule {self._rule.id} is violated in columns and holds for {facts}")
        return self._explanation(violation, facts)

    def _in_columns(self, keys: Sequence[Key]) -> dict[Key, Explanation]:
        """Explanations for those of many different keys whose values are all known and in range; made by columns."""
        known, table = self._table(keys)
        if not known or not self._shapes.usable:
            return {}
        rule, rows = self._rule, cast(Sequence[Mapping[str, Value]], [self.named(key) for key in known])
        values = dict(zip(self._names, zip(*known, strict=True), strict=True))
        pairs = {name: [(name, one) for one in column] for name, column in values.items()}
        words = {
            name: all_shown(fact, values[name], self._currency)
            for name, fact in self._facts.items()
            if name in self._named_in_texts
        }
        limits = filled(rule.limit, rule, words, len(known))
        remedies = filled(rule.remedy, rule, words, len(known))
        changes = self._repairer.many(table, rows)
        shapes = self._shapes.of(table, rows)
        return {
            key: Explanation(
                rule.id, rule.severity, shape.parts, tuple([pairs[name][at] for name in shape.names]), limit, remedy,
                change, said,
            )
            for at, (key, shape, limit, remedy, change, said) in enumerate(
                zip(known, shapes, limits, remedies, changes, self._all_in_words(changes), strict=True)
            )
        }  # fmt: skip

    def _table(self, keys: Sequence[Key]) -> tuple[list[Key], dict[str, Column]]:
        """The keys whose values are all known, and those values as columns."""
        known = [key for key in keys if all(map(is_valid, self._facts.values(), key))]
        columns = zip(*known, strict=True) if known else ()
        return known, {
            name: np.array(column, _DTYPES[fact.kind])
            for (name, fact), column in zip(self._facts.items(), columns, strict=False)
        }

    def named(self, key: Key) -> dict[str, Value | None]:
        """The facts of the rule by name."""
        return dict(zip(self._names, key, strict=True))

    def rows(self, facts: Facts, where: IntArray) -> list[Key]:
        """The values that the rule sees in these rows, one tuple per row."""
        if not self._facts:
            return [()] * len(where)
        return list(zip(*(_values(f, facts.get(n), where) for n, f in self._facts.items()), strict=True))

    def timed(
        self, one: Explanation, facts: Mapping[str, object], zone: ZoneInfo | None, now: datetime | None
    ) -> Explanation:
        """The explanation with the instant at which the rule next holds, when it is about local time."""
        if zone is None or now is None:
            return one
        key = (zone.key, now, *(facts.get(name) for name in self._names))
        if key not in self._instants:
            if len(self._instants) >= _KEPT:
                self._instants.clear()
            self._instants[key] = self.clock.next_passing(facts, zone, now)
        at = self._instants[key]
        return one if at is None else replace(one, passes_at=at)

    def _explanation(self, violation: Violation, facts: Mapping[str, object]) -> Explanation:
        rule = self._rule
        words = {name: shown(fact, facts.get(name), self._currency) for name, fact in self._facts.items()}
        changes = self._repairer.repair(facts)
        return Explanation(
            rule=rule.id,
            severity=rule.severity,
            parts=violation.parts,
            seen=violation.seen,
            limit=fill(rule.limit, rule, words),
            remedy=fill(rule.remedy, rule, words),
            changes=changes,
            change=" and ".join(self._in_words(change) for change in changes) or _NO_CHANGE,
        )

    def _all_in_words(self, changes: Sequence[tuple[Change, ...]]) -> list[str]:
        """The changes of every row in words; single ones, which most are, fact by fact."""
        said = [_NO_CHANGE] * len(changes)
        single: dict[str, list[int]] = {}
        for place, found in enumerate(changes):
            if len(found) == 1:
                single.setdefault(found[0].fact, []).append(place)
            elif found:
                said[place] = " and ".join(map(self._in_words, found))
        for name, places in single.items():
            fact = self._facts[name]
            one = [changes[place][0] for place in places]
            to = all_shown(fact, [change.to for change in one], self._currency)
            seen = all_shown(fact, [change.seen for change in one], self._currency)
            for place, new, old in zip(places, to, seen, strict=True):
                said[place] = f"{name} {new} instead of {old}"
        return said

    def _in_words(self, change: Change) -> str:
        fact = self._facts[change.fact]
        if change.to is None:
            return f"{change.fact} has to be known"
        to, seen = shown(fact, change.to, self._currency), shown(fact, change.seen, self._currency)
        return f"{change.fact} {to} instead of {seen}"


def _values(fact: Fact, column: Column | None, where: IntArray) -> list[Value | None]:
    """One fact's values in these rows as plain values, None where the column's type does not fit."""
    array = np.asarray(column)
    if column is None or array.dtype.kind not in _FITTING[fact.kind]:
        return [None] * len(where)
    taken = (np.broadcast_to(array, len(where)) if array.ndim == 0 else array[where]).tolist()
    if fact.kind == "bool" and array.dtype.kind != "b":
        return [True if v == 1 else False if v == 0 else None for v in taken]
    return list(taken)
