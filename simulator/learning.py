"""From earlier horizons of the same kind of people to a posterior: level, differences, values, delays.

Every function is pure: columns in, belief out. What the columns cannot say falls back to a stated prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from simulator.parameters import Learnt, Posterior

LEVEL_PRIOR_SD = 0.15
"""Log sd of the level between horizons before any was seen (the authors' judgement)."""
LEVEL_PRIOR_WEIGHT = 2.0
"""Horizons that the prior counts for."""
LEVEL_FLOOR = 0.03
DISPERSION_PRIOR = Learnt(1.0, 0.5)
DISPERSION_RANGE = (0.02, 50.0)
VALUE_LOG_SD_PRIOR = 0.9
DELAY_PRIOR = (2.0, 0.9)
"""Log mean and log sd of days from click to purchase where no redemption was seen: median 7.4 days."""
ENOUGH_DELAYS = 50
ENOUGH_VALUES = 50


@dataclass(frozen=True, slots=True)
class Horizon:
    """One earlier horizon: what was expected of each person without its data, and what happened (parallel columns).

    `expected` and `conversions` count conversions, `revenue` is micros over the horizon.
    """

    expected: FloatArray
    conversions: FloatArray
    revenue: FloatArray

    @property
    def ratio(self) -> float:
        """Conversions over expected ones, half an event added to both so that an empty horizon has a logarithm."""
        return float((self.conversions.sum() + 0.5) / (self.expected.sum() + 0.5))


def posterior(horizons: Sequence[Horizon], delays: FloatArray) -> Posterior:
    """The belief after these horizons and these delays (days from a campaign's start to a redemption in it)."""
    shape, learnt_shape = dispersion(horizons)
    level, learnt_level = season_level(horizons, shape.median)
    value, learnt_value = value_level(horizons)
    spread, learnt_spread = value_log_sd(horizons)
    (log_mean, log_sd), learnt_delay = delay(delays)
    return Posterior(
        season_level=level,
        value_level=value,
        dispersion=shape,
        value_log_sd=spread,
        delay_log_mean=log_mean,
        delay_log_sd=log_sd,
        origins=len(horizons),
        people=max((len(horizon.expected) for horizon in horizons), default=0),
        learnt=(learnt_level, learnt_value, learnt_shape, learnt_spread, learnt_delay),
    )


def season_level(horizons: Sequence[Horizon], shape: float) -> tuple[Learnt, str]:
    """The multiplier of the coming horizon's expected conversions, and what it rests on.

    Predictive: the spread between horizons, less what chance alone makes (Poisson and gamma), shrunk to a prior by
    its weight, plus the uncertainty of the mean.
    """
    ratios = np.log([horizon.ratio for horizon in horizons])
    chance = [
        (h.expected.sum() + (h.expected**2).sum() / shape) / max(float(h.expected.sum()), 0.5) ** 2 for h in horizons
    ]
    belief = _predictive(ratios, float(np.mean(chance)) if chance else 0.0)
    return belief, (
        f"Level of own purchases in the coming weeks: {belief.median:.2f} times the model's, log sd {belief.log_sd:.2f}, "
        f"from {len(horizons)} earlier horizons; a season that they did not see is not in it."
    )


def value_level(horizons: Sequence[Horizon]) -> tuple[Learnt, str]:
    """The multiplier of the value per conversion, from how its mean moved between horizons."""
    means = [h.revenue.sum() / h.conversions.sum() for h in horizons if h.conversions.sum() >= 30]
    logs = np.log(means) - np.mean(np.log(means)) if means else np.zeros(0)
    belief = Learnt(1.0, _predictive(logs, 0.0).log_sd)
    return (
        belief,
        f"Value per conversion: expected level, log sd {belief.log_sd:.2f}, from {len(means)} earlier horizons.",
    )


def dispersion(horizons: Sequence[Horizon]) -> tuple[Learnt, str]:
    """The gamma shape of people's unexplained differences, by moments over all horizons (NBD; Ehrenberg, 1959)."""
    over = square = 0.0
    each = []
    for horizon in horizons:
        expected = horizon.expected * horizon.ratio
        extra = float(((horizon.conversions - expected) ** 2 - expected).sum())
        over, square = over + extra, square + float((expected**2).sum())
        if extra > 0 and horizon.conversions.sum() >= 30:
            each.append(float((expected**2).sum()) / extra)
    if not each or over <= 0:
        return (
            DISPERSION_PRIOR,
            f"Unexplained differences between people: gamma shape {DISPERSION_PRIOR.median:g} is a prior, the history is too short or shows none.",
        )
    shape = float(np.clip(square / over, *DISPERSION_RANGE))
    spread = float(np.std(np.log(each), ddof=1)) / np.sqrt(len(each)) if len(each) > 1 else DISPERSION_PRIOR.log_sd
    belief = Learnt(shape, float(np.clip(spread, 0.05, DISPERSION_PRIOR.log_sd)))
    return (
        belief,
        f"Unexplained differences between people: gamma shape {shape:.2f}, log sd {belief.log_sd:.2f}, from {len(each)} horizons.",
    )


def value_log_sd(horizons: Sequence[Horizon]) -> tuple[float, str]:
    """The log sd of one conversion's value, from people with exactly one conversion in a horizon."""
    logs = [np.log(h.revenue[(h.conversions == 1) & (h.revenue > 0)]) for h in horizons]
    single = np.concatenate(logs) if logs else np.zeros(0)
    if len(single) < ENOUGH_VALUES:
        return (
            VALUE_LOG_SD_PRIOR,
            f"Spread of a conversion's value: log sd {VALUE_LOG_SD_PRIOR:g} is a prior, only {len(single)} single conversions were seen.",
        )
    spread = float(np.std(single, ddof=1))
    return spread, f"Spread of a conversion's value: log sd {spread:.2f}, from {len(single)} single conversions."


def delay(days: FloatArray) -> tuple[tuple[float, float], str]:
    """Log mean and log sd of days from offer to purchase, by maximum likelihood of a lognormal."""
    positive = days[np.isfinite(days) & (days > 0)]
    if len(positive) < ENOUGH_DELAYS:
        return (
            DELAY_PRIOR,
            f"Delay from click to purchase: lognormal of median {np.exp(DELAY_PRIOR[0]):.1f} days is a prior, only {len(positive)} redemptions were seen.",
        )
    logs = np.log(positive)
    return (float(logs.mean()), float(max(logs.std(), 0.1))), (
        f"Delay from click to purchase: lognormal of median {np.exp(logs.mean()):.1f} days, log sd {logs.std():.2f}, from "
        f"{len(positive)} redemptions counted from their campaign's start, cut off at the offer's validity."
    )


def _predictive(logs: FloatArray, chance: float) -> Learnt:
    """Lognormal belief over the next value after these log values, whose variance by chance alone is `chance`."""
    count = len(logs)
    centre = float(np.sum(logs)) / (count + LEVEL_PRIOR_WEIGHT)
    within = float(((logs - np.mean(logs)) ** 2).sum()) - max(count - 1, 0) * chance if count > 1 else 0.0
    variance = (LEVEL_PRIOR_WEIGHT * LEVEL_PRIOR_SD**2 + max(within, 0.0)) / (LEVEL_PRIOR_WEIGHT + max(count - 1, 0))
    variance = max(variance, LEVEL_FLOOR**2) * (1 + 1 / (count + LEVEL_PRIOR_WEIGHT))
    return Learnt(float(np.exp(centre)), float(np.sqrt(variance)))
