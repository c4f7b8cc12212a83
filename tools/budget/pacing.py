"""Spending a flight's money evenly over what the season offers: never above the budget, no rush at the end.

Each period gets the seasonal share of what remains: its weight over the weights still to come. On top stands a price of
money that rises when offers were better than foreseen and falls when they were worse; only offers whose value per micro
is above that price are taken (dual pacing by multiplicative updates; Balseiro and Gur, 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.budget.errors import BudgetError
from tools.budget.shapes import Column

RATE = 0.4
"""How fast the price follows: the exponent of spent over intended, per period."""
BAND = 20.0
"""The price stays within this factor of the one it started with."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A flight under way: `left` micros, `season` the relative weight of each period (> 0), `period` the one that is next,
    `price` the value per micro that an offer must have, `start` the price of the first period."""

    left: int
    season: tuple[float, ...]
    price: float
    start: float
    period: int = 0

    @classmethod
    def begin(cls, budget: int, season: Sequence[float], price: float) -> Pace:
        """A flight of `budget` micros at a first price (> 0), for instance the marginal return of the allocation."""
        if budget < 0 or len(season) == 0 or not all(np.isfinite(part) and part > 0 for part in season):
            raise BudgetError(
                f"A flight of {budget} micros over {len(season)} periods cannot be paced; give a budget from 0 and positive weights."
            )
        if not price > 0 or not np.isfinite(price):
            raise BudgetError(f"A price of {price:g} is no price of money; give the return that a micro must bring.")
        return cls(int(budget), tuple(map(float, season)), float(price), float(price))

    @property
    def intended(self) -> int:
        """Micros for the next period: its seasonal share of what remains; all of it in the last one, 0 after it."""
        coming = self.season[self.period :]
        return int(self.left * (coming[0] / sum(coming))) if coming else 0

    def after(self, spent: int, wanted: int) -> Pace:
        """The flight after a period that spent so much, and that wanted so much at the present price.

        BudgetError when more was spent than was left: the books are wrong then.
        """
        if spent < 0 or spent > self.left or wanted < 0:
            raise BudgetError(
                f"A period spent {spent} and wanted {wanted} of {self.left} micros left; look at the books before going on."
            )
        ratio = np.clip(wanted / max(self.intended, 1), 0.1, 10.0)
        price = float(np.clip(self.price * ratio**RATE, self.start / BAND, self.start * BAND))
        return replace(self, left=self.left - spent, price=price, period=self.period + 1)


def take(
    pace: Pace, value: Column, cost: npt.NDArray[np.int64], burst: float = 2.0
) -> tuple[npt.NDArray[np.bool_], int]:
    """Which offers of a period to take, in the order they came, and the micros of all that were worth their price.

    `value` and `cost` in micros; an offer is taken when its value is at least price x cost and the money of the period
    (`burst` times the intended, never more than what is left) still holds it.
    """
    if (cost < 0).any():
        raise BudgetError("An offer costs less than nothing; costs are micros from 0.")
    worth = value >= pace.price * cost
    last = pace.period >= len(pace.season) - 1
    room = pace.left if last else min(pace.left, int(burst * pace.intended))
    taken = worth & (np.cumsum(np.where(worth, cost, 0)) <= room)
    return taken, int(cost[worth].sum())


def within_day(budget: int, hours: Sequence[float], spent: int, hour: int) -> int:
    """Micros that may be spent in an hour (0 to the number of hours less 1) of a day of `budget` micros of which `spent` are
    gone: the hour's seasonal share of what remains."""
    if not 0 <= hour < len(hours) or spent < 0 or not all(weight >= 0 for weight in hours):
        raise BudgetError(
            f"Hour {hour} of {len(hours)} with {spent} micros spent cannot be paced; give an hour of the day and weights from 0."
        )
    coming = sum(hours[hour:])
    return int(max(budget - spent, 0) * (hours[hour] / coming)) if coming > 0 else 0
