"""What the rules of scope `change` are asked about: the launch of a plan, and a change to what runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaigns.change import Change, Recorded, Standing
from campaigns.plan import Plan
from campaigns.rehearsal import Rehearsal, Verdict
from policies.authority.earned import LEVELS
from policies.authority.judge import Proposal
from policies.authority.people import authors
from policies.authority.window import moved
from policies.errors import BadPolicy
from policies.facts import Value
from policies.rule import PolicySet

LIMIT = "change_limit"
"""The rule whose param `window_hours` is the rolling window."""


def launch_facts(plan: Plan, rehearsal: Rehearsal | None) -> Proposal:
    """The launch of a plan by a person. Its risk is the whole budget, everybody in the audience and every offer.

    Nothing runs yet that it would move, so its sizes as a change are 0. A rehearsal of other bytes counts as none.
    """
    budget = plan.brief.budget
    told = rehearsal is not None and rehearsal.plan_hash == plan.hash
    facts: dict[str, Value | None] = {
        "subject": "launch",
        "relative_change": 0.0,
        "cumulative_change": 0.0,
        "spend_micros": budget.amount_micros if budget else None,
        "currency": budget.currency if budget else None,
        "autonomy_level": LEVELS.index(plan.autonomy),
        "level_needed": LEVELS.index("bounded"),
        "reversible": False,
        "in_flight": 0,
        "by_program": False,
        "audience_size": round(plan.audience.size.value),
        "offers": len(plan.offers),
        "verdict": rehearsal.verdict if told and rehearsal is not None else "none",
    }
    words = {"level": plan.autonomy, "window": "no time"}
    return Proposal(f"launch of plan {plan.plan_id}", facts, authors(plan), budget.currency if budget else "", words)


def change_facts(
    change: Change,
    recorded: Iterable[Recorded],
    standing: Standing,
    now: datetime,
    policies: PolicySet,
    *,
    owners: tuple[str, ...] = (),
    audience_size: int = 0,
    offers: int = 0,
    verdict: Verdict | None = None,
) -> Proposal:
    """A change as the rules see it, with every recorded one of its class and target that still counts.

    `owners` may not approve it, nor may who asked for it. A standing of another class gives no autonomy.
    """
    window = timedelta(hours=window_hours(policies))
    sizes = moved(change, recorded, now, window)
    level = standing.level if standing.action == change.action else LEVELS[0]
    currency = change.unit.removeprefix("micros:") if change.unit.startswith("micros:") else None
    facts: dict[str, Value | None] = {
        "subject": change.action,
        "relative_change": sizes.change,
        "cumulative_change": sizes.cumulative,
        "spend_micros": max(0, change.after - change.before) if currency else 0,
        "currency": currency,
        "autonomy_level": LEVELS.index(level),
        "level_needed": LEVELS.index("bounded"),
        "reversible": change.action in ("budget", "cadence", "policy"),
        "in_flight": sizes.in_flight,
        "by_program": change.carried_out_by == "program",
        "audience_size": audience_size,
        "offers": offers,
        "verdict": verdict or "none",
    }
    barred = tuple(dict.fromkeys((change.asked_by, *owners)))
    words = {"level": level, "window": f"{window_hours(policies)} hours"}
    return Proposal(f"{change.action} change {change.change_id}", facts, barred, currency or "", words)


def window_hours(policies: PolicySet) -> int:
    """The rolling window over which changes are added up, in hours; BadPolicy when no rule says."""
    rule = next((rule for rule in policies.scope("change") if rule.id == LIMIT), None)
    hours = rule.params.get("window_hours") if rule is not None else None
    if type(hours) is not int or hours < 1:
        raise BadPolicy(f"No rule {LIMIT} of scope change gives params.window_hours (from 1); add it to a pack.")
    return hours
