"""Watching for harm while a campaign runs: do contacted people buy less than the control?

Clicks cannot show it, only the control group can. The test is one-sided and may be made at every send occurrence:
its boundary is that of continuous monitoring of a Brownian motion (O'Brien and Fleming's shape, 1979; by the
reflection principle the chance of ever crossing it without harm is `ALPHA`).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from campaigns.contact import CONVERSION, OutcomeBatch, SmallArray
from campaigns.experiment import HOLDOUT, TREATED

ALPHA = 0.05
"""Largest chance of stopping a campaign that does no harm."""
FEWEST_CONVERSIONS = 30
"""Below so many conversions in both arms together the normal approximation is not trusted and nothing is stopped."""


class HarmWatch:
    """Conversions per person of the treated and the holdout arm so far, and whether they show harm."""

    def __init__(self, arm: SmallArray) -> None:
        self._arm = arm
        self._conversions = np.zeros(len(arm), np.int64)
        self._treated = arm == TREATED
        self._holdout = arm == HOLDOUT
        self._boundary = float(-ndtri(ALPHA / 2))

    def add(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes of every arm, contacted or not."""
        np.add.at(self._conversions, outcomes.row[outcomes.kind == CONVERSION], 1)

    def shows_harm(self, fraction: float) -> bool:
        """Whether contacted people convert less, `fraction` (0-1] of the planned send occurrences having passed."""
        treated, holdout = self._conversions[self._treated], self._conversions[self._holdout]
        if min(len(treated), len(holdout)) < 2 or treated.sum() + holdout.sum() < FEWEST_CONVERSIONS:
            return False
        variance = treated.var(ddof=1) / len(treated) + holdout.var(ddof=1) / len(holdout)
        if variance == 0:
            return False
        z = (holdout.mean() - treated.mean()) / np.sqrt(variance)
        return bool(z > self._boundary / np.sqrt(fraction))
