"""One person before the contact rules: what each rule sees of them at an instant, what it allows, what would pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.errors import BadInput
from campaigns.plan import Plan
from campaigns.ports import Account
from campaigns.workspace import Workspace
from delivery.consents import ended_since_snapshot
from delivery.engine import Engine
from delivery.errors import NotLaunched
from delivery.impact import Onlooker
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from delivery.values import Values
from policies.evaluators.explainer import Explainer, Explanation
from policies.facts import SCOPES, Value, row_of
from policies.guard import Guard
from policies.rule import PolicySet, Rule
from policies.sheets import currency_of
from policies.wording import fill, shown


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """One contact rule before one variant for one person: the values it read and its limit, and, when it refuses,
    the smallest change that passes and the instant (UTC) at which a rule about local time next holds."""

    rule: str
    holds: bool
    seen: tuple[tuple[str, str], ...]
    limit: str
    change: str
    passes_at: datetime | None


@dataclass(frozen=True, slots=True)
class VariantSeen:
    """Every contact rule before one message variant; `allowed` when all hold."""

    creative_id: str
    channel: str
    rules: tuple[RuleSeen, ...]

    @property
    def allowed(self) -> bool:
        """Whether this message could be sent to the person now."""
        return all(rule.holds for rule in self.rules)


def explain_person(
    ws: Workspace, plan: Plan, roster: Roster, policies: PolicySet, person_id: str, at: datetime
) -> tuple[VariantSeen, ...]:
    """Every variant of the plan before every contact rule for one person at an instant, on fresh facts.

    BadInput when the person is not among the plan's people. Nothing is changed.
    """
    if person_id not in roster.person_id:
        raise BadInput(
            f"There is no person {person_id!r} among the {roster.size:,} people of plan {plan.plan_id}; "
            "give an id of its snapshot, or plan the goal again if the person came later."
        )
    row = roster.person_id.index(person_id)
    today = _as_of(ws, roster, at)
    engine = Engine(plan, today, cast(Guard, Onlooker(policies, 0, 0)), Values.build(plan, today), plan.seed)
    facts = engine.facts_of(row, int(at.timestamp()), SqlBooks(ws, today, plan), _account(ws, plan, today))
    zone = ZoneInfo(roster.zones[roster.zone[row]])
    rules, currency = policies.scope("contact"), currency_of(plan)
    explainer = Explainer(rules, currency)
    found = []
    for place, creative in enumerate(plan.creatives):
        one = row_of(facts, place)
        refused = {explanation.rule: explanation for explanation in explainer.one(one, zone, at)}
        seen = tuple(_seen(rule, one, refused.get(rule.id), currency) for rule in rules)
        found.append(VariantSeen(creative.creative_id, creative.channel, seen))
    return tuple(found)


def _seen(rule: Rule, facts: Mapping[str, Value | None], refused: Explanation | None, currency: str) -> RuleSeen:
    words = {name: shown(fact, facts.get(name), currency) for name, fact in SCOPES["contact"].facts.items()}
    return RuleSeen(
        rule=rule.id,
        holds=refused is None,
        seen=tuple((name, words[name]) for name in rule.facts),
        limit=fill(rule.limit, rule, words),
        change="" if refused is None else refused.change,
        passes_at=None if refused is None or refused.passes_at is None else refused.passes_at.astimezone(UTC),
    )


def _as_of(ws: Workspace, roster: Roster, at: datetime) -> Roster:
    """The roster without the consents that the data have lost since the snapshot."""
    consent = roster.consent.copy()
    for channel, rows in ended_since_snapshot(ws, roster, at).items():
        consent[rows, roster.channels.index(channel)] = 0
    return replace(roster, consent=consent)


def _account(ws: Workspace, plan: Plan, roster: Roster) -> Account:
    """The plan's money as booked, or untouched when it was not launched."""
    cells = np.zeros(len(plan.allocation.cells), np.int64)
    try:
        booked = OutboxReader(ws, plan, roster.size).account()
    except NotLaunched:
        return Account(int(plan.allocation.budget.value), 0, 0, cells)
    return Account(booked.budget, booked.spent, booked.reserved, cells)
