"""What people are worth contacting for: value of a conversion, of a basket, and of a contact; tiers by the last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.audience.errors import NoEvidence
from tools.prediction.response import expected_value_of_conversion

Column = npt.NDArray[np.float64]

SHRINK = 3.0
"""Purchases at everybody's mean value that are lent to each person before their own are looked at."""
SEGMENTS = ("high", "mid", "low")
"""Value tiers, best first: thirds of the audience by expected value of a contact."""


def shrunken_value(revenue_micros: pl.Series, count: pl.Series, mean_micros: float) -> npt.NDArray[np.int64]:
    """Micros of one purchase per person: own mean over `count` purchases, shrunken towards `mean_micros`."""
    revenue, number = revenue_micros.cast(pl.Float64).to_numpy(), count.cast(pl.Float64).to_numpy()
    return np.rint((revenue + SHRINK * mean_micros) / (number + SHRINK)).astype(np.int64)


def mean_value(revenue_micros: pl.Series, count: pl.Series, what: str) -> float:
    """Mean micros of one purchase over everybody; NoEvidence when nobody made one that was paid for."""
    number = int(count.sum())
    if not number or int(revenue_micros.sum()) <= 0:
        raise NoEvidence(
            f"Nobody in the data paid for {what} in the last 364 days, so a conversion has no known value; choose another category."
        )
    return float(revenue_micros.sum()) / number


def contact_value(
    responsiveness: npt.ArrayLike, conversion_value_micros: npt.ArrayLike, basket_value_micros: npt.ArrayLike
) -> Column:
    """Relative expected value of contacting each person: uplift x value, not propensity.

    The uplift of a message is proportional to responsiveness (small click rates), and one incremental conversion is
    worth its revenue plus an extra basket for the share of conversions that bring one. Micros per unit of uplift.
    """
    value = expected_value_of_conversion(conversion_value_micros, basket_value_micros)
    return np.asarray(responsiveness, dtype=np.float64) * value


def segments(value: Column) -> list[str]:
    """The tier of each person by thirds of `value`; of equal values the earlier row ranks higher."""
    place = np.empty(len(value), dtype=np.int64)
    place[np.argsort(-value, kind="stable")] = np.arange(len(value))
    return [SEGMENTS[tier] for tier in place * len(SEGMENTS) // max(1, len(value))]
