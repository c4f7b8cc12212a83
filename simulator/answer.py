"""What a run's experiment would report at its end, and from which day on it would have said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import CONVERSION, BoolArray, FloatArray, IntArray
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.plan import Plan
from delivery.roster import Roster
from simulator.calendar import AT, COST, KIND, MARGIN, REVENUE, ROW, Events
from simulator.days import DAY
from simulator.stage import Stage
from simulator.world import SimWorld
from tools.experiment.arm import Arm
from tools.experiment.effect import Effect, compared


@dataclass(frozen=True, slots=True)
class Measured:
    """What the campaign's experiment would report as totals over the treated arm, and whether it would be a result.

    `answered` is the number of days from the start after which the planned test is significant and stays so to the
    end; None when it is not at the end. Staying so is asked for, because a test looked at daily crosses by chance.
    """

    conversions: float
    revenue: float
    margin: float
    significant: bool
    answered: int | None


Pair = tuple[Arm, Arm]
"""Treated and control."""


@dataclass(frozen=True, slots=True)
class Arms:
    """What an experiment needs of some people: both arms by conversions, revenue and margin after every cost (micros).

    Arms of different people add up.
    """

    conversions: Pair
    revenue: Pair
    margin: Pair

    def __add__(self, other: Arms) -> Arms:
        pairs = ((self.conversions, other.conversions), (self.revenue, other.revenue), (self.margin, other.margin))
        return Arms(*((one[0] + two[0], one[1] + two[1]) for one, two in pairs))


@dataclass(frozen=True, slots=True)
class _Sides:
    treated: BoolArray
    control: BoolArray
    alpha: float

    def arms(self, outcome: FloatArray, before: IntArray) -> Pair:
        return (
            Arm.of(outcome[self.treated], before[self.treated]),
            Arm.of(outcome[self.control], before[self.control], "control"),
        )

    def effect(self, outcome: FloatArray, before: IntArray) -> Effect:
        """The report's own estimator (see `delivery.measure`)."""
        return compared(*self.arms(outcome, before), self.alpha)


def arms_of(stage: Stage, world: SimWorld, money: Events) -> Arms:
    """The arms of a run from its conversions and redemptions (`money`, in any order)."""
    roster = stage.roster
    sides = _Sides(roster.arm == TREATED, roster.arm == HOLDOUT, 0.05)
    conversions, revenue, margin = _outcomes(stage, world, money)
    return Arms(
        conversions=sides.arms(conversions, roster.pre_conversions),
        revenue=sides.arms(revenue, roster.pre_margin_micros),
        margin=sides.arms(margin, roster.pre_margin_micros),
    )


def _outcomes(stage: Stage, world: SimWorld, money: Events) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Conversions, revenue and margin after offers and messages of each person."""
    size = stage.roster.size
    bought = money[:, money[KIND] == CONVERSION]
    conversions = np.bincount(bought[ROW], minlength=size).astype(np.float64)
    revenue = np.bincount(bought[ROW], weights=bought[REVENUE], minlength=size).astype(np.float64)
    margin = np.bincount(money[ROW], weights=money[MARGIN] - money[COST], minlength=size).astype(np.float64)
    for batch in world.delivered:
        margin[batch.row] -= batch.cost_micros
    return conversions, revenue, margin


def measured(plan: Plan, stage: Stage, world: SimWorld, money: Events) -> Measured | None:
    """The measurement of a run from its conversions and redemptions (`money`, in any order); None when an arm has
    fewer than two people."""
    roster = stage.roster
    arms = _Sides(roster.arm == TREATED, roster.arm == HOLDOUT, plan.experiment.alpha)
    if arms.treated.sum() < 2 or arms.control.sum() < 2:
        return None
    bought = money[:, money[KIND] == CONVERSION]
    conversions, revenue, margin = _outcomes(stage, world, money)
    on_count = arms.effect(conversions, roster.pre_conversions)
    on_revenue = arms.effect(revenue, roster.pre_margin_micros)
    on_margin = arms.effect(margin, roster.pre_margin_micros)
    counts = plan.experiment.outcome == "conversions"
    primary = on_count if counts else on_margin
    answered = None
    if primary.significant:
        outcome = conversions if counts else margin
        answered = _answered(arms, stage, world, bought if counts else money, outcome, counts, roster)
    return Measured(
        conversions=on_count.estimate * on_count.n_t,
        revenue=on_revenue.estimate * on_revenue.n_t,
        margin=on_margin.estimate * on_margin.n_t,
        significant=primary.significant,
        answered=answered,
    )


def _answered(
    arms: _Sides, stage: Stage, world: SimWorld, block: Events, outcome: FloatArray, counts: bool, roster: Roster
) -> int:
    """Days are taken back from the end, one by one, until the test of what is left is not significant."""
    before = roster.pre_conversions if counts else roster.pre_margin_micros
    day_of = (block[AT] - stage.start) // DAY
    order = np.argsort(day_of, kind="stable")
    day_of, rows = day_of[order], block[ROW][order]
    worth = np.ones(len(order)) if counts else (block[MARGIN] - block[COST])[order].astype(np.float64)
    days = -(-(stage.end - stage.start) // DAY)
    sent = [] if counts else [((batch.at - stage.start) // DAY, batch) for batch in world.delivered]
    left = outcome.copy()
    end = len(order)
    for day in range(days - 1, -1, -1):
        start = int(np.searchsorted(day_of[:end], day))
        np.subtract.at(left, rows[start:end], worth[start:end])
        end = start
        for when, batch in sent:
            if when == day:
                left[batch.row] += batch.cost_micros
        if not arms.effect(left, before).significant:
            return day + 1
    return 1
