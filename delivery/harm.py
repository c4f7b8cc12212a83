"""Watching for harm while a campaign runs: do contacted people buy less than the control?

Clicks cannot show it, only the control group can. The test is one-sided and may be made at every send occurrence:
its boundary is that of continuous monitoring of a Brownian motion (O'Brien and Fleming's shape, 1979; by the
reflection principle the chance of ever crossing it without harm is `ALPHA`).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from campaigns.contact import CONVERSION, OutcomeBatch, SmallArray
from campaigns.experiment import ARMS, HOLDOUT, TREATED

ALPHA = 0.05
"""Largest chance of stopping a campaign that does no harm."""
FEWEST_CONVERSIONS = 30
"""Below so many conversions in both arms together the normal approximation is not trusted and nothing is stopped."""


class HarmWatch:
    """Conversions per person of the treated and the holdout arm so far, and whether they show harm."""

    def __init__(self, arm: SmallArray) -> None:
        self._arm = arm
        self._conversions = np.zeros(len(arm), np.int64)
        self._people = np.bincount(arm, minlength=len(ARMS))
        self._sum = np.zeros(len(ARMS), np.int64)
        self._squares = np.zeros(len(ARMS), np.int64)
        self._boundary = float(-ndtri(ALPHA / 2))

    def add(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes of every arm, contacted or not."""
        rows, more = np.unique(outcomes.row[outcomes.kind == CONVERSION], return_counts=True)
        if len(rows):
            arms, before = self._arm[rows], self._conversions[rows]
            np.add.at(self._sum, arms, more)
            np.add.at(self._squares, arms, more * (2 * before + more))
            self._conversions[rows] += more

    def increment(self) -> tuple[float, float] | None:
        """How many more conversions treated people had together than without the campaign, and its standard error.

        None below `FEWEST_CONVERSIONS` or when an arm has fewer than two people.
        """
        seen = self._compared()
        if seen is None:
            return None
        treated, holdout, variance = seen
        people = int(self._people[TREATED])
        return people * (treated - holdout), people * float(np.sqrt(variance))

    def shows_harm(self, fraction: float) -> bool:
        """Whether contacted people convert less, `fraction` (0-1] of the planned send occurrences having passed."""
        seen = self._compared()
        if seen is None:
            return False
        treated, holdout, variance = seen
        return bool((holdout - treated) / np.sqrt(variance) > self._boundary / np.sqrt(fraction))

    def _compared(self) -> tuple[float, float, float] | None:
        """Conversions per person of both arms and the variance of their difference; None where that says nothing."""
        both = [TREATED, HOLDOUT]
        people, total = self._people[both], self._sum[both]
        if people.min() < 2 or total.sum() < FEWEST_CONVERSIONS:
            return None
        # Whole numbers until the last step, so that nothing is lost by subtracting squares.
        off = (people * self._squares[both] - total**2) / people
        variance = float((off / (people - 1) / people).sum())
        treated, holdout = total / people
        return (float(treated), float(holdout), variance) if variance > 0 else None
