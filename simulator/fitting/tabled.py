"""A belief over a positive parameter that has no name of its own: its quantiles, in a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from campaigns.contact import FloatArray
from simulator.parameters import Learnt

SCORES = np.linspace(-4.0, 4.0, 161)
"""Standard normal scores at which a table holds quantiles: 1 in 30,000 on either side."""


@dataclass(frozen=True, slots=True)
class Tabled(Learnt):
    """`median` and `log_sd` describe it; `logs` are the logarithms of its quantiles at `SCORES`."""

    logs: tuple[float, ...]

    def quantile(self, u: FloatArray) -> FloatArray:
        """Values at cumulative probabilities in (0, 1)."""
        return np.asarray(np.exp(np.interp(ndtri(u), SCORES, self.logs)))


def tabled(at: FloatArray, cumulative: FloatArray) -> Tabled:
    """The belief whose distribution function over the logarithm is `cumulative` at ascending `at`.

    `log_sd` is half the distance between the quantiles one standard normal sd below and above the median.
    """
    rising = np.maximum.accumulate(cumulative) + np.arange(len(at)) * 1e-15
    logs = np.interp(ndtr(SCORES), rising, at)
    low, middle, high = (float(np.interp(score, SCORES, logs)) for score in (-1.0, 0.0, 1.0))
    return Tabled(float(np.exp(middle)), (high - low) / 2, tuple(float(f"{value:.9g}") for value in logs.tolist()))
