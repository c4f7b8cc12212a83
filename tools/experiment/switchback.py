"""Switchback tests: a channel that cannot tell people apart is switched on and off in blocks of time.

Neighbouring blocks form a pair of which a coin treats one, so that trend and season fall out; the first periods of each
block are left out, while the one before still works (carry-over).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.experiment.analysis import Analysis
from tools.experiment.errors import ExperimentError
from tools.experiment.flips import flipped


@dataclass(frozen=True, slots=True)
class Switchback:
    """The plan of a test: so many `pairs` of two blocks of `block` periods each (hours, days), `burn_in` left out of each.

    `first` says for each pair whether its first block is the treated one. ExperimentError when nothing of a block is left.
    """

    pairs: int
    block: int
    burn_in: int
    first: tuple[bool, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.burn_in < self.block:
            raise ExperimentError(
                f"A burn-in of {self.burn_in} leaves nothing of a block of {self.block}; make blocks longer."
            )
        if self.pairs < 1 or len(self.first) != self.pairs:
            raise ExperimentError(f"{len(self.first)} coins do not draw {self.pairs} pairs; give one each.")

    @property
    def periods(self) -> int:
        """Periods of the whole test."""
        return self.pairs * 2 * self.block

    @property
    def treated(self) -> npt.NDArray[np.bool_]:
        """Whether the channel is on, period by period."""
        first = np.array(self.first)
        return np.repeat(np.column_stack((first, ~first)).ravel(), self.block)


def switchback(periods: int, block: int, burn_in: int, seed: int) -> Switchback:
    """The test that fits into so many periods, coins drawn with `seed`. ExperimentError when not one pair fits."""
    pairs = periods // (2 * block) if block > 0 else 0
    if pairs < 1:
        raise ExperimentError(
            f"{periods} periods hold no pair of blocks of {block}; give at least {2 * max(block, 1)}."
        )
    coins = np.random.default_rng(seed).integers(0, 2, pairs).astype(bool)
    return Switchback(pairs, block, burn_in, tuple(coins.tolist()))


def switchback_effect(plan: Switchback, outcome: npt.ArrayLike, seed: int, alpha: float = 0.05) -> Analysis:
    """The effect per period of the channel being on, for good: outcomes are one number per period of the plan.

    Right when carry-over is over within the burn-in; longer memory draws the estimate towards 0. ExperimentError for
    another number of periods, or too few pairs (see `flips.flipped`).
    """
    series = np.asarray(outcome, float)
    if series.shape != (plan.periods,):
        raise ExperimentError(
            f"Outcomes of shape {series.shape} are not those of {plan.periods} periods; wait for the last one."
        )
    kept = series.reshape(plan.pairs, 2, plan.block)[:, :, plan.burn_in :].mean(2)
    return flipped(np.where(plan.first, 1.0, -1.0) * (kept[:, 0] - kept[:, 1]), "time blocks", seed, alpha)
