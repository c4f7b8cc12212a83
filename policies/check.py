"""Policies over a plan, its variants and the people of its snapshot, before anything is rehearsed or approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from campaigns.finding import Finding, Severity
from campaigns.plan import Plan
from policies.evaluators.frame import violated
from policies.evaluators.reason import Violation, explain
from policies.facts import SCOPES, Scope
from policies.rule import PolicySet, Rule
from policies.sheets import Sheet, creative_sheet, currency_of, plan_sheet
from policies.wording import fill, shown

_ORDER: Mapping[Severity, int] = {"deny": 0, "require_approval": 1, "warn": 2}


def check(plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, now: datetime) -> tuple[Finding, ...]:
    """Every complaint about the plan, its variants and its audience, the gravest first; empty when all rules hold.

    `snapshot` has one row per person (see `tools/audience/snapshot.py`); a column that is missing from it counts as
    null for everybody. `now` is aware. The same plan, snapshot, policies and instant give the same findings.
    """
    sheet = plan_sheet(plan, snapshot.height, policies.hash, now, policies.lists)
    currency = currency_of(plan)
    found = list(asked(policies.scope("plan"), "plan", sheet, currency))
    found += check_audience(plan, snapshot, policies)
    for creative in plan.creatives:
        words = creative_sheet(plan, creative, policies.lists, policies.brand, now.date())
        found += asked(policies.scope("creative"), "creative", words, currency)
    return gravest_first(found)


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with denials first and warnings last, otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))


def check_audience(plan: Plan, snapshot: pl.DataFrame, policies: PolicySet) -> list[Finding]:
    """The audience rules over every person of the snapshot, as one finding with a count per rule violated."""
    people = audience_facts(plan, snapshot)
    rules = policies.scope("audience")
    counts = people.select(violated(rule.tree, people.schema).sum().alias(rule.id) for rule in rules)
    found: list[Finding] = []
    for rule in rules:
        violating = int(counts[rule.id][0] or 0) if people.height else 0
        if violating:
            words = {"violating": f"{violating:,}", "rows": f"{people.height:,}"}
            found.append(_finding(rule, "audience", words))
    return found


def audience_facts(plan: Plan, snapshot: pl.DataFrame) -> pl.DataFrame:
    """The facts of scope `audience`, one row per person of the snapshot; a fact that cannot be told is null."""
    columns = set(snapshot.columns)
    consents = [f"consent_{channel}" for channel in plan.brief.channels if f"consent_{channel}" in columns]
    known: dict[str, pl.Expr] = {}
    if consents:
        known["consent_any"] = pl.any_horizontal((pl.col(name) == 1).fill_null(False) for name in consents)
    if "suppressed" in columns:
        known["suppressed"] = pl.col("suppressed")
    if "time_zone" in columns:
        zones = [zone for zone in snapshot["time_zone"].unique().to_list() if _exists(zone)]
        known["zone_known"] = pl.col("time_zone").is_in(zones)
    if "country" in columns:
        country = pl.col("country")
        known["in_market"] = country.is_in(list(plan.brief.markets)) if plan.brief.markets else country.is_not_null()
    names = list(SCOPES["audience"].facts)
    return snapshot.with_columns(known.get(name, pl.lit(None, pl.Boolean)).alias(name) for name in names).select(names)


def asked(rules: Iterable[Rule], scope: Scope, sheet: Sheet, currency: str) -> Iterable[Finding]:
    """The findings of these rules over one sheet of facts of their scope, in the rules' order."""
    facts = SCOPES[scope].facts
    words = {name: shown(fact, sheet.facts.get(name), currency) for name, fact in facts.items()} | dict(sheet.words)
    for rule in rules:
        violation = explain(rule.tree, sheet.facts)
        if violation is not None:
            yield _finding(rule, sheet.subject, words, violation)


def _finding(rule: Rule, subject: str, words: Mapping[str, str], violation: Violation | None = None) -> Finding:
    observed = fill(rule.message, rule, words)
    if violation is not None and violation.unusable:
        observed += f" ({', '.join(violation.unusable)} not known)"
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        subject=subject,
        observed=observed,
        limit=fill(rule.limit, rule, words),
        remedy=fill(rule.remedy, rule, words),
    )


def _exists(zone: object) -> bool:
    """Whether a value is the name of an IANA zone on this machine."""
    if not isinstance(zone, str) or not zone:
        return False
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
