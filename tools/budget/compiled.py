"""The same prices as `tools.budget.dual` finds, by compiled code: for callers who allocate thousands of times.

It needs the extra `fast` (numba). Compiling takes a few seconds, once per process; one plan does not earn that back.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from tools.budget import dual
from tools.budget.dual import FREE, Level, Prices
from tools.budget.envelope import Envelope
from tools.budget.errors import BudgetError
from tools.budget.shapes import NEAR, TINY, Hill


def prices(curves: Envelope, budget: float, floor: float, levels: tuple[Level, ...]) -> Prices:
    """The prices of the best allocation: compiled for Hill curves that are concave, without groups; else `dual.prices`.

    BudgetError when numba is not installed.
    """
    shape = curves.shape
    if levels or not isinstance(shape, Hill) or curves.straight.any():
        return dual.prices(curves, budget, floor, levels)
    spend = np.empty(len(curves.low))
    columns = (shape.top, shape.half, shape.steep, shape.carried, curves.low, curves.high)
    whole = _kernel()(*columns, budget, math.log(floor), spend)
    return Prices(spend, np.full(len(spend), whole), (), (), whole)


@cache
def _kernel() -> Callable[..., float]:
    try:
        numba: Any = importlib.import_module("numba")
    except ImportError as missing:
        raise BudgetError(
            "Compiled allocation needs numba; install it with pip install 'twinpilot[fast]', or leave the solver out."
        ) from missing
    at = numba.njit(_spend_at)

    def solve(top, half, steep, carried, low, high, budget, least, spend):  # type: ignore[no-untyped-def]
        """The logarithm of the price; fills `spend`. All loops over cells, as numba likes them."""
        cells, capacity, even = len(top), 0.0, budget / len(top)
        lead, price = np.empty(cells), 0.0
        for i in range(cells):
            lead[i] = math.log(max(top[i], TINY) * steep[i] / half[i])
            capacity += high[i]
            x = max((min(max(even, low[i]), high[i]) + carried[i]) / half[i], 1e-12)
            price += lead[i] + (steep[i] - 1) * math.log(x) - 2 * math.log1p(x ** steep[i])
        price /= cells
        bottom, ceiling = FREE, -FREE
        if capacity <= budget:
            price = least
        for _ in range(200):
            total, slope = 0.0, 0.0
            for i in range(cells):
                x, change = at(lead[i] - price, half[i], steep[i], carried[i])
                if x <= low[i]:
                    x, change = low[i], 0.0
                elif x >= high[i]:
                    x, change = high[i], 0.0
                spend[i] = x
                total += x
                slope += change
            if (price <= least and total <= budget) or abs(total - budget) <= 1e-13 * max(budget, 1.0):
                break
            if total > budget:
                bottom = price
            else:
                ceiling = price
            if ceiling - bottom <= 4e-16 * max(abs(price), 1.0):
                break
            wanted = FREE - 1.0
            if total > 0 and budget > 0 and slope < 0:
                wanted = price - math.log(total / budget) * total / slope
            price = max(wanted, least) if bottom < wanted < ceiling else max((bottom + ceiling) / 2, least)
        return price

    return numba.njit(solve)  # type: ignore[no-any-return]


def _spend_at(lead, half, steep, carried):  # type: ignore[no-untyped-def]
    """One cell's spend where the logarithm of its marginal is `lead` above that of the price, and its slope (see `shapes`)."""
    u, slope = lead / (1 + steep), -1.0
    if steep < 1:
        u = min(u, lead / (1 - steep))
    for _ in range(40):
        grown = math.exp(min(steep * u, 600.0))
        slope = min((steep - 1) - 2 * steep * grown / (1 + grown), -1e-12)
        step = (lead + (steep - 1) * u - 2 * math.log1p(grown)) / slope
        u = max(u - step, -600.0)
        if abs(step) < NEAR:
            break
    pressure = half * math.exp(min(u, 600.0))
    return pressure - carried, pressure / slope
