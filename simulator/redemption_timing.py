"""When people redeem: how first redemptions spread over the days of a campaign, pooled over campaigns.

Days are stretched between calendar days and shares of the window: a campaign twice as long is redeemed
2**STRETCH times as late. Bins are of such days, at a window of 40 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from campaigns.contact import FloatArray
from simulator.pooling import Prior, pooled_draws

STRETCH = 0.5
REFERENCE_DAYS = 40.0
EDGES = np.array([0.0, 2, 4, 7, 10, 14, 18, 23, 29, 36, 44, 60, 90, 150, 400])
BINS = len(EDGES) - 1
CONCENTRATIONS = np.array([1.5, 3.0, 6.0, 12.0, 25.0, 50.0, 100.0])
"""Grid of how alike campaigns are: redemptions that a common shape counts for (Dirichlet concentration)."""
TYPICAL_CONCENTRATION = 25.0
PRIOR_MEAN_DAYS = 18.0
"""Mean of the exponential delay that is assumed until redemptions were seen (the authors' judgement)."""
PRIOR_SHAPE = np.diff(-np.expm1(-EDGES / PRIOR_MEAN_DAYS))
PRIOR_COUNT = 12.0
"""Redemptions that the prior shape counts for."""
TILT_PRIOR = Prior(np.zeros(1), np.array([0.15]), 0.4)
_LOG_DAY = np.log(EDGES[:-1] + np.diff(EDGES) / 2) - np.log(10.0)
_RIDGE = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """First redemptions of a campaign: counts per bin, and which share of each bin was seen."""

    counts: FloatArray
    open: FloatArray


@dataclass(frozen=True, slots=True)
class Shape:
    """The common shape over bins (sums to 1), log weights of `CONCENTRATIONS`, and campaigns' tilts with variances.

    A tilt d makes a campaign's shape share x exp(d x log day): above 0 it is redeemed later as a whole.
    """

    share: FloatArray
    log_weight: FloatArray
    tilts: FloatArray
    variance: FloatArray

    def draws(self, count: int, rng: np.random.Generator) -> FloatArray:
        """Shapes of new campaigns (count, bins): tilted as campaigns differ, then Dirichlet."""
        tilt = pooled_draws(
            self.tilts, self.variance, np.ones((len(self.tilts), 1)), TILT_PRIOR, np.ones(1), count, rng
        )
        weight = np.exp(self.log_weight - self.log_weight.max())
        concentration = CONCENTRATIONS[rng.choice(len(CONCENTRATIONS), size=count, p=weight / weight.sum())]
        base = _tilted(self.share, tilt[:, None])
        drawn = rng.gamma(np.maximum(base * concentration[:, None], 1e-3)) + 1e-12
        shape: FloatArray = drawn / drawn.sum(axis=1, keepdims=True)
        return shape


def stretched(days: float) -> float:
    """Bins' days per calendar day of a campaign of this many days."""
    return float((REFERENCE_DAYS / days) ** STRETCH)


def open_share(begin: float, end: float, days: float) -> FloatArray:
    """Which share of each bin lies in [begin, end) of a window of `days`."""
    scale = stretched(days)
    inside = np.minimum(EDGES[1:], end * scale) - np.maximum(EDGES[:-1], begin * scale)
    share: FloatArray = np.clip(inside / np.diff(EDGES), 0, 1)
    return share


def seen(first: FloatArray, begin: float, end: float, days: float) -> Seen:
    """Counts of first redemptions (days from the start; NaN: none) that fall into [begin, end)."""
    inside = first[(first >= begin) & (first < end)] * stretched(days)
    return Seen(np.histogram(inside, bins=EDGES)[0].astype(np.float64), open_share(begin, end, days))


def times_drawn(
    shape: FloatArray, begin: float, end: float, days: float, count: int, rng: np.random.Generator
) -> FloatArray:
    """Days from the start of `count` first redemptions of one campaign, given that they fall into [begin, end)."""
    scale = stretched(days)
    low, high = np.maximum(EDGES[:-1], begin * scale), np.minimum(EDGES[1:], end * scale)
    weight = shape * np.clip((high - low) / np.diff(EDGES), 0, 1)
    bins = rng.choice(BINS, size=count, p=weight / weight.sum())
    days_drawn: FloatArray = (low[bins] + rng.random(count) * (high - low)[bins]) / scale
    return days_drawn


def fit_timing(campaigns: Sequence[Seen]) -> Shape:
    """The common shape: counts over what was open, with each campaign weighing no more than campaigns are alike."""
    share = PRIOR_SHAPE / PRIOR_SHAPE.sum()
    for _ in range(20):
        counts, trials = PRIOR_COUNT * PRIOR_SHAPE, np.full(BINS, PRIOR_COUNT)
        for one in campaigns:
            total = one.counts.sum()
            if total:
                weight = 1 / (1 + total / TYPICAL_CONCENTRATION)
                counts = counts + weight * one.counts
                trials = trials + weight * total * one.open / max(float(share @ one.open), 1e-9)
        share = counts / np.maximum(trials, 1e-9)
        share = share / share.sum()
    log_weight = -0.5 * (np.log(CONCENTRATIONS / TYPICAL_CONCENTRATION) / 0.8) ** 2
    tilts, variance = [], []
    for one in campaigns:
        total = one.counts.sum()
        if total:
            tilt, information = _tilt(share, one)
            tilts.append(tilt)
            variance.append(1 / information)
            base = np.maximum(_tilted(share, tilt) * one.open, 1e-9)
            alpha = CONCENTRATIONS[:, None] * base / base.sum()
            log_weight = log_weight + (gammaln(one.counts + alpha) - gammaln(alpha)).sum(axis=1)
            log_weight += gammaln(CONCENTRATIONS) - gammaln(CONCENTRATIONS + total)
    return Shape(share, log_weight, np.array(tilts), np.array(variance))


def _tilted(share: FloatArray, tilt: FloatArray | float) -> FloatArray:
    raw = share * np.exp(np.clip(tilt, -3, 3) * _LOG_DAY)
    shape: FloatArray = raw / raw.sum(axis=-1, keepdims=True)
    return shape


def _tilt(share: FloatArray, one: Seen) -> tuple[float, float]:
    """The tilt that explains a campaign's counts best, and the information in it (Newton on an exponential family)."""
    tilt, total, information = 0.0, float(one.counts.sum()), 1e-3
    for _ in range(20):
        shape = _tilted(share, tilt) * one.open
        shape = np.maximum(shape, 1e-12) / max(float(shape.sum()), 1e-12)
        mean = float(shape @ _LOG_DAY)
        information = max(total * float(shape @ (_LOG_DAY - mean) ** 2), 1e-3)
        step = (float(one.counts @ _LOG_DAY) - total * mean - tilt * _RIDGE) / (information + _RIDGE)
        tilt = float(np.clip(tilt + np.clip(step, -0.5, 0.5), -2, 2))
    return tilt, information
