"""What people do without a contact over a horizon: conversions and margin per person, and how much they vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

FloatArray = npt.NDArray[np.float64]

RATE_SHAPE = 1.1
"""Gamma shape of the rate that a person's expected rate leaves open (smaller: people differ more).

Moment estimate on the bundled data: second half of 2017 given the first, households buying frozen seafood: 1.13.
All baskets give 8.0; the smaller value is the cautious one for the variance of money."""
VALUE_CV2 = 0.93
"""Squared coefficient of variation of one conversion's value around its person's mean.

Pooled within households of the bundled data: baskets 0.93, frozen seafood 0.37; the larger value is the cautious one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome per person: its `mean`, the standard deviation `sd` between people, noise included, and `r2`, the
    share (0-1) of that variance which the same outcome of the year before explains (what CUPED will remove)."""

    mean: float
    sd: float
    r2: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """Expectations over `horizon_days` without contact: conversions, and margin in micros, per person."""

    people: int
    horizon_days: int
    conversions: Outcome
    margin: Outcome


def expected_counts(snapshot: pl.DataFrame, horizon_days: int) -> FloatArray:
    """Expected conversions per person over the horizon without contact, in the snapshot's order."""
    return np.asarray(snapshot["conversion_rate"].to_numpy(), np.float64) * horizon_days


def expect(snapshot: pl.DataFrame, horizon_days: int, margin_rate: float) -> Baseline:
    """The baseline of a snapshot over a horizon, from its columns of expected rates and values.

    Counts are negative binomial around each person's expectation m, with variance m + m^2 / `RATE_SHAPE`; margin
    adds values with `VALUE_CV2`. The variance between people is the spread of their expectations plus each one's own.
    """
    counts = expected_counts(snapshot, horizon_days)
    value = snapshot["conversion_value_micros"].to_numpy().astype(np.float64) * margin_rate
    return Baseline(
        people=snapshot.height,
        horizon_days=horizon_days,
        conversions=_outcome(counts, counts + counts**2 / RATE_SHAPE, snapshot["pre_conversions"]),
        margin=_outcome(
            counts * value,
            value**2 * (counts * (1 + VALUE_CV2) + counts**2 / RATE_SHAPE),
            snapshot["pre_margin_micros"],
        ),
    )


def _outcome(expected: FloatArray, own: FloatArray, before: pl.Series) -> Outcome:
    total = float(own.mean() + expected.var())
    return Outcome(
        mean=float(expected.mean()),
        sd=total**0.5,
        r2=_explained(before.to_numpy().astype(np.float64), expected, total),
    )


def _explained(before: FloatArray, expected: FloatArray, total: float) -> float:
    """Squared correlation of a covariate with outcomes whose expectations are these; 0 when nothing varies."""
    spread = float(before.var())
    if spread == 0 or total == 0:
        return 0.0
    shared = float(((before - before.mean()) * (expected - expected.mean())).mean())
    return min(shared**2 / (spread * total), 1.0)
