"""Rank statistics of planted truths among posterior draws, and whether they are even (Talts and others, 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from campaigns.contact import FloatArray, IntArray

DRAWS = 99
"""Posterior draws that a truth is ranked among: ranks 0 to 99."""
BINS = 20
ECDF_LEVEL = 0.999


@dataclass(frozen=True, slots=True)
class Ranks:
    """One quantity over all worlds: the truth's rank among `DRAWS` draws, and whether its 95 % interval held it."""

    name: str
    rank: IntArray
    covered: FloatArray

    @property
    def histogram(self) -> IntArray:
        """Worlds per bin of five ranks."""
        return np.bincount(self.rank * BINS // (DRAWS + 1), minlength=BINS)

    @property
    def p_even(self) -> float:
        """The p-value of the chi-square test that all bins are alike."""
        return float(stats.chisquare(self.histogram).pvalue)

    @property
    def furthest(self) -> float:
        """The largest distance of the ranks' distribution function from the even one, over its 99.9 % band's half-width
        (Kolmogorov, 1933): at most 1 inside the band."""
        at = (np.arange(DRAWS + 1) + 1) / (DRAWS + 1)
        seen = np.cumsum(np.bincount(self.rank, minlength=DRAWS + 1)) / len(self.rank)
        return float(np.abs(seen - at).max() / (stats.kstwobign.ppf(ECDF_LEVEL) / np.sqrt(len(self.rank))))

    @property
    def coverage(self) -> float:
        """The share of worlds whose 95 % interval held the truth."""
        return float(self.covered.mean())


def ranked(truth: float, draws: FloatArray, rng: np.random.Generator) -> tuple[int, float]:
    """The truth's rank among `DRAWS` of the posterior's draws, and whether the central 95 % of all of them holds it."""
    low, high = np.quantile(draws, [0.025, 0.975])
    some = rng.choice(draws, DRAWS, replace=False)
    return int((some < truth).sum()), float(low <= truth <= high)


def gathered(found: Sequence[dict[str, tuple[int, float]]]) -> tuple[Ranks, ...]:
    """The ranks of every quantity over the worlds."""
    return tuple(
        Ranks(name, np.array([one[name][0] for one in found], np.int64), np.array([one[name][1] for one in found]))
        for name in found[0]
    )
