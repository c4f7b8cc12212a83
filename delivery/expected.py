"""What a rehearsal may be quoted with: its expected effects, judged by the same rules as measured ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.plan import Plan
from campaigns.rehearsal import Distribution, FanPoint, Rehearsal
from policies.rule import PolicySet
from policies.verdict import verdict


@dataclass(frozen=True, slots=True)
class Expected:
    """A rehearsal's distributions by name, and its range day by day, without the effects that may not be claimed.

    `refused` says why effects are missing; it is empty when all of them may be quoted.
    """

    quantities: Mapping[str, Distribution]
    by_day: tuple[FanPoint, ...]
    refused: str = ""


def expected(plan: Plan, rehearsal: Rehearsal, policies: PolicySet) -> Expected:
    """What may be quoted of a plan's rehearsal: every quantity, and effects when the rules of scope `report` hold.

    The control of a rehearsed effect is the same world without the campaign, run beside each run; its interval the
    5-95 % range over the runs; its window the experiment's horizon; its group the people who would be contacted.
    """
    effects = {name: found for name, found in rehearsal.outcomes.items() if _is_effect(name)}
    source = rehearsal.p_harm.source
    facts = {
        "control": rehearsal.runs > 0 and rehearsal.plan_hash == plan.hash,
        "estimator": bool(rehearsal.passport.twin_version),
        "interval": all(found.p05 <= found.p50 <= found.p95 for found in effects.values()),
        "window": plan.experiment.horizon_days > 0,
        "evidence": source.kind == "twin",
        "group_size": int(plan.experiment.arms["treated"].value) if "treated" in plan.experiment.arms else 0,
    }
    against = [one for one in verdict(policies, "report", facts) if one.severity != "warn"]
    if not against:
        return Expected(rehearsal.outcomes, rehearsal.fan)
    plain = {name: found for name, found in rehearsal.outcomes.items() if name not in effects}
    return Expected(plain, (), "; ".join(f"{one.rule} allows {one.limit}: {one.remedy}" for one in against))


def quoted(rehearsal: Rehearsal, told: Expected) -> dict[str, Any]:
    """The rehearsal as plain JSON types, without the effects that may not be claimed and the sentences that tell them."""
    plain = rehearsal.plain()
    plain["outcomes"] = {name: found for name, found in plain["outcomes"].items() if name in told.quantities}
    if told.refused:
        plain |= {"fan": [], "reasons": [], "risk": None}
    return plain


def _is_effect(metric: str) -> bool:
    """Whether a quantity says what the campaign changes: against nothing, against business as usual, or as measured."""
    return "incremental" in metric or metric.startswith("against_usual")
