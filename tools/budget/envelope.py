"""The smallest concave curve above a response curve between two bounds: what makes S-shaped responses allocatable.

Below a knot the envelope is the straight line from the lower bound that touches the curve at the knot; from there on it
is the curve. For a concave curve the knot is the lower bound itself. No allocation on the true curves can be worth more
than the best one on the envelopes, which is the certified bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.budget.shapes import Column, Shape

TILT = 1e-9
"""How much the logarithm of the price falls along a straight piece when spend is sought at a price, so that every spend
has its own price. The bound is computed without it."""
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Envelope:
    """The concave envelope of `shape` between `low` and `high` (micros per cell); `knot` and `slope` of its line."""

    shape: Shape
    low: Column
    high: Column
    knot: Column
    slope: Column
    straight: npt.NDArray[np.bool_]

    @classmethod
    def over(cls, shape: Shape, low: Column, high: Column) -> Envelope:
        """The envelope between these bounds, low <= high."""
        turn = shape.turn
        straight = (turn > low) & (high > low)
        knot, slope = low.copy(), np.full(len(low), np.inf)
        if straight.any():
            places = np.flatnonzero(straight)
            some = shape.take(places)
            knot[places] = _touching(some, low[places], high[places], turn[places])
            rise = some.value(knot[places]) - some.value(low[places])
            slope[places] = rise / (knot[places] - low[places])
        return cls(shape, low, high, knot, slope, straight)

    def value(self, spend: Column) -> Column:
        """The envelope's value in micros; at least the curve's."""
        whole = self.shape.value(spend)
        if not self.straight.any():
            return whole
        on_line = self.straight & (spend < self.knot)
        line = self.shape.value(self.low) + np.where(on_line, self.slope, 0.0) * (spend - self.low)
        return np.asarray(np.where(on_line, line, whole))

    def marginal(self, spend: Column) -> Column:
        """The envelope's slope to the right; the line's before the knot."""
        on_line = self.straight & (spend < self.knot)
        return np.asarray(np.where(on_line, self.slope, self.shape.marginal(spend)))

    def spend_at(self, log_price: Column) -> tuple[Column, Column]:
        """Spend between the bounds at a price, and its slope in the logarithm of the price: 0 at a bound."""
        if not self.straight.any():
            spend, slope = self.shape.spend_at(log_price)
            inside = (spend > self.low) & (spend < self.high)
            return np.minimum(np.maximum(spend, self.low), self.high), np.where(inside, slope, 0.0)
        with np.errstate(divide="ignore"):
            edge = np.where(self.straight, np.log(np.maximum(self.slope, 1e-300)), np.inf)
        spend, slope = self.shape.spend_at(np.minimum(log_price, edge))
        inside = (spend > self.knot) & (spend < self.high)
        spend, slope = np.clip(spend, self.knot, self.high), np.where(inside, slope, 0.0)
        up = np.where(self.straight, (log_price - edge) / TILT, -1.0)
        on_line, length = (up > 0) & (up < 1), self.knot - self.low
        spend = np.where(up >= 1, self.low, np.where(on_line, self.knot - up * length, spend))
        return spend, np.where(up >= 1, 0.0, np.where(on_line, -length / TILT, slope))


def _touching(shape: Shape, low: Column, high: Column, turn: Column) -> Column:
    """Where the line from the lower bound touches the curve on its concave part; the upper bound where it would be later."""
    left, right = np.minimum(np.maximum(turn, low), high), high.copy()
    first = shape.value(low)
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        rising = (shape.value(middle) - first) < shape.marginal(middle) * (middle - low)
        left, right = np.where(rising, middle, left), np.where(rising, right, middle)
    return right
