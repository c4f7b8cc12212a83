"""The best way to spread a budget over response curves, with a certificate of how far from the best it can be.

At the optimum of concave curves every cell that is not at a bound earns the same on its next unit (the dual price), and
`tools.budget.dual` finds that price. Curves that are S-shaped, and cells that can only be bought in whole messages, are
relaxed to their concave envelopes; the cell whose envelope promises more than its curve holds is split in two, and the
halves are tried again, best bound first, until the allocation is within `CLOSE_ENOUGH` of the bound (branch and bound;
Falk and Soland, 1969). The bound holds by weak duality for any prices, so that it does not rest on the solver.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.budget.dual import Level, Prices, Solver, prices
from tools.budget.envelope import Envelope
from tools.budget.errors import BudgetError
from tools.budget.lots import Whole, repaired
from tools.budget.shapes import Column, Shape

CLOSE_ENOUGH = 1e-4
"""The gap to the certified bound at which the search ends, as a share of the value."""
NODES = 200
"""Splits tried at most; a gap that is left is stated."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cells with limits of their own: `cells` by place, `least` and `most` micros of all of them together."""

    cells: tuple[int, ...]
    most: float = np.inf
    least: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """An allocation: spend in whole micros per cell, their total, and the return of the last unit (`price`).

    `value` is what the curves give for it and `bound` what no allocation within the limits can exceed (micros, each
    less `floor` times the money spent where a floor was asked); `gap` is what may be missing, as a share of the bound.
    """

    spend: npt.NDArray[np.int64]
    total: int
    price: float
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far below the certified bound the value is, as a share of the bound; 0 where nothing can be gained."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0


def allocate(
    curves: Shape,
    budget: int,
    least: npt.ArrayLike = 0,
    most: npt.ArrayLike = np.inf,
    floor: float = 1.0,
    groups: Sequence[Group] = (),
    lot: npt.ArrayLike = 0,
    solver: Solver = prices,
) -> Spread:
    """The allocation of at most `budget` micros with the highest value among those whose last unit returns `floor`.

    Each cell gets between `least` and the smaller of `most` and the curve's own limit; above `least` it gets only
    spend that returns `floor` or more per unit. `groups` limit cells together: channels, periods of a flight, or so many
    message slots times their price; two groups share no cell or one holds the other. A cell with a `lot` (micros, > 0)
    is bought in whole lots, as messages are. Micros are rounded down, so that no limit is passed. `solver` finds prices:
    `tools.budget.compiled.prices` does it faster for Hill curves, once compiled.

    BudgetError when an amount is negative or endless, bounds cross, groups overlap, or minima alone exceed a limit.
    """
    low, high, lots = _bounds(curves, budget, least, most, floor, lot)
    levels = nested(groups, len(low))
    _feasible(budget, low, high, groups)
    whole = Whole(lots, low, levels, budget)
    return _searched(curves, budget, low, high, floor, levels, whole, solver)


def _searched(
    curves: Shape,
    budget: int,
    low: Column,
    high: Column,
    floor: float,
    levels: tuple[Level, ...],
    whole: Whole,
    solver: Solver,
) -> Spread:
    relaxed, envelope, paid, bound = _relaxed(curves, budget, low, high, floor, levels, solver)
    best = repaired(relaxed, curves, high, floor, whole)
    worth = _worth(curves, best, floor)
    if not whole.divisible or envelope.straight.any():
        queue, tried = [(-bound, 0, low, high, relaxed, envelope)], 0
        while queue and tried < NODES and -queue[0][0] > worth + CLOSE_ENOUGH / 2 * abs(worth):
            _, _, left, right, spend, over = heapq.heappop(queue)
            split = _split(curves, over, spend, whole)
            if split is None:
                heapq.heappush(queue, (-worth, tried, left, right, spend, over))
                break
            cell, below, above = split
            for side in (0, 1):
                lower, upper = left.copy(), right.copy()
                (upper if side == 0 else lower)[cell] = below if side == 0 else above
                tried += 1
                if not _fits(lower, budget, levels):
                    continue
                some, inner, _, limit = _relaxed(curves, budget, lower, upper, floor, levels, solver)
                made = repaired(some, curves, high, floor, whole)
                if (value := _worth(curves, made, floor)) > worth:
                    best, worth = made, value
                if limit > worth:
                    heapq.heappush(queue, (-limit, tried, lower, upper, some, inner))
        bound = max([worth, *(-entry[0] for entry in queue)]) if queue else worth
    price = float(np.exp(paid.whole))
    if budget - low.sum() < 1 and (high > low).any():
        price = max(price, float(curves.marginal(low)[high > low].max()))
    return Spread(best, int(best.sum()), price, worth, max(bound, worth))


def _relaxed(
    curves: Shape, budget: int, low: Column, high: Column, floor: float, levels: tuple[Level, ...], solver: Solver
) -> tuple[Column, Envelope, Prices, float]:
    """The best spend on the envelopes, the envelopes, the prices and the certified bound."""
    envelope = Envelope.over(curves, low, _within(low, high, budget, levels))
    paid = solver(envelope, float(budget), floor, levels)
    return paid.spend, envelope, paid, bound_of(envelope, paid.spend, paid, budget, floor, levels)


def bound_of(
    curves: Envelope, spend: Column, paid: Prices, budget: int, floor: float, levels: tuple[Level, ...]
) -> float:
    """What no allocation can be worth, less `floor` per micro: weak duality at these prices, whatever `spend` is.

    A concave curve lies under its tangent at any point, so each cell's gain over its price is at most the tangent's at
    the better of its bounds.
    """
    price, total = np.full(len(spend), np.exp(paid.whole)), (np.exp(paid.whole) - floor) * budget
    for level, caps, minima in zip(levels[::-1], paid.most[::-1], paid.least[::-1], strict=True):
        inside = level.group >= 0
        group = level.group[inside]
        before = np.zeros(len(caps))
        before[group] = price[inside]
        after = np.minimum(np.maximum(before, np.exp(caps)), np.exp(minima))
        limit = np.where(after > before, level.most, level.least)
        total += float(((after - before) * np.where(after != before, limit, 0.0)).sum())
        price[inside] = after[group]
    low, high = curves.low, curves.high
    at = np.maximum(spend, low + 1e-12 * (high - low))
    lead = np.where(high > low, curves.marginal(at), 0.0) - price
    most = np.maximum(lead * (low - at), lead * (high - at))
    return float((curves.value(at) - price * at + np.where(high > low, most, 0.0)).sum() + total)


def _worth(curves: Shape, spend: npt.NDArray[np.int64], floor: float) -> float:
    money = spend.astype(np.float64)
    return float((curves.value(money) - floor * money).sum())


def _split(curves: Shape, envelope: Envelope, spend: Column, whole: Whole) -> tuple[int, float, float] | None:
    """The cell whose envelope promises most beyond its curve, and the two bounds that part it; None when none does."""
    excess = np.where(envelope.straight, envelope.value(spend) - curves.value(spend), 0.0)
    if not whole.divisible:
        excess = np.maximum(excess, whole.excess(curves, spend))
    cell = int(np.argmax(excess))
    if excess[cell] <= 0:
        return None
    at, lot = float(spend[cell]), float(whole.lots[cell])
    if lot > 0 and (whole.excess(curves, spend)[cell] > 0 or envelope.straight[cell]):
        below = float(np.floor(at / lot + 1e-12)) * lot
        return (
            (cell, below, below + lot) if envelope.low[cell] <= below and below + lot <= envelope.high[cell] else None
        )
    return (cell, at, at) if envelope.low[cell] < at < envelope.high[cell] else None


def _within(low: Column, high: Column, budget: int, levels: tuple[Level, ...]) -> Column:
    """Upper bounds without the choices that no limit leaves: where lower bounds fill a limit, they are the upper ones."""
    if budget - low.sum() < 1:
        return low
    for level in levels:
        inside = level.group >= 0
        full = level.most - np.bincount(level.group[inside], low[inside], len(level.most)) < 1
        if full.any():
            high = np.where(inside & full[level.group], low, high)
    return high


def _fits(low: Column, budget: int, levels: tuple[Level, ...]) -> bool:
    if low.sum() > budget:
        return False
    return all((np.bincount(level.group + 1, low, len(level.most) + 1)[1:] <= level.most).all() for level in levels)


def _bounds(
    curves: Shape, budget: int, least: npt.ArrayLike, most: npt.ArrayLike, floor: float, lot: npt.ArrayLike
) -> tuple[Column, Column, Column]:
    """Bounds and lots per cell, both bounds in whole micros or lots."""
    size = np.shape(curves.most)
    low = np.broadcast_to(np.asarray(least, np.float64), size)
    high = np.minimum(np.asarray(most, np.float64), curves.most)
    lots = np.broadcast_to(np.asarray(lot, np.float64), size)
    known = np.isfinite(low).all() and np.isfinite(high).all() and np.isfinite(lots).all()
    if budget < 0 or not known or (low < 0).any() or (high < 0).any() or (lots < 0).any() or not floor > 0:
        raise BudgetError(
            f"A budget of {budget} micros over negative or endless amounts cannot be allocated; give finite amounts from 0."
        )
    step = np.where(lots > 0, lots, 1.0)
    low, high = np.ceil(low / step) * step, np.floor(high / step) * step
    if (low > high).any():
        cell = int(np.argmax(low > high))
        raise BudgetError(
            f"Cell {cell} must get {low[cell]:.0f} and may get {high[cell]:.0f} micros; lower the first bound."
        )
    return low, high, lots


def _feasible(budget: int, low: Column, high: Column, groups: Sequence[Group]) -> None:
    if low.sum() > budget:
        raise BudgetError(
            f"The lower bounds sum to {low.sum():.0f} of {budget} micros; raise the budget or lower them."
        )
    for group in groups:
        cells = np.array(group.cells, np.intp)
        name, need = group.name or f"of cells {list(group.cells)[:5]}", float(low[cells].sum())
        if not group.least >= 0 or np.isnan(group.most) or group.least > group.most:
            raise BudgetError(
                f"The group {name} must get {group.least:.0f} and may get {group.most:.0f} micros; lower the first bound."
            )
        if need > group.most:
            raise BudgetError(
                f"The lower bounds in the group {name} sum to {need:.0f} of {group.most:.0f} micros; raise its limit."
            )
        if group.least > min(float(high[cells].sum()), budget):
            raise BudgetError(
                f"The group {name} must get {group.least:.0f} micros, more than its cells may or the budget holds; lower it."
            )


def nested(groups: Sequence[Group], cells: int) -> tuple[Level, ...]:
    """The groups as levels, inner first; BudgetError when a cell does not exist or two groups cross."""
    sets = [frozenset(group.cells) for group in groups]
    depth = [0] * len(sets)
    for place, one in enumerate(sets):
        if not one or min(one) < 0 or max(one) >= cells:
            raise BudgetError(
                f"The group {groups[place].name or place} names no cell or one that does not exist; name cells from 0 to {cells - 1}."
            )
    order = sorted(range(len(sets)), key=lambda place: len(sets[place]))
    for at, outer in enumerate(order):
        for inner in order[:at]:
            if sets[inner] <= sets[outer]:
                depth[outer] = max(depth[outer], depth[inner] + 1)
            elif sets[inner] & sets[outer]:
                raise BudgetError(
                    f"The groups {groups[inner].name or inner} and {groups[outer].name or outer} cross; let one hold the other."
                )
    levels = []
    for deep in range(max(depth, default=-1) + 1):
        here = [place for place in range(len(sets)) if depth[place] == deep]
        label = np.full(cells, -1, np.intp)
        for number, place in enumerate(here):
            label[list(sets[place])] = number
        limits = np.array([[groups[place].least, groups[place].most] for place in here], np.float64)
        levels.append(Level(label, limits[:, 0], limits[:, 1]))
    return tuple(levels)
