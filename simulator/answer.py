"""What a run's experiment would report at its end, and from which day on it would have said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from campaigns.contact import CONVERSION, FloatArray, IntArray
from campaigns.experiment import HOLDOUT, TREATED, Experiment
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

    `days` are the planned outcome's arms after 0, 1, 2, ... days and before the end; empty where they were not asked
    for. Arms of different people add up.
    """

    conversions: Pair
    revenue: Pair
    margin: Pair
    days: tuple[Pair, ...] = ()

    def __add__(self, other: Arms) -> Arms:
        return Arms(
            _both(self.conversions, other.conversions),
            _both(self.revenue, other.revenue),
            _both(self.margin, other.margin),
            tuple(map(_both, self.days, other.days)),
        )


def _both(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The rows of both arms, and the level of their test."""

    treated: IntArray
    control: IntArray
    alpha: float

    @classmethod
    def of(cls, roster: Roster, alpha: float) -> _Sides:
        return cls(np.flatnonzero(roster.arm == TREATED), np.flatnonzero(roster.arm == HOLDOUT), alpha)

    def arms(self, outcome: FloatArray, before: IntArray) -> Pair:
        return (
            Arm.of(outcome[self.treated], before[self.treated]),
            Arm.of(outcome[self.control], before[self.control], "control"),
        )

    def effect(self, outcome: FloatArray, before: IntArray) -> Effect:
        """The report's own estimator (see `delivery.measure`)."""
        return compared(*self.arms(outcome, before), self.alpha)


def arms_of(plan: Plan, stage: Stage, world: SimWorld, money: Events, by_day: bool = False) -> Arms:
    """The arms of a run from its conversions and redemptions (`money`, in any order), after every day with `by_day`."""
    roster = stage.roster
    sides = _Sides.of(roster, plan.experiment.alpha)
    conversions, revenue, margin = _outcomes(stage, world, money)
    days: list[Pair] = []
    if by_day:
        counts = plan.experiment.outcome == "conversions"
        before = roster.pre_conversions if counts else roster.pre_margin_micros
        outcome = conversions if counts else margin
        days = [sides.arms(left, before) for _, left in _taken_back(stage, world, money, outcome, counts)]
    return Arms(
        conversions=sides.arms(conversions, roster.pre_conversions),
        revenue=sides.arms(revenue, roster.pre_margin_micros),
        margin=sides.arms(margin, roster.pre_margin_micros),
        days=tuple(reversed(days)),
    )


def reported(arms: Arms, experiment: Experiment) -> Measured | None:
    """What the experiment of these people would report; None when an arm has fewer than two people.

    The arms must be there day by day: without them no answer is ever early.
    """
    if min(arm.n for arm in arms.conversions) < 2:
        return None
    on_count, on_revenue, on_margin = (
        compared(*pair, experiment.alpha) for pair in (arms.conversions, arms.revenue, arms.margin)
    )
    primary = on_count if experiment.outcome == "conversions" else on_margin
    answered = None
    if primary.significant:
        before = (
            day
            for day in range(len(arms.days) - 1, -1, -1)
            if not compared(*arms.days[day], experiment.alpha).significant
        )
        answered = next(before, 0) + 1
    return Measured(
        conversions=on_count.estimate * on_count.n_t,
        revenue=on_revenue.estimate * on_revenue.n_t,
        margin=on_margin.estimate * on_margin.n_t,
        significant=primary.significant,
        answered=answered,
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
    arms = _Sides.of(roster, plan.experiment.alpha)
    if min(len(arms.treated), len(arms.control)) < 2:
        return None
    conversions, revenue, margin = _outcomes(stage, world, money)
    on_count = arms.effect(conversions, roster.pre_conversions)
    on_revenue = arms.effect(revenue, roster.pre_margin_micros)
    on_margin = arms.effect(margin, roster.pre_margin_micros)
    counts = plan.experiment.outcome == "conversions"
    primary = on_count if counts else on_margin
    answered = None
    if primary.significant:
        outcome = conversions if counts else margin
        answered = _answered(arms, stage, world, money, outcome, counts)
    return Measured(
        conversions=on_count.estimate * on_count.n_t,
        revenue=on_revenue.estimate * on_revenue.n_t,
        margin=on_margin.estimate * on_margin.n_t,
        significant=primary.significant,
        answered=answered,
    )


def _answered(arms: _Sides, stage: Stage, world: SimWorld, money: Events, outcome: FloatArray, counts: bool) -> int:
    """Days are taken back from the end, one by one, until the test of what is left is not significant."""
    before = stage.roster.pre_conversions if counts else stage.roster.pre_margin_micros
    for day, left in _taken_back(stage, world, money, outcome, counts):
        if not arms.effect(left, before).significant:
            return day + 1
    return 1


def _taken_back(
    stage: Stage, world: SimWorld, money: Events, outcome: FloatArray, counts: bool
) -> Iterator[tuple[int, FloatArray]]:
    """The number of days, from one less than all down to 0, and everybody's outcome after so many, until the next is asked for."""
    block = money[:, money[KIND] == CONVERSION] if counts else money
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
        yield day, left
