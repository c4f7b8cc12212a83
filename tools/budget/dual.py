"""The prices at which spend meets its limits: a safeguarded Newton method on the dual, for nested groups.

Every cell buys as long as its next micro is worth its price. A group's price rises until the group keeps its limit, and
falls until it reaches its minimum; within an outer group an inner one keeps its own price where that binds. Each level
is solved once, from the inside out, all groups of a level at a time (Luss and Gupta, 1975; Patriksson, 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tools.budget.envelope import Envelope
from tools.budget.shapes import Column

FREE, ENDLESS = -600.0, 600.0
"""Logarithms of prices at which everything and nothing is bought."""
ROUNDS = 200
CLOSE = 1e-13


@dataclass(frozen=True, slots=True)
class Level:
    """Disjoint groups of cells: `group` (cells) numbers the group of a cell, -1 for none; `least` and `most` (groups) are
    micros of a group's cells together."""

    group: npt.NDArray[np.intp]
    least: Column
    most: Column


@dataclass(frozen=True, slots=True)
class Prices:
    """Logarithms of prices: per cell what it pays at the end, per level what its groups' limits and minima ask for, and of
    all the money; with the `spend` (micros per cell) at those prices."""

    spend: Column
    cell: Column
    most: tuple[Column, ...]
    least: tuple[Column, ...]
    whole: float


def prices(curves: Envelope, budget: float, floor: float, levels: tuple[Level, ...]) -> Prices:
    """The prices of the best allocation of at most `budget` micros; `levels` from the inner to the outer.

    Nothing is bought beyond a group's minimum whose next micro is worth less than `floor`.
    """
    cells = len(curves.low)
    under, over = np.full(cells, FREE), np.full(cells, ENDLESS)
    caps, minima = [], []
    for level in levels:
        inside = level.group >= 0
        if not inside.all():
            curves_in = Envelope(
                curves.shape.take(np.flatnonzero(inside)),
                *(part[inside] for part in (curves.low, curves.high, curves.knot, curves.slope, curves.straight)),
            )
        else:
            curves_in = curves
        group, bounds = level.group[inside], (under[inside], over[inside])
        cap = meet(curves_in, group, level.most, *bounds)
        least = np.where(level.least > 0, meet(curves_in, group, level.least, *bounds, most=False), ENDLESS)
        least = np.maximum(least, cap)
        caps.append(cap)
        minima.append(least)
        under[inside] = np.clip(cap[group], *bounds)
        over[inside] = np.clip(least[group], *bounds)
    whole = float(meet(curves, np.zeros(cells, np.intp), np.array([budget]), under, over)[0])
    whole = max(whole, float(np.log(floor)))
    paid = np.clip(np.full(cells, whole), under, over)
    return Prices(curves.spend_at(paid)[0], paid, tuple(caps), tuple(minima), whole)


class Solver(Protocol):
    """Finds the prices of the best allocation; `prices` below is one, `tools.budget.compiled.prices` another."""

    def __call__(self, curves: Envelope, budget: float, floor: float, levels: tuple[Level, ...]) -> Prices: ...


def meet(
    curves: Envelope, group: npt.NDArray[np.intp], target: Column, under: Column, over: Column, most: bool = True
) -> Column:
    """Per group the logarithm of the price at which its cells spend `target` micros together.

    Cells pay at least `under` and at most `over`. Where everything fits the target, the price is FREE; where nothing
    does, ENDLESS; where both hold, FREE for a limit and, with `most` false, ENDLESS for a minimum: it asks for no help.
    """
    groups = len(target)

    def total(log_price: Column) -> tuple[Column, Column]:
        paid = log_price[group]
        held = (paid > under) & (paid < over)
        spend, slope = curves.spend_at(np.minimum(np.maximum(paid, under), over))
        return np.bincount(group, spend, groups), np.bincount(group, np.where(held, slope, 0.0), groups)

    if (under > FREE).any() or (over < ENDLESS).any():
        dear, cheap = total(np.full(groups, ENDLESS))[0], total(np.full(groups, FREE))[0]
    else:
        dear, cheap = np.bincount(group, curves.low, groups), np.bincount(group, curves.high, groups)
    answer = np.full(groups, np.nan)
    if most:
        answer[dear >= target] = ENDLESS
        answer[cheap <= target] = FREE
    else:
        answer[cheap <= target] = FREE
        answer[dear >= target] = ENDLESS
    if not np.isnan(answer).any():
        return answer
    price = _start(curves, group, target)
    low, high = np.full(groups, FREE), np.full(groups, ENDLESS)
    close = CLOSE * np.maximum(target, 1.0)
    for _ in range(ROUNDS):
        spend, slope = total(price)
        beyond = spend - target
        settled = (np.abs(beyond) <= close) | (high - low <= 4e-16 * np.maximum(np.abs(price), 1.0)) | ~np.isnan(answer)
        if settled.all():
            break
        low, high = np.where(beyond > 0, price, low), np.where(beyond > 0, high, price)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.log(spend / target) * spend / slope
        wanted = price - step
        inside = np.isfinite(wanted) & (wanted > low) & (wanted < high)
        price = np.where(settled, price, np.where(inside, wanted, (low + high) / 2))
    return np.where(np.isnan(answer), price, answer)


def _start(curves: Envelope, group: npt.NDArray[np.intp], target: Column) -> Column:
    """Prices to start from: those of an even split, averaged in the logarithm."""
    members = np.maximum(np.bincount(group, minlength=len(target)), 1)
    even = np.clip((target / members)[group], curves.low, curves.high)
    with np.errstate(divide="ignore"):
        paid = np.clip(np.log(curves.marginal(even)), FREE / 2, ENDLESS / 2)
    return np.asarray(np.bincount(group, paid, len(target)) / members)
