"""Whether the arms came out in the shares that were planned: a sample ratio mismatch voids a comparison."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from tools.experiment.errors import ExperimentError

SUSPECT_BELOW = 0.001
"""A p-value under this says that randomisation or logging is broken (Fabijan et al., 2019)."""


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    """P-value (0-1) of Pearson's chi-square test that `counts` came from `shares`, in the same order.

    Shares are fractions of one whole; arms with a share of 0 must be empty. ExperimentError when the lengths
    differ, a count is negative, nobody was counted, or the shares do not sum to 1.
    """
    observed, expected = np.asarray(counts, float), np.asarray(shares, float)
    if observed.shape != expected.shape or observed.ndim != 1:
        raise ExperimentError(
            f"{len(counts)} counts cannot be compared with {len(shares)} shares; give one share per arm."
        )
    if (observed < 0).any() or observed.sum() == 0:
        raise ExperimentError(f"Counts of {list(counts)} hold nobody to compare; count the people of each arm.")
    if (expected < 0).any() or abs(expected.sum() - 1) > 1e-9:
        raise ExperimentError(f"Shares of {list(shares)} do not sum to 1; give the planned share of every arm.")
    if (observed[expected == 0] > 0).any():
        return 0.0
    observed, expected = observed[expected > 0], expected[expected > 0]
    if len(observed) < 2:
        return 1.0
    wanted = expected * observed.sum()
    return float(stats.chi2.sf(((observed - wanted) ** 2 / wanted).sum(), len(observed) - 1))
