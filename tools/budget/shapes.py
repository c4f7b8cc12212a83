"""Shapes of response curves: value in micros by spend in micros, per cell, as columns.

A shape says three things: the value of a spend, the value of the next micro, and the spend at which the next micro is
worth a given price. The allocator (`tools.budget.allocate`) knows nothing else of a curve, so that a new family is one
class here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tools.budget.errors import BudgetError

Column = npt.NDArray[np.float64]
TINY = 1e-300
STEPS, NEAR = 40, 3e-6
"""Newton steps of a Hill curve's inverse at most, and the step after which the error, its square, is below 1e-10."""


class Shape(Protocol):
    """Response curves of some cells; every column has one entry per cell.

    `turn` is the spend from which on the curve is concave: 0 for concave curves. `most` is the largest spend that
    makes sense (micros, finite).
    """

    @property
    def most(self) -> Column: ...

    @property
    def turn(self) -> Column: ...

    def value(self, spend: Column) -> Column:
        """Value in micros of each cell's spend in micros."""
        ...

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro of spend, per cell; may be infinite at 0."""
        ...

    def spend_at(self, log_price: Column) -> tuple[Column, Column]:
        """The spend on the concave part at which a micro more is worth exp(log_price), and its slope in log_price (<= 0).

        Not cut to any bound: 0 or less where already the first micro is worth less.
        """
        ...

    def take(self, places: npt.NDArray[np.intp]) -> Shape:
        """The curves of these cells, in this order."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """Concave response `scale * (1 - exp(-spend / pace))`: `scale` is the value that endless spend tends to, `pace` the
    spend at which 63 % of it is reached (both in micros, pace > 0, scale >= 0), `most` the largest spend, finite."""

    scale: Column
    pace: Column
    most: Column

    def __post_init__(self) -> None:
        _known("scale", self.scale)
        _known("pace", self.pace, above=True)
        _known("most", self.most)

    @property
    def turn(self) -> Column:
        """Concave from 0 on."""
        return np.zeros(len(self.scale))

    def value(self, spend: Column) -> Column:
        """Value in micros of each cell's spend in micros."""
        return np.asarray(-self.scale * np.expm1(-spend / self.pace))

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro of spend, per cell."""
        return np.asarray(self.scale / self.pace * np.exp(-spend / self.pace))

    def spend_at(self, log_price: Column) -> tuple[Column, Column]:
        """The spend at a price and its slope: linear in the logarithm of the price."""
        steep = np.log(np.maximum(self.scale, TINY) / self.pace)
        return np.asarray(self.pace * (steep - log_price)), -self.pace

    def take(self, places: npt.NDArray[np.intp]) -> Exponential:
        """The curves of these cells."""
        return Exponential(self.scale[places], self.pace[places], self.most[places])


@dataclass(frozen=True, slots=True)
class Hill:
    """Hill response with what earlier spend still carries (geometric adstock; Jin et al., 2017).

    A period's spend x meets `carried`, what is left of earlier periods: with z = carried + x the value is
    top * (z^s / (half^s + z^s) - carried^s / (half^s + carried^s)). `top` (micros, >= 0) is what endless spend tends
    to, `half` (micros, > 0) the pressure z that brings half of it, `steep` the exponent s > 0: concave up to 1, S-shaped
    above. `carried` micros >= 0, `most` finite.
    """

    top: Column
    half: Column
    steep: Column
    carried: Column
    most: Column

    def __post_init__(self) -> None:
        _known("top", self.top)
        _known("half", self.half, above=True)
        _known("steep", self.steep, above=True)
        _known("carried", self.carried)
        _known("most", self.most)

    @classmethod
    def steady(cls, top: Column, half: Column, steep: Column, adstock: Column, most: Column) -> Hill:
        """The curve of a period when every period spends the same: pressure is spend / (1 - adstock), adstock in [0, 1)."""
        _known("adstock", adstock)
        if (np.asarray(adstock) >= 1).any():
            raise BudgetError(
                f"An adstock of {float(np.max(adstock)):g} never fades; give the share that stays, below 1."
            )
        return cls(top, half * (1 - adstock), steep, np.zeros(len(top)), most)

    @property
    def turn(self) -> Column:
        """The spend at the point of inflection, half ((s - 1) / (s + 1))^(1/s) less what is carried; 0 for s <= 1."""
        s = self.steep
        ratio = np.maximum(s - 1, 0.0) / (s + 1)
        return np.asarray(np.maximum(self.half * ratio ** (1 / s) - self.carried, 0.0))

    def value(self, spend: Column) -> Column:
        """Value in micros of each cell's spend in micros, beyond what is carried would bring alone."""
        whole = self.top * self._share(self.carried + spend)
        return np.asarray(whole - self.top * self._share(self.carried) if self.carried.any() else whole)

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro of spend, per cell."""
        with np.errstate(divide="ignore", over="ignore"):
            u = np.log((self.carried + spend) / self.half)
            bend = np.logaddexp(0.0, self.steep * u)
            slope = np.exp((self.steep - 1) * np.where(self.steep == 1, 0.0, u) - 2 * bend)
        return np.asarray(self.top * self.steep / self.half * slope)

    def spend_at(self, log_price: Column) -> tuple[Column, Column]:
        """The spend at a price and its slope, by Newton's method in the logarithm of the pressure.

        With u = ln(z / half) the logarithm of the marginal value is concave in u and lies below its two asymptotes; from
        where the lower of them meets the price, Newton's steps fall towards the root and never pass it.
        """
        s = self.steep
        lead = np.log(np.maximum(self.top, TINY) * s / self.half) - log_price
        u = lead / (1 + s)
        fading = s < 1
        if fading.any():
            u = np.where(fading, np.minimum(u, lead / np.where(fading, 1 - s, 1.0)), u)
        for _ in range(STEPS):
            grown = np.exp(np.minimum(s * u, 600.0))
            slope = (s - 1) - 2 * s * (grown / (1 + grown))
            step = (lead + (s - 1) * u - 2 * np.log1p(grown)) / np.minimum(slope, -1e-12)
            u = np.maximum(u - step, -600.0)
            if np.abs(step).max(initial=0.0) < NEAR:
                break
        pressure = self.half * np.exp(np.minimum(u, 600.0))
        return np.asarray(pressure - self.carried), np.asarray(pressure / np.minimum(slope, -1e-12))

    def take(self, places: npt.NDArray[np.intp]) -> Hill:
        """The curves of these cells."""
        return Hill(*(part[places] for part in (self.top, self.half, self.steep, self.carried, self.most)))

    def _share(self, pressure: Column) -> Column:
        grown = (pressure / self.half) ** self.steep
        return np.asarray(grown / (1 + grown))


@dataclass(frozen=True, slots=True)
class Charged:
    """A concave response that begins only after a fixed `charge` (micros per cell): nothing before it, `base` after it.

    So it is with money that has to be set aside before the first message, and with minimum fees of media.
    """

    base: Exponential
    charge: Column

    def __post_init__(self) -> None:
        _known("charge", self.charge)

    @property
    def most(self) -> Column:
        """The charge and the base's largest spend; 0 where the base makes no sense at all."""
        return np.asarray(np.where(self.base.most > 0, self.charge + self.base.most, 0.0))

    @property
    def turn(self) -> Column:
        """The charge: from there on the curve is concave."""
        return self.charge

    def value(self, spend: Column) -> Column:
        """Value in micros of each cell's spend in micros."""
        return self.base.value(np.maximum(spend - self.charge, 0.0))

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro of spend, per cell; 0 before the charge is paid."""
        return np.asarray(np.where(spend >= self.charge, self.base.marginal(np.maximum(spend - self.charge, 0.0)), 0.0))

    def spend_at(self, log_price: Column) -> tuple[Column, Column]:
        """The spend at a price, charge included, and its slope."""
        spend, slope = self.base.spend_at(log_price)
        return spend + self.charge, slope

    def take(self, places: npt.NDArray[np.intp]) -> Charged:
        """The curves of these cells."""
        return Charged(self.base.take(places), self.charge[places])


@dataclass(frozen=True, slots=True)
class Mixed:
    """Cells of several families side by side, in the families' order: one allocation over all of them."""

    parts: tuple[Shape, ...]

    @property
    def most(self) -> Column:
        """Every part's largest spend."""
        return np.concatenate([part.most for part in self.parts])

    @property
    def turn(self) -> Column:
        """Every part's turn."""
        return np.concatenate([part.turn for part in self.parts])

    def value(self, spend: Column) -> Column:
        """Value in micros per cell."""
        return np.concatenate([part.value(some) for part, some in self._cut(spend)])

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro per cell."""
        return np.concatenate([part.marginal(some) for part, some in self._cut(spend)])

    def spend_at(self, log_price: Column) -> tuple[Column, Column]:
        """Spend and slope at a price, per cell."""
        found = [part.spend_at(some) for part, some in self._cut(log_price)]
        return np.concatenate([spend for spend, _ in found]), np.concatenate([slope for _, slope in found])

    def take(self, places: npt.NDArray[np.intp]) -> Mixed:
        """The curves of these cells, which must keep the order of the families."""
        ends = np.cumsum([len(part.most) for part in self.parts])
        home = np.searchsorted(ends, places, side="right")
        if (np.diff(home) < 0).any():
            raise BudgetError("Cells of several curve families can only be taken in their own order; sort the places.")
        starts = ends - [len(part.most) for part in self.parts]
        return Mixed(tuple(part.take(places[home == at] - starts[at]) for at, part in enumerate(self.parts)))

    def _cut(self, column: Column) -> Sequence[tuple[Shape, Column]]:
        ends = np.cumsum([len(part.most) for part in self.parts])[:-1]
        return list(zip(self.parts, np.split(column, ends), strict=True))


def _known(name: str, column: Column, above: bool = False) -> None:
    """BudgetError unless every entry is finite and not negative; with `above`, greater than 0."""
    wrong = ~np.isfinite(column) | (column <= 0 if above else column < 0)
    if wrong.any():
        cell = int(np.argmax(wrong))
        raise BudgetError(
            f"The curve of cell {cell} has a {name} of {float(np.asarray(column)[cell]):g}; give a finite amount "
            f"{'above' if above else 'from'} 0, or leave the cell out."
        )
