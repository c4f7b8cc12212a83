"""Whether an uplift model may choose people: its score on people it has not seen, and what to do where it may not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata

from tools.prediction.uplift import Uplift, parts, pseudo_outcomes_of
from tools.prediction.uplift_linear import Linear
from tools.prediction.uplift_trial import Floats, RandomisedTest

ONE_SIDED = float(norm.ppf(0.95))
"""Standard errors by which the order has to be ahead of a random one; chance alone does so in one test of twenty."""
FOLDS = 5
"""Parts of the people; each is scored by a model of the others."""
LEVEL = 0.95
DRAWS, SHOWN = 200, 5_000
"""Draws of the model, and people at most, over which the share predicted harmful is counted."""
TENTHS = 10
_CARD = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its standard error and its 95 % interval."""

    value: float
    error: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, error: float) -> Figure:
        """The interval by the normal distribution."""
        reach = float(norm.ppf((1 + LEVEL) / 2)) * error
        return cls(value, error, value - reach, value + reach)

    @classmethod
    def mean(cls, column: Floats) -> Figure:
        """A column's mean."""
        return cls.of(float(column.mean()), float(column.std(ddof=1) / np.sqrt(len(column))))


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the people by their predicted uplift, the highest first: predicted and found, currency per person."""

    people: int
    predicted: float
    found: Figure


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """How one arm's uplift model does on people it has not seen; money is whole currency per person.

    `average` is the uplift of contacting everybody; `qini` the value, over all depths, of going by the model's order
    in place of a random one; `slope` what was found per predicted unit of difference between people (1 where
    predictions are of the right size, None where the order is not usable); `tenths` the calibration; `harmed` the share whose expected uplift is below 0
    with the range over what the model leaves open. `usable` is whether the Qini is above 0 by a one-sided test at 5 %.
    """

    arm: str
    people: int
    average: Figure
    qini: Figure
    slope: Figure | None
    tenths: tuple[Tenth, ...]
    harmed: Figure
    usable: bool

    def advice(self, cost: float) -> str:
        """`choose` by the model where it is usable; else `all` or `none` by the average less the message's `cost`,
        and `cannot tell`, which means none, where the interval holds 0."""
        if self.usable:
            return "choose"
        if self.average.low > cost:
            return "all"
        return "none" if self.average.high < cost else "cannot tell"


def score_cards(test: RandomisedTest, seed: int = 0) -> tuple[ScoreCard, ...]:
    """A card for every arm but the control. Same test and seed, same card."""
    part, half, whole = parts(test.arm, seed, FOLDS), parts(test.arm, seed), Uplift.fit(test, seed)
    shape = (test.size, len(test.arms) - 1)
    psi, predicted, place = np.empty(shape), np.empty(shape), np.empty(shape)
    for fold in range(FOLDS):
        here, learnt = part == fold, np.empty(shape)
        for side in (0, 1):
            mine = ~here & (half == side)
            learnt[mine] = pseudo_outcomes_of(test, mine, ~here & (half != side))
        psi[here] = pseudo_outcomes_of(test, here, ~here)
        for arm in range(shape[1]):
            said = Linear.fit(test.features[~here], learnt[~here, arm]).predict(test.features[here])
            predicted[here, arm] = said
            # Models of different folds are not on one scale, so that people are ranked within their fold.
            place[here, arm] = (rankdata(said) - 0.5) / len(said)
    some = test.features[:: -(-test.size // SHOWN)]
    rng = np.random.default_rng([seed, _CARD])
    return tuple(
        _card(name, psi[:, arm], predicted[:, arm], place[:, arm], whole.models[arm].draws(some, DRAWS, rng))
        for arm, name in enumerate(test.arms[1:])
    )


def _card(arm: str, psi: Floats, predicted: Floats, place: Floats, drawn: Floats) -> ScoreCard:
    """The card from pseudo-outcomes and predictions that know nothing of each other."""
    average = Figure.mean(psi)
    ahead = (psi - average.value) * (place - 0.5)
    # Parts score each other's models: where nobody differs each pair of parts counts twice the same, not two things.
    value, error = float(ahead.mean()), float(ahead.std(ddof=1) / np.sqrt(len(ahead)))
    qini = Figure.of(value, float(np.sqrt(2)) * error)
    usable = qini.value > ONE_SIDED * qini.error
    order = np.argsort(-place, kind="stable")
    tenths = tuple(
        Tenth(len(rows), float(predicted[rows].mean()), Figure.mean(psi[rows]))
        for rows in np.array_split(order, TENTHS)
    )
    harmed = (drawn < 0).mean(axis=1)
    low, high = np.quantile(harmed, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return ScoreCard(
        arm=arm,
        people=len(psi),
        average=average,
        qini=qini,
        slope=_slope(psi - average.value, predicted - predicted.mean()) if usable else None,
        tenths=tenths,
        harmed=Figure(float(harmed.mean()), float(harmed.std()), float(low), float(high)),
        usable=usable,
    )


def _slope(psi: Floats, predicted: Floats) -> Figure:
    whole = float(predicted @ predicted)
    slope = float(predicted @ psi) / whole
    return Figure.of(slope, float(np.sqrt((predicted**2 * (psi - slope * predicted) ** 2).sum())) / whole)
