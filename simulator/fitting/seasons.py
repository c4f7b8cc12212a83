"""The rhythm as rows to draw from: weekdays, months and hours, each row one way in which all of them may be true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from campaigns.contact import FloatArray
from simulator.fitting.particles import NOTHING, Particles
from simulator.fitting.rhythm import FEWEST_WEEKS, Factors, Rhythm
from simulator.parameters import RHYTHM

ROWS = 400
LEAST = 0.02
"""The smallest factor that is drawn: no day, month or hour is without any purchases."""
EVEN_YEAR_SHARES = np.full(12, 1 / 12)
_SEED = 43


def read(plain: Mapping[str, Any]) -> Rhythm:
    """A rhythm from the plain JSON types in which a fit keeps it."""
    factors = {name: Factors(tuple(plain[name]["value"]), tuple(plain[name]["sd"])) for name in RHYTHM}
    return Rhythm(**{**plain, **factors, "gaps": tuple(plain["gaps"])})


def rows(rhythm: Rhythm, learnt_in: FloatArray = EVEN_YEAR_SHARES) -> Particles:
    """Rows of the factors named in `simulator.parameters.RHYTHM`; `NOTHING` where too few weeks were seen.

    Weekdays and months are normal around their estimates, hours Dirichlet, turned by whole hours as far as the shift of
    the data's clock is unsure. Weekdays and hours have mean 1 in every row. Months have mean 1 over `learnt_in`, the
    shares (12, from January) of the days from which the level of purchases was learnt: that level has its season in it.
    """
    if rhythm.weeks < FEWEST_WEEKS:
        return NOTHING
    rng = np.random.default_rng(_SEED)
    week, year = (_normal(rng, factors) for factors in (rhythm.weekday, rhythm.month))
    table = {
        "weekday": week / week.mean(axis=1, keepdims=True),
        "month": year / (year @ learnt_in)[:, None],
        "hour": _clocks(rng, rhythm),
    }
    return Particles.of(
        {name: table[kind][:, place] for kind, names in RHYTHM.items() for place, name in enumerate(names)}
    )


def months_of(first_days: FloatArray, length: int) -> FloatArray:
    """The share of each month (12, from January) in stretches of `length` days from these days (datetime64) on."""
    days = first_days.astype("datetime64[D]")[:, None] + np.arange(length)
    count = np.bincount(days.astype("datetime64[M]").astype(np.int64).ravel() % 12, minlength=12)
    return np.asarray(count / count.sum()) if count.sum() else EVEN_YEAR_SHARES


def _normal(rng: np.random.Generator, factors: Factors) -> FloatArray:
    drawn = rng.normal(factors.value, factors.sd, (ROWS, len(factors.value)))
    return np.maximum(drawn, LEAST)


def _clocks(rng: np.random.Generator, rhythm: Rhythm) -> FloatArray:
    share, sd = np.array(rhythm.hour.value), np.array(rhythm.hour.sd)
    # The weight of a Dirichlet from its variances: share (1 - share) / (weight + 1).
    weight = (share * (1 - share)).sum() / (sd**2).sum() - 1
    clocks = np.maximum(rng.dirichlet(share * weight, ROWS) * 24, LEAST)
    turned = np.round(rng.normal(0.0, rhythm.shift_sd, ROWS)).astype(np.int64)
    places = (np.arange(24) + turned[:, None]) % 24
    clocks = np.take_along_axis(clocks, places, axis=1)
    return np.asarray(clocks / clocks.mean(axis=1, keepdims=True))
