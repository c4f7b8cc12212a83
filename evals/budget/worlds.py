"""Markets whose response to money is planted: Hill curves with adstock, and what a noisy weekly test shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tools.budget.shapes import Column, Hill

Kind = Literal["planted", "null", "no information"]
CELLS = 10
WEEKS = 12
TOP, HALF = 1_000_000_000, 300_000_000
"""Micros: what the planner assumes of every cell beforehand."""
A_CELL = 200_000_000
"""Micros of weekly budget per cell."""
MOST = 1_200_000_000
NOISE: dict[Kind, float] = {"planted": 0.15, "null": 0.15, "no information": 3.0}
"""Standard error of a cell's weekly test, as a share of the mean cell's value at an even split."""


@dataclass(frozen=True, slots=True)
class Market:
    """The truth per cell (micros), the weekly `error` of a test, and `organic` sales that last-click credits to a cell."""

    top: Column
    half: Column
    steep: Column
    adstock: Column
    organic: Column
    error: float

    @property
    def steady(self) -> Hill:
        """What a week brings when every week spends the same."""
        return Hill.steady(self.top, self.half, self.steep, self.adstock, np.full(CELLS, float(MOST)))

    def week(self, spend: Column, carried: Column) -> tuple[Column, Column]:
        """Incremental value of a week's spend on top of what is carried, and the pressure carried on."""
        pressure = spend + carried
        grown = (pressure / self.half) ** self.steep
        return self.top * grown / (1 + grown), self.adstock * pressure


def market(kind: Kind, rng: np.random.Generator) -> Market:
    """A market of a kind. In a null one all cells are the same, at a level and a half-point unknown to the planner."""
    if kind == "null":
        level, middle = rng.lognormal(0, 0.4), rng.lognormal(0, 0.4)
        columns = [np.full(CELLS, part) for part in (TOP * level, HALF * middle, 1.0, 0.3)]
    else:
        columns = [
            TOP * rng.lognormal(0, 0.8, CELLS),
            HALF * rng.lognormal(0, 0.6, CELLS),
            np.clip(np.exp(0.2 * rng.standard_normal(CELLS)), 0.6, 1.5),
            rng.uniform(0.1, 0.5, CELLS),
        ]
    made = Market(*columns, organic=TOP * rng.lognormal(-1, 0.8, CELLS), error=1.0)
    even = made.steady.value(np.full(CELLS, float(A_CELL))).mean()
    return Market(*columns, organic=made.organic, error=NOISE[kind] * float(even))
