"""Autonomy earned from calibration: up one step after enough good campaigns in a row, down at once on a bad one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from campaigns.change import ActionClass, Evidence, Standing
from campaigns.plan import AutonomyLevel
from policies.errors import BadPolicy
from policies.rule import PolicySet

LEVELS: tuple[AutonomyLevel, ...] = get_args(AutonomyLevel)
"""From no freedom to some: a rule's `autonomy_level` is the position here."""
RULE = "autonomy_earned"
"""The rule of scope `change` whose params are the ladder."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """How a class of action rises: `campaigns` good ones in a row per step, up to `ceiling`, judged by `metrics`."""

    campaigns: int
    ceiling: AutonomyLevel
    metrics: tuple[str, ...]


def ladders(policies: PolicySet) -> Mapping[ActionClass, Ladder]:
    """The ladder of every class, from the params of the rule `autonomy_earned`; BadPolicy when the packs have none."""
    rule = next((rule for rule in policies.scope("change") if rule.id == RULE), None)
    if rule is None:
        raise BadPolicy(f"No rule {RULE} of scope change is in force, so no autonomy can be earned; add one to a pack.")
    campaigns = rule.params.get("campaigns")
    if type(campaigns) is not int or campaigns < 1:
        raise BadPolicy(f"Rule {RULE}: params.campaigns is {campaigns!r} and must be a whole number from 1.")
    return {
        action: Ladder(campaigns, _ceiling(rule.params.get(f"{action}_ceiling")), _metrics(rule.params.get("metrics")))
        for action in get_args(ActionClass)
    }


def earned(action: ActionClass, history: Iterable[Evidence], ladder: Ladder) -> Standing:
    """The standing of a class of action after these campaigns; the same for every order in which they are given.

    A broken promise drops it to the lowest level, whether or not the campaign is over; an outcome outside its forecast
    takes one step and the row away. A campaign whose outcome or forecast is not known proves nothing.
    """
    level, row, because = 0, 0, "no campaign has been compared with its forecast yet"
    top = LEVELS.index(ladder.ceiling)
    for one in sorted(history, key=lambda evidence: (evidence.at, evidence.plan_id)):
        if one.broken:
            level, row, because = 0, 0, f"plan {one.plan_id} broke {', '.join(one.broken)}"
            continue
        judged = {metric: one.inside[metric] for metric in ladder.metrics if metric in one.inside}
        outside = [metric for metric, inside in judged.items() if not inside]
        if outside:
            level, row = max(0, level - 1), 0
            because = f"plan {one.plan_id} came out beyond its forecast of {', '.join(metric.replace('_', ' ') for metric in outside)}"
        elif one.final and len(judged) == len(ladder.metrics):
            row += 1
            because = f"{row} of {ladder.campaigns} campaigns in a row came out as forecast, without a broken promise"
            if row == ladder.campaigns and level < top:
                level, row = level + 1, 0
                because = f"{ladder.campaigns} campaigns in a row came out as forecast, without a broken promise"
            elif level == top:
                row, because = min(row, ladder.campaigns), f"{LEVELS[top]} is the most that policy allows here"
    return Standing(action=action, level=LEVELS[level], in_a_row=row, because=because)


def _ceiling(given: object) -> AutonomyLevel:
    for level in LEVELS:
        if given == level:
            return level
    raise BadPolicy(f"Rule {RULE}: the ceiling {given!r} is not a level; write one of {', '.join(LEVELS)}.")


def _metrics(given: object) -> tuple[str, ...]:
    if isinstance(given, tuple) and given and all(isinstance(name, str) for name in given):
        return tuple(str(name) for name in given)
    raise BadPolicy(f"Rule {RULE}: params.metrics is {given!r} and must list forecast quantities.")
