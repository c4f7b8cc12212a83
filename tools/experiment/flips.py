"""Pairs of which a coin chose the treated one: effect, exact p-value and interval by flipping the coins again.

Nothing is assumed of the outcomes: seasons, trends and memory that both of a pair share fall out of its difference, and
under a constant effect the coins are the only chance there is (Fisher, 1935; Rosenbaum, 2002).
"""

from __future__ import annotations

from math import ceil, log2

import numpy as np
import numpy.typing as npt
from scipy import stats

from tools.experiment.analysis import Analysis
from tools.experiment.errors import ExperimentError

_EXACT = 12
"""Pairs up to which all flips are counted."""
_FLIPS = 4_095
"""Flips that are drawn beyond; with the real one 4,096."""


def flipped(differences: npt.ArrayLike, what: str, seed: int, alpha: float = 0.05) -> Analysis:
    """The mean of differences (treated minus control, one per pair) with the interval that re-randomisation gives.

    The interval holds the constant effects that the sign-flip test does not reject at `alpha`; beyond 12 pairs the flips
    are drawn with `seed`. `what` names the units in the estimator's words. ExperimentError when there are too few pairs
    for any result to reach `alpha` (fewer than 6 at 0.05), or a difference is not finite.
    """
    seen = np.asarray(differences, float)
    fewest = ceil(log2(2 / alpha)) if 0 < alpha < 1 else 0
    if not fewest or seen.ndim != 1 or len(seen) < fewest:
        raise ExperimentError(
            f"{seen.size} pairs cannot show anything at alpha {alpha}; randomise {max(fewest, 6)} pairs or more."
        )
    if not np.isfinite(seen).all():
        raise ExperimentError(
            "A pair's difference is not finite; leave the pair out as a whole, whichever side is missing."
        )
    signs = _signs(len(seen), seed)
    estimate, mean, tilt = float(seen.mean()), signs @ seen / len(seen), signs.mean(1)
    tie = 1e-12 * float(np.abs(seen).mean())
    p = float((np.abs(mean) >= abs(estimate) - tie).mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        one = np.where(tilt < 1, (estimate - mean) / (1 - tilt), np.inf)
        other = np.where(tilt > -1, (estimate + mean) / (1 + tilt), np.inf)
    whole = np.abs(tilt) == 1
    low = np.where(whole, -np.inf, np.minimum(one, other))
    high = np.where(whole, np.inf, np.maximum(one, other))
    # A flip does not contradict the effects between its two ends; those that too few flips allow are rejected.
    cut = int(np.floor(alpha * len(signs)))
    return Analysis(
        estimate=estimate,
        low=min(float(np.sort(low)[cut]), estimate),
        high=max(float(-np.sort(-high)[cut]), estimate),
        level=1 - alpha,
        p=p,
        n_treated=len(seen),
        n_control=len(seen),
        varied=bool(seen.any()),
        estimator=f"mean difference of {len(seen)} randomised pairs of {what}",
        method="sign-flip randomisation interval",
        valid="one look at the end",
    )


def mde_pairs(sd: float, pairs: int, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest effect that so many pairs see with this power, when pair differences have this standard deviation.

    Of the paired t-test, to which the sign flips are close from about ten pairs on (Bloom, 1995).
    """
    if pairs < 2 or not alpha < power < 1 or not sd >= 0:
        raise ExperimentError(
            f"{pairs} pairs with spread {sd} and power {power} at alpha {alpha} have no smallest effect; give two pairs or more."
        )
    return float(sd / np.sqrt(pairs) * (stats.t.isf(alpha / 2, pairs - 1) + stats.t.isf(1 - power, pairs - 1)))


def _signs(pairs: int, seed: int) -> npt.NDArray[np.float64]:
    if pairs <= _EXACT:
        codes = np.arange(2**pairs)
        return np.asarray(1.0 - 2.0 * (codes[:, None] >> np.arange(pairs) & 1), np.float64)
    drawn = np.random.default_rng(seed).integers(0, 2, (_FLIPS + 1, pairs)).astype(np.float64) * 2 - 1
    drawn[0] = 1.0
    return np.asarray(drawn, np.float64)
