"""Refused decisions in full: every violated rule with the value seen, the limit, and the smallest change that passes.

Rows are judged in columns first; only violated rules of refused rows are looked at, and rows that show a rule the same
values share one explanation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.contact import IntArray
from policies.evaluators.columns import Column, Facts, columns
from policies.evaluators.instant import Clockwork
from policies.evaluators.reason import Reasoner, Violation
from policies.evaluators.repair import Change, Repairer
from policies.facts import NULL_INT, SCOPES, Fact, Kind, Value
from policies.rule import Rule
from policies.wording import PLACEHOLDER, fill, shown

_KEPT = 100_000
"""Explanations kept per rule; beyond it the oldest work is done again, so that memory stays bounded."""

_FITTING: Mapping[Kind, str] = {"bool": "biu", "int": "iu", "float": "f", "str": "OU"}
"""Numpy's letters for the column types that count for a kind of fact, as in `columns`; all others are null."""


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
            own = zones if rule.clock.reads_clock and now is not None else None
            for place, row, key in zip(hit.tolist(), where.tolist(), rows, strict=True):
                one = rule.kept(key)
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
        self._facts = {name: SCOPES[rule.scope].facts[name] for name in asked if name in SCOPES[rule.scope].facts}
        self._names = tuple(self._facts)
        self._made: dict[tuple[Value | None, ...], Explanation] = {}
        self._instants: dict[tuple[object, ...], datetime | None] = {}
        self.clock = Clockwork(rule.tree)

    def explained(self, facts: Mapping[str, object]) -> Explanation | None:
        """The explanation for these facts, or None when the rule holds."""
        violation = self._reasoner.explain(facts)
        return None if violation is None else self._explanation(violation, facts)

    def kept(self, key: tuple[Value | None, ...]) -> Explanation:
        """The explanation for the values seen by a violated rule, made once for equal values."""
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            facts = self.named(key)
            violation = self._reasoner.explain(facts)
            if violation is None:
                raise RuntimeError(f"rule {self._rule.id} is violated in columns and holds for {facts}")
            found = self._made[key] = self._explanation(violation, facts)
        return found

    def named(self, key: tuple[Value | None, ...]) -> dict[str, Value | None]:
        """The facts of the rule by name."""
        return dict(zip(self._names, key, strict=True))

    def rows(self, facts: Facts, where: IntArray) -> list[tuple[Value | None, ...]]:
        """The values that the rule sees in these rows, one tuple per row."""
        if not len(where):
            return []
        return list(zip(*(_values(f, facts.get(n), where) for n, f in self._facts.items()), strict=True))

    def timed(
        self, one: Explanation, facts: Mapping[str, object], zone: ZoneInfo | None, now: datetime | None
    ) -> Explanation:
        """The explanation with the instant at which the rule next holds, when it is about local time."""
        if zone is None or now is None or not self.clock.reads_clock:
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
            change=" and ".join(self._in_words(change) for change in changes) or "no small change passes",
        )

    def _in_words(self, change: Change) -> str:
        fact = self._facts[change.fact]
        if change.to is None:
            return f"{change.fact} has to be known"
        to, seen = shown(fact, change.to, self._currency), shown(fact, change.seen, self._currency)
        return f"{change.fact} {to} instead of {seen}"


def _values(fact: Fact, column: Column | None, where: IntArray) -> list[Value | None]:
    """One fact's values in these rows as plain values, None for what does not count as known."""
    array = np.asarray(column)
    if column is None or array.dtype.kind not in _FITTING[fact.kind]:
        return [None] * len(where)
    taken = (np.broadcast_to(array, len(where)) if array.ndim == 0 else array[where]).tolist()
    if fact.kind == "bool" and array.dtype.kind != "b":
        return [True if v == 1 else False if v == 0 else None for v in taken]
    if fact.kind == "int":
        return [None if v == NULL_INT else v for v in taken]
    return list(taken)
