"""From amounts in fractions of a micro to what can be bought: whole micros, or whole messages at their price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.budget.dual import Level
from tools.budget.shapes import Column, Shape

Micros = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Whole:
    """What is bought whole: `lots` (micros per cell, 0 for any amount), and the limits that a purchase has to keep."""

    lots: Column
    low: Column
    levels: tuple[Level, ...]
    budget: int

    @property
    def divisible(self) -> bool:
        """Whether every cell takes any amount."""
        return not (self.lots > 0).any()

    def step(self) -> Micros:
        """The smallest purchase per cell: a lot, or a micro."""
        return np.where(self.lots > 0, self.lots, 1.0).astype(np.int64)

    def excess(self, curves: Shape, spend: Column) -> Column:
        """What a fraction of a lot is worth beyond the straight line between the whole lots beside it, per cell."""
        lot = np.where(self.lots > 0, self.lots, 1.0)
        below = np.floor(spend / lot + 1e-9) * lot
        part = np.clip((spend - below) / lot, 0.0, 1.0)
        line = (1 - part) * curves.value(below) + part * curves.value(below + lot)
        return np.asarray(np.where((self.lots > 0) & (part > 1e-9), np.maximum(curves.value(spend) - line, 0.0), 0.0))

    def room(self, spend: Micros) -> tuple[int, list[Column]]:
        """What is left of the budget, and of each group's limit by level."""
        left = [level.most - np.bincount(level.group + 1, spend, len(level.most) + 1)[1:] for level in self.levels]
        return self.budget - int(spend.sum()), left


def repaired(wanted: Column, curves: Shape, high: Column, floor: float, whole: Whole) -> Micros:
    """Whole micros and lots near `wanted` that keep every limit; lots that the rounding left money for go to the best."""
    step = whole.step()
    low, most = whole.low.astype(np.int64), high.astype(np.int64)
    spend = np.floor(wanted / step + 1e-9).astype(np.int64) * step
    spend = np.minimum(np.maximum(spend, low), most)
    _cut(spend, low, step, whole)
    _raise(spend, most, step, whole)
    if not whole.divisible:
        _buy(spend, most, curves, floor, whole)
    return spend


def _cut(spend: Micros, low: Micros, step: Micros, whole: Whole) -> None:
    """Take back what rounding put above a limit, from the largest amounts above their lower bounds."""
    left, rooms = whole.room(spend)
    limits = [(np.arange(len(spend)), left)] if left < 0 else []
    for level, room in zip(whole.levels, rooms, strict=True):
        limits += [
            (np.flatnonzero(level.group == group), int(np.floor(room[group]))) for group in np.flatnonzero(room < 0)
        ]
    for cells, over in limits:
        for cell in cells[np.argsort(low[cells] - spend[cells], kind="stable")].tolist():
            if over >= 0:
                break
            cut = min(-(over // int(step[cell])) * int(step[cell]), int(spend[cell] - low[cell]))
            spend[cell] -= cut
            over += cut


def _raise(spend: Micros, most: Micros, step: Micros, whole: Whole) -> None:
    """Add what rounding down took from a group's minimum, where there is room."""
    for place, level in enumerate(whole.levels):
        for group in np.flatnonzero(level.least > 0).tolist():
            cells = np.flatnonzero(level.group == group)
            lack = float(level.least[group]) - int(spend[cells].sum())
            for cell in cells[np.argsort(spend[cells] - most[cells], kind="stable")].tolist():
                if lack <= 0:
                    break
                left, rooms = whole.room(spend)
                free = min(
                    [left, int(most[cell] - spend[cell])]
                    + [int(min(rooms[at][over.group[cell]], 2**62)) for at, over in enumerate(whole.levels) if at != place and over.group[cell] >= 0]
                )  # fmt: skip
                one = int(step[cell])
                more = min(int(-(-lack // one)), max(free, 0) // one) * one
                spend[cell] += more
                lack -= more


def _buy(spend: Micros, most: Micros, curves: Shape, floor: float, whole: Whole) -> None:
    """Buy lots one by one, best return first, as long as one fits and returns the floor."""
    step, lots = whole.step(), whole.lots > 0
    left, rooms = whole.room(spend)
    bought = True
    while bought:
        bought = False
        money = spend.astype(np.float64)
        gain = (curves.value(np.minimum(money + step, most)) - curves.value(money)) / step
        open_ = lots & (spend + step <= most) & (gain >= floor) & (step <= left)
        for level, room in zip(whole.levels, rooms, strict=True):
            inside = level.group >= 0
            open_[inside] &= step[inside] <= room[level.group[inside]]
        places = np.flatnonzero(open_)
        for cell in places[np.argsort(-gain[places], kind="stable")].tolist():
            one = int(step[cell])
            homes = [
                (room, level.group[cell])
                for level, room in zip(whole.levels, rooms, strict=True)
                if level.group[cell] >= 0
            ]
            if one > left or any(room[home] < one for room, home in homes):
                continue
            spend[cell] += one
            left -= one
            for room, home in homes:
                room[home] -= one
            bought = True
