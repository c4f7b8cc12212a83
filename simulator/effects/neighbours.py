"""Word of mouth, off unless planted: an extra purchase makes two neighbours a little readier to buy."""

from __future__ import annotations

import numpy as np

from campaigns.contact import FloatArray, IntArray, KeyArray
from campaigns.keys import mix64

HEARD_DAYS = 14
"""For how many days somebody who heard of a purchase buys at the raised rate (the authors' judgement)."""


def ring(people: KeyArray) -> tuple[IntArray, IntArray]:
    """The neighbour before and after each person, in a ring ordered by luck (the people's streams)."""
    order = np.argsort(mix64(people), kind="stable")
    before, after = np.empty(len(people), np.int64), np.empty(len(people), np.int64)
    before[order], after[order] = np.roll(order, 1), np.roll(order, -1)
    return before, after


def heard_chance(rate: FloatArray, raised: float) -> FloatArray:
    """Chance of a purchase by hearsay at an own rate per day that is raised by a share of itself for a fortnight."""
    return np.asarray(-np.expm1(-raised * rate * HEARD_DAYS))
