"""From earlier horizons of the same kind of people to a posterior: level, differences, values, delays.

Every function is pure: columns in, belief out. What the columns cannot say falls back to a stated prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from simulator.fitting.level import LEVEL_SD_PRIOR, next_level
from simulator.fitting.nbd import shape_posterior
from simulator.fitting.particles import Particles
from simulator.parameters import Learnt, Posterior
from tools.prediction.priors import USUAL_DISPERSION

DISPERSION_PRIOR = Learnt(USUAL_DISPERSION, 0.5)
VALUE_LOG_SD_PRIOR = 0.9
DELAY_PRIOR = (2.0, 0.9)
"""Log mean and log sd of days from click to purchase where no redemption was seen: median 7.4 days."""
PRIOR_COUNTS_FOR = 8
"""Purchases or redemptions that the priors of spreads and delays count for where none was seen."""
ENOUGH_DELAYS = 50
ENOUGH_VALUES = 50
ENOUGH_CONVERSIONS = 30
DRAWS = 1_000
_SEED = 20


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


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean and sd on the log scale, and how many observations they come from (`PRIOR_COUNTS_FOR` for a prior)."""

    mean: float
    sd: float
    count: int

    def drawn(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Draws of mean and sd from their normal-inverse-gamma posterior (Jeffreys' prior)."""
        sd = self.sd * np.sqrt((self.count - 1) / rng.chisquare(self.count - 1, DRAWS))
        return self.mean + sd / np.sqrt(self.count) * rng.standard_normal(DRAWS), sd


def posterior(horizons: Sequence[Horizon], delays: FloatArray, level_sd: Learnt = LEVEL_SD_PRIOR) -> Posterior:
    """The belief after these horizons and these delays (days from a campaign's start to a redemption in it).

    `level_sd` is the belief over the log sd of the level between horizons before these were seen: what other kinds of
    purchases of the same workspace taught, where that is known. Horizons with numbers that are not finite are left out.
    """
    sound = [h for h in horizons if np.isfinite(np.concatenate([h.expected, h.conversions, h.revenue])).all()]
    shape, learnt_shape = dispersion(sound)
    level, learnt_level = season_level(sound, shape.median, level_sd)
    value, learnt_value = value_level(sound)
    spread, learnt_spread = value_spread(sound)
    late, learnt_delay = delay(delays)
    left = len(horizons) - len(sound)
    return Posterior(
        season_level=level,
        value_level=value,
        dispersion=shape,
        value_log_sd=spread.sd,
        delay_log_mean=late.mean,
        delay_log_sd=late.sd,
        origins=len(sound),
        people=max((len(horizon.expected) for horizon in sound), default=0),
        learnt=(
            learnt_level,
            learnt_value,
            learnt_shape,
            learnt_spread,
            learnt_delay,
            *([f"{left} earlier horizons hold numbers that are not finite and were left out."] if left else []),
        ),
        joint=Particles.of(spreads(spread, late)),
    )


def spreads(value: Spread, late: Spread) -> dict[str, FloatArray]:
    """Draws of the spread of values and of the delay's two parameters, by the names of `Parameters`."""
    rng = np.random.default_rng(_SEED)
    _, value_sd = value.drawn(rng)
    delay_mean, delay_sd = late.drawn(rng)
    return {"value_log_sd": value_sd, "delay_log_mean": delay_mean, "delay_log_sd": delay_sd}


def season_level(horizons: Sequence[Horizon], shape: float, level_sd: Learnt = LEVEL_SD_PRIOR) -> tuple[Learnt, str]:
    """The multiplier of the coming horizon's expected conversions, and what it rests on.

    Predictive: the spread between horizons, less what chance alone makes (Poisson and gamma), and the uncertainty of
    the mean and of that spread (`fitting.level`).
    """
    ratios = np.log([horizon.ratio for horizon in horizons])
    chance = [
        (h.expected.sum() + (h.expected**2).sum() / shape) / max(float(h.expected.sum()), 0.5) ** 2 for h in horizons
    ]
    belief = next_level(ratios, np.array(chance), level_sd)
    return belief, (
        f"Level of own purchases in the coming weeks: {belief.median:.2f} times the model's, log sd {belief.log_sd:.2f}, "
        f"from {len(horizons)} earlier horizons; a season that they did not see is not in it."
    )


def value_level(horizons: Sequence[Horizon]) -> tuple[Learnt, str]:
    """The multiplier of the value per conversion, from how its mean moved between horizons."""
    means = [
        h.revenue.sum() / h.conversions.sum()
        for h in horizons
        if h.conversions.sum() >= ENOUGH_CONVERSIONS and h.revenue.sum() > 0
    ]
    logs = np.log(means) - np.mean(np.log(means)) if means else np.zeros(0)
    belief = Learnt(1.0, next_level(logs, np.zeros(len(logs)), LEVEL_SD_PRIOR).log_sd)
    return (
        belief,
        f"Value per conversion: expected level, log sd {belief.log_sd:.2f}, from {len(means)} earlier horizons.",
    )


def dispersion(horizons: Sequence[Horizon]) -> tuple[Learnt, str]:
    """The gamma shape of people's unexplained differences, from every person's counts (NBD; Ehrenberg, 1959)."""
    seen = [h for h in horizons if h.conversions.sum() >= ENOUGH_CONVERSIONS]
    over = sum(float(((h.conversions - h.expected * h.ratio) ** 2 - h.expected * h.ratio).sum()) for h in seen)
    if not seen or over <= 0:
        return (
            DISPERSION_PRIOR,
            f"Unexplained differences between people: gamma shape {DISPERSION_PRIOR.median:g} is a prior, the history is too short or shows none.",
        )
    belief = shape_posterior([(h.expected, h.conversions) for h in seen], DISPERSION_PRIOR)
    return (
        belief,
        f"Unexplained differences between people: gamma shape {belief.median:.2f}, log sd {belief.log_sd:.2f}, from {len(seen)} horizons.",
    )


def value_spread(horizons: Sequence[Horizon]) -> tuple[Spread, str]:
    """The log sd of one conversion's value, from people with exactly one conversion in a horizon."""
    logs = [np.log(h.revenue[(h.conversions == 1) & (h.revenue > 0)]) for h in horizons]
    single = np.concatenate(logs) if logs else np.zeros(0)
    if len(single) < ENOUGH_VALUES or np.ptp(single) == 0:
        why = (
            f"only {len(single)} single conversions were seen"
            if len(single) < ENOUGH_VALUES
            else "all were worth the same"
        )
        return (
            Spread(0.0, VALUE_LOG_SD_PRIOR, PRIOR_COUNTS_FOR),
            f"Spread of a conversion's value: log sd {VALUE_LOG_SD_PRIOR:g} is a prior, {why}.",
        )
    spread = float(np.std(single, ddof=1))
    return (
        Spread(float(single.mean()), spread, len(single)),
        f"Spread of a conversion's value: log sd {spread:.2f}, from {len(single)} single conversions.",
    )


def delay(days: FloatArray) -> tuple[Spread, str]:
    """Log mean and log sd of days from offer to purchase, by maximum likelihood of a lognormal."""
    positive = days[np.isfinite(days) & (days > 0)]
    if len(positive) < ENOUGH_DELAYS:
        return (
            Spread(*DELAY_PRIOR, PRIOR_COUNTS_FOR),
            f"Delay from click to purchase: lognormal of median {np.exp(DELAY_PRIOR[0]):.1f} days is a prior, only {len(positive)} redemptions were seen.",
        )
    logs = np.log(positive)
    return Spread(float(logs.mean()), float(max(logs.std(ddof=1), 0.1)), len(logs)), (
        f"Delay from click to purchase: lognormal of median {np.exp(logs.mean()):.1f} days, log sd {logs.std():.2f}, from "
        f"{len(positive)} redemptions counted from their campaign's start, cut off at the offer's validity."
    )
