"""What all people of a day share: weekday, month and hour, competitors' pressure, shocks to demand.

Every draw is keyed by the seed and the calendar day (UTC), never by a person or a plan, so that two plans and the
world without a campaign meet the same days.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from campaigns.contact import FloatArray, IntArray
from simulator.randomness import Purpose, u01

Week = tuple[float, float, float, float, float, float, float]
"""A factor per day of the week, Monday first."""
EVEN_WEEK: Week = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
Year = tuple[float, ...]
"""A factor per month, January first."""
EVEN_YEAR: Year = (1.0,) * 12
Clock = tuple[float, ...]
"""A factor (> 0) per local hour of the day, from midnight, of mean 1."""
EVEN_CLOCK: Clock = (1.0,) * 24
SHOCK_DAYS = 3
"""How long a shock to demand lasts (the authors' judgement)."""
_MEMORY = 60
_MONDAY = 3
"""1970-01-01 was a Thursday."""


def weekday_factor(days: IntArray, week: Week) -> FloatArray:
    """The factor of each day (days since 1970-01-01)."""
    return np.array(week)[(days + _MONDAY) % 7]


def month_factor(days: IntArray, year: Year) -> FloatArray:
    """The factor of the month of each day (days since 1970-01-01)."""
    return np.array(year)[np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12]


def hour_quantile(u: FloatArray, clock: Clock) -> FloatArray:
    """The share of a day (0-1) that has passed when a share `u` of its demand has: even within an hour."""
    passed = np.concatenate([[0.0], np.cumsum(clock)])
    return np.interp(u, passed / passed[-1], np.arange(25) / 24)


def competitor_index(seed: int, days: IntArray, persistence: float) -> FloatArray:
    """Competitors' pressure on each day: an AR(1) of mean 0 and sd 1 that depends on seed and day alone.

    The innovations of the last sixty days are summed, so that it does not matter where a world begins; what is cut
    off is below `persistence ** 60`.
    """
    lags = np.arange(_MEMORY)
    sources = np.asarray(days)[:, None] - lags
    shocks = ndtri(u01(seed, sources.astype(np.uint64), 0, Purpose.COMPETITOR))
    weights = persistence**lags
    # A sum per day and no matrix product, whose rounding depends on how many days are asked for.
    return np.asarray((shocks * (weights / np.sqrt((weights**2).sum()))).sum(axis=1))


def pressed(index: FloatArray, per_sd: float) -> FloatArray:
    """The factor on attention or purchases under competitors' pressure: lognormal of mean 1."""
    return np.asarray(np.exp(-per_sd * index - per_sd**2 / 2))


def shock_factor(seed: int, days: IntArray, rate: float, size: float) -> FloatArray:
    """The factor on own purchases of each day: 1, but for three days after a shock began; sizes lognormal of mean 1."""
    begun = np.asarray(days)[:, None] - np.arange(SHOCK_DAYS)
    keys = begun.astype(np.uint64)
    happens = u01(seed, keys, 0, Purpose.SHOCK) < rate
    log = size * ndtri(u01(seed, keys, 0, Purpose.SHOCK_SIZE)) - size**2 / 2
    return np.asarray(np.exp(np.where(happens, log, 0.0).sum(axis=1)))
