"""Many simulated tests at once: the difference of two arms and its standard error at every look, runs in rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]
Sums = tuple[npt.NDArray[np.int64], Column, Column]
"""People of an arm per look, and the running sums of outcomes and of their squares, (runs, looks)."""


@dataclass(frozen=True, slots=True)
class Tests:
    """`n` people of both arms at each look; `estimate` and `se` (Welch) of shape (runs, looks).

    `cautious` is the standard error of looks before the end (`effect.cautious_se`).
    """

    n: npt.NDArray[np.int64]
    estimate: Column
    se: Column
    cautious: Column

    @property
    def z(self) -> Column:
        """Estimate over standard error; 0 where nothing varied."""
        return np.divide(self.estimate, self.se, out=np.zeros_like(self.se), where=self.se > 0)


def conversions(
    rng: np.random.Generator,
    runs: int,
    looks: int,
    people: int,
    control: float,
    treated: float | Column,
    held: float = 0.5,
) -> Tests:
    """Tests of a share of converted people among `people` of both arms, the same number of newcomers at each look.

    `held` is the share of the control arm; `treated` may differ by run.
    """

    def arm(rate: float | Column, size: float) -> Sums:
        fresh = round(size / looks)
        bought = np.cumsum(rng.binomial(fresh, np.broadcast_to(rate, runs)[:, None], (runs, looks)), 1).astype(float)
        return fresh * np.arange(1, looks + 1), bought, bought

    return _compared(arm(treated, people * (1 - held)), arm(control, people * held))


def money(
    rng: np.random.Generator, runs: int, looks: int, people: int, buyers: tuple[float, float], held: float = 0.5
) -> Tests:
    """Tests of money per person: shares of buyers (treated, control) with lognormal values of median 20, log sd 1."""

    def arm(share: float, size: float) -> Sums:
        fresh = round(size / looks)
        bought = rng.binomial(fresh, share, runs * looks)
        value = 20 * rng.lognormal(0, 1, int(bought.sum()))
        place = np.repeat(np.arange(runs * looks), bought)

        def running(amounts: Column) -> Column:
            return np.bincount(place, amounts, runs * looks).reshape(runs, looks).cumsum(1).astype(np.float64)

        return fresh * np.arange(1, looks + 1), running(value), running(value**2)

    return _compared(arm(buyers[0], people * (1 - held)), arm(buyers[1], people * held))


def _compared(treated: Sums, control: Sums) -> Tests:
    squares = [square - total**2 / n for n, total, square in (treated, control)]
    welch = sum(left / (arm[0] - 1) / arm[0] for left, arm in zip(squares, (treated, control), strict=True))
    n = treated[0] + control[0]
    pooled = sum(squares) / (n - 2) * (1 / treated[0] + 1 / control[0])
    return Tests(
        n, treated[1] / treated[0] - control[1] / control[0], np.sqrt(welch), np.sqrt(np.maximum(welch, pooled))
    )
