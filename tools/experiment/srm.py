"""Whether the arms came out in the shares that were planned: a sample ratio mismatch voids a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from tools.experiment.errors import ExperimentError

SUSPECT_BELOW = 0.001
"""A p-value under this says that randomisation or logging is broken (Fabijan et al., 2019)."""
ALARM_ALPHA = 0.005
"""One honest campaign in 200 is alarmed in its whole life, however often it is looked at."""
PRIOR_WEIGHT = 1_000.0
"""People whose worth of belief in the planned shares the alternative has: tuned to splits that are a few percent off."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The state of the alarm at one look: its always-valid p-value, whether it has gone off, and one sentence.

    The p-value is that of this look; over all looks of an honest campaign it falls below alpha with a probability of at
    most alpha.
    """

    counts: tuple[int, ...]
    shares: tuple[float, ...]
    alpha: float
    p: float
    words: str

    @property
    def alarmed(self) -> bool:
        """Whether the arms contradict the plan: pause, and claim nothing."""
        return self.p <= self.alpha


def alarm(counts: Sequence[int], shares: Sequence[float], alpha: float = ALARM_ALPHA) -> SampleRatio:
    """The sequential sample-ratio test of people counted per arm so far; may be asked at every tick.

    A Bayes factor of Dirichlet shares around the plan against the plan itself, which is a martingale under the plan, so
    that its inverse is a p-value at any look (Lindon and Malek, 2022). Nobody counted yet is no alarm. ExperimentError
    as in `sample_ratio_p`, and for an alpha outside (0, 1).
    """
    if not 0 < alpha < 1:
        raise ExperimentError(
            f"An alpha of {alpha} is not between 0 and 1; use {ALARM_ALPHA} for one false alarm in 200."
        )
    observed, expected = _counted(counts, shares)
    p = min(float(np.exp(-log_evidence(observed, expected).clip(0))), 1.0)
    total = observed.sum()
    split = ", ".join(
        f"{int(seen):,} where {share * total:,.1f} were planned" for seen, share in zip(observed, expected, strict=True)
    )
    verdict = (
        "the arms are not as planned; pause and look for what loses or moves people" if p <= alpha else "as planned"
    )
    words = f"Arms hold {split} (always-valid p {p:.2g}, alarm at {alpha:g}): {verdict}."
    return SampleRatio(
        tuple(int(seen) for seen in observed), tuple(float(share) for share in expected), alpha, p, words
    )


def log_evidence(counts: npt.ArrayLike, shares: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Natural logarithm of the evidence against the shares: counts of shape (..., arms), one number per row.

    Infinite where somebody is in an arm with a share of 0.
    """
    observed, expected = np.asarray(counts, float), np.asarray(shares, float)
    some = expected > 0
    seen, prior = observed[..., some], PRIOR_WEIGHT * expected[some]
    gained = (special.gammaln(prior + seen) - special.gammaln(prior) - seen * np.log(expected[some])).sum(-1)
    total = seen.sum(-1)
    evidence = gained - special.gammaln(PRIOR_WEIGHT + total) + special.gammaln(PRIOR_WEIGHT)
    return np.where(observed[..., ~some].sum(-1) > 0, np.inf, evidence)


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    """P-value (0-1) of Pearson's chi-square test that `counts` came from `shares`, in the same order; for one look.

    Shares are fractions of one whole; arms with a share of 0 must be empty. ExperimentError when the lengths
    differ, a count is negative, nobody was counted, or the shares do not sum to 1.
    """
    observed, expected = _counted(counts, shares)
    if observed.sum() == 0:
        raise ExperimentError(f"Counts of {list(counts)} hold nobody to compare; count the people of each arm.")
    if (observed[expected == 0] > 0).any():
        return 0.0
    observed, expected = observed[expected > 0], expected[expected > 0]
    if len(observed) < 2:
        return 1.0
    wanted = expected * observed.sum()
    return float(stats.chi2.sf(((observed - wanted) ** 2 / wanted).sum(), len(observed) - 1))


def _counted(counts: Sequence[int], shares: Sequence[float]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    observed, expected = np.asarray(counts, float), np.asarray(shares, float)
    if observed.shape != expected.shape or observed.ndim != 1:
        raise ExperimentError(
            f"{len(counts)} counts cannot be compared with {len(shares)} shares; give one share per arm."
        )
    if not np.isfinite(observed).all() or (observed < 0).any():
        raise ExperimentError(f"Counts of {list(counts)} are not people; count the people of each arm.")
    if not np.isfinite(expected).all() or (expected < 0).any() or abs(expected.sum() - 1) > 1e-9:
        raise ExperimentError(f"Shares of {list(shares)} do not sum to 1; give the planned share of every arm.")
    return observed, expected
