"""The impact ratio: the lowest over the highest rate of a group (29 CFR 1607.4 D), with an interval over all pairs.

The ratio looks for its worst pair, so each pair's limits hold together (Bonferroni): the chance that the interval of
the true lowest ratio misses is at most `alpha`, for any number of groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray
from policies.fairness.groups import SMALLEST_GROUP, Groups

DRAWS = 999
"""Bootstrap draws of the mean of each group."""


@dataclass(frozen=True, slots=True)
class Impact:
    """A comparison of groups: the lowest over the highest value, its interval, and the value of each large group.

    `measured` is false when there is too little data (`Groups.sufficient`); the ratio is 0 and the interval 0 to 1
    when fewer than two groups are large enough to be compared at all.
    """

    measured: bool
    ratio: float
    low: float
    high: float
    values: tuple[tuple[str, float], ...]


def rate_impact(groups: Groups, selected: BoolArray, alpha: float = 0.05, smallest: int = SMALLEST_GROUP) -> Impact:
    """Which share of each group is selected, compared; limits of a pair by Wilson scores combined as MOVER-R.

    Wilson (1927) for one share, Donner and Zou (2012) for the ratio of two.
    """
    large = groups.large(smallest)
    if len(large) < 2:
        return _nothing(groups, large, np.zeros(0))
    people = groups.sizes[large].astype(np.float64)
    hits = np.array([np.count_nonzero(selected[groups.codes == code]) for code in large], np.float64)
    rates = hits / people
    if not rates.any():
        return _nothing(groups, large, rates)
    z = _score(alpha, len(large))
    low, high = wilson(hits, people, z)
    limits = [
        mover_ratio(rates[i], low[i], high[i], rates[j], low[j], high[j])
        for a, b in combinations(range(len(large)), 2)
        for i, j in ((a, b), (b, a))
    ]
    return _found(groups, large, rates, smallest, limits)


def mean_impact(
    groups: Groups, amounts: FloatArray, seed: int, alpha: float = 0.05, smallest: int = SMALLEST_GROUP
) -> Impact:
    """The mean amount per person of each group, compared; limits of a pair by the bootstrap's error of the log ratio.

    Half a unit is added to each group's sum, so that a group with nothing has a finite logarithm.
    """
    large = groups.large(smallest)
    if len(large) < 2:
        return _nothing(groups, large, np.zeros(0))
    rng = np.random.default_rng(seed)
    drawn = np.empty((len(large), DRAWS))
    means = np.empty(len(large))
    for place, code in enumerate(large):
        own = amounts[groups.codes == code]
        means[place] = own.mean()
        levels, counts = np.unique(own, return_counts=True)
        sums = rng.multinomial(len(own), counts / len(own), DRAWS) @ levels
        drawn[place] = np.log((sums + 0.5) / len(own))
    if not means.any():
        return _nothing(groups, large, means)
    z = _score(alpha, len(large))
    centre = np.log(means + 0.5 / groups.sizes[large])
    limits = []
    for a, b in combinations(range(len(large)), 2):
        reach = z * float((drawn[a] - drawn[b]).std(ddof=1))
        apart = float(centre[a] - centre[b])
        limits += [(float(np.exp(d - reach)), float(np.exp(d + reach))) for d in (apart, -apart)]
    return _found(groups, large, means, smallest, limits)


def wilson(hits: FloatArray, people: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Wilson's score limits of shares (1927) at the normal score `z`."""
    share, spread = hits / people, z * z / people
    centre = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * np.sqrt(share * (1 - share) / people + spread / (4 * people))
    return np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0)


def mover_ratio(a: float, a_low: float, a_high: float, b: float, b_low: float, b_high: float) -> tuple[float, float]:
    """Limits of a / b from the limits of each (Donner and Zou 2012, eq. 9), cut to 0 and 1e6."""
    under, over = b_high * (2 * b - b_high), b_low * (2 * b - b_low)
    square = (a * b) ** 2
    low, high = 0.0, 1e6
    if abs(under) > 1e-12:
        low = (a * b - np.sqrt(max(square - a_low * b_high * (2 * a - a_low) * (2 * b - b_high), 0.0))) / under
    if over > 1e-12:
        high = (a * b + np.sqrt(max(square - a_high * b_low * (2 * a - a_high) * (2 * b - b_low), 0.0))) / over
    return float(np.clip(low, 0.0, 1e6)), float(np.clip(high, 0.0, 1e6))


def _score(alpha: float, groups: int) -> float:
    return NormalDist().inv_cdf(1 - alpha / (groups * (groups - 1)))


def _found(
    groups: Groups, large: IntArray, values: FloatArray, smallest: int, limits: list[tuple[float, float]]
) -> Impact:
    return Impact(
        measured=groups.sufficient(smallest),
        ratio=float(values.min() / values.max()),
        low=min(1.0, *(low for low, _ in limits)),
        high=min(1.0, *(high for _, high in limits)),
        values=tuple((groups.names[code], float(value)) for code, value in zip(large, values, strict=True)),
    )


def _nothing(groups: Groups, large: IntArray, values: FloatArray) -> Impact:
    shown = tuple((groups.names[code], float(value)) for code, value in zip(large, values, strict=False))
    return Impact(measured=False, ratio=0.0, low=0.0, high=1.0, values=shown)
