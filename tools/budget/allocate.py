"""The best way to spread a budget over concave response curves, exactly and without a solver.

A curve gives `scale * (1 - exp(-spend / pace))`. At the optimum every cell that is not at a bound earns the same on
its next unit (the dual price), so spend is linear in the logarithm of that price between its bounds:
spend = pace * (ln(scale / pace) - ln(price)). Total spend is then piecewise linear and falling in ln(price), and
the price at which it meets the budget is found by sorting the points where cells meet their bounds
(Karush-Kuhn-Tucker conditions; Luss and Gupta, 1975).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.budget.errors import BudgetError

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """Concave response of each cell: `scale` is the value that endless spend tends to, `pace` the spend at which
    63 % of it is reached (both in micros, pace > 0, scale >= 0), `most` the largest spend that makes sense, finite."""

    scale: Column
    pace: Column
    most: Column

    def value(self, spend: Column) -> Column:
        """Value in micros of each cell's spend in micros."""
        return np.asarray(-self.scale * np.expm1(-spend / self.pace))

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro of spend, per cell."""
        return np.asarray(self.scale / self.pace * np.exp(-spend / self.pace))


@dataclass(frozen=True, slots=True)
class Spread:
    """An allocation: spend in whole micros per cell, their total, and the return of the last unit (`price`)."""

    spend: npt.NDArray[np.int64]
    total: int
    price: float


def allocate(
    curves: Curves, budget: int, least: npt.ArrayLike = 0, most: npt.ArrayLike = np.inf, floor: float = 1.0
) -> Spread:
    """The allocation of at most `budget` micros with the highest value among those whose last unit returns `floor`.

    Each cell gets between `least` and the smaller of `most` and the curve's own limit; above `least` it gets only
    spend that returns `floor` or more per unit. Micros are rounded down, so the total never exceeds the budget.
    BudgetError when the budget is negative, bounds cross, or the lower bounds alone exceed the budget.
    """
    low = np.broadcast_to(np.asarray(least, np.float64), curves.scale.shape)
    high = np.minimum(np.asarray(most, np.float64), curves.most)
    if (
        budget < 0
        or (low < 0).any()
        or (curves.pace <= 0).any()
        or (curves.scale < 0).any()
        or not floor > 0
        or not np.isfinite(high).all()
    ):
        raise BudgetError(
            f"A budget of {budget} micros over negative or endless amounts cannot be allocated; give finite amounts from 0."
        )
    if low.sum() > budget:
        raise BudgetError(
            f"The lower bounds sum to {low.sum():.0f} of {budget} micros; raise the budget or lower them."
        )
    if (low > high).any():
        cell = int(np.argmax(low > high))
        raise BudgetError(
            f"Cell {cell} must get {low[cell]:.0f} and may get {high[cell]:.0f} micros; lower the first bound."
        )
    with np.errstate(divide="ignore"):
        steep = np.log(curves.scale / curves.pace)
    log_price = max(_log_price(steep, curves.pace, low, high, float(budget)), float(np.log(floor)))
    spend = np.clip(np.where(np.isfinite(steep), curves.pace * (steep - log_price), low), low, high)
    whole = np.floor(spend).astype(np.int64)
    whole = np.maximum(whole, np.ceil(low).astype(np.int64))
    excess = int(whole.sum()) - budget
    for cell in np.argsort(low - whole, kind="stable"):
        if excess <= 0:
            break
        cut = min(excess, int(whole[cell] - np.ceil(low[cell])))
        whole[cell] -= cut
        excess -= cut
    return Spread(spend=whole, total=int(whole.sum()), price=float(np.exp(log_price)))


def _log_price(steep: Column, pace: Column, low: Column, high: Column, budget: float) -> float:
    """The logarithm of the dual price at which total spend meets the budget; -inf when the upper bounds fit."""
    if high.sum() <= budget:
        return -np.inf
    alive = np.isfinite(steep) & (high > low)
    full, gone = steep[alive] - high[alive] / pace[alive], steep[alive] - low[alive] / pace[alive]
    points = np.concatenate([full, gone])
    slopes = np.concatenate([pace[alive], -pace[alive]])
    order = np.argsort(points, kind="stable")
    points, slope = points[order], np.cumsum(slopes[order])
    fallen = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(points))])
    start = float(low[~alive].sum() + high[alive].sum())
    place = int(np.searchsorted(fallen, start - budget, side="right")) - 1
    if place < 0:
        return -np.inf
    if place >= len(points) - 1 or slope[place] <= 0:
        return float(points[min(place, len(points) - 1)])
    return float(points[place] + (start - budget - fallen[place]) / slope[place])
