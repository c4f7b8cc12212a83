"""Geo tests: regions for channels that cannot hold out persons. Matched pairs of regions, a coin in each, change over change.

The outcome is what the caller makes it, one number per region and week; per inhabitant, so that regions compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.experiment.analysis import Analysis
from tools.experiment.errors import ExperimentError
from tools.experiment.flips import flipped, mde_pairs


@dataclass(frozen=True, slots=True)
class Markets:
    """The design: pairs of regions (columns of the history) as (treated, control); those in no pair are left out."""

    pairs: tuple[tuple[int, int], ...]

    @property
    def treated(self) -> tuple[int, ...]:
        """The regions in which the channel runs."""
        return tuple(pair[0] for pair in self.pairs)


def matched_markets(history: npt.ArrayLike, seed: int) -> Markets:
    """Pairs of regions that went alike in `history` (weeks, regions), the treated one of each drawn with `seed`.

    The two closest of all regions left are paired first (greedy nearest neighbours on weekly outcomes); an odd region
    stays out. ExperimentError for fewer than two regions or weeks, or outcomes that are not finite.
    """
    weeks = _history(history)
    regions = weeks.shape[1]
    left, right = np.triu_indices(regions, 1)
    distance = ((weeks[:, left] - weeks[:, right]) ** 2).sum(0)
    free, found = np.ones(regions, bool), []
    for place in np.argsort(distance, kind="stable"):
        one, other = int(left[place]), int(right[place])
        if free[one] and free[other]:
            free[[one, other]] = False
            found.append((one, other))
    coins = np.random.default_rng(seed).integers(0, 2, len(found))
    return Markets(tuple((pair[coin], pair[1 - coin]) for pair, coin in zip(found, coins.tolist(), strict=True)))


def geo_effect(
    markets: Markets, before: npt.ArrayLike, during: npt.ArrayLike, seed: int, alpha: float = 0.05
) -> Analysis:
    """The effect per region and week: how much more treated regions changed than their partners, (weeks, regions) each.

    Difference in differences of weekly means with the re-randomisation interval of the pairs' coins. ExperimentError when
    a region of the design is missing, a number is not finite, or there are too few pairs (see `flips.flipped`).
    """
    return flipped(_changes(markets, *both_histories(markets, before, during)), "regions", seed, alpha)


def both_histories(
    markets: Markets, before: npt.ArrayLike, during: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Outcomes (weeks, regions) before and during a test; ExperimentError when they do not hold the design's regions."""
    known, seen = _history(before), _history(during, 1)
    regions, last = min(known.shape[1], seen.shape[1]), max((max(pair) for pair in markets.pairs), default=0)
    if known.shape[1] != seen.shape[1] or last >= regions:
        raise ExperimentError(
            f"The design's regions are not all in histories of {known.shape[1]} and {seen.shape[1]} regions; give the same columns."
        )
    return known, seen


def geo_mde(markets: Markets, history: npt.ArrayLike, weeks: int, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest effect that the design would see with a test of so many weeks, from the history's last such weeks."""
    known = _history(history)
    if not 1 <= weeks < len(known):
        raise ExperimentError(
            f"A test of {weeks} weeks cannot be tried out on {len(known)} weeks of history; give a longer one."
        )
    both_histories(markets, known, known)
    changes = _changes(markets, known[:-weeks], known[-weeks:])
    return mde_pairs(float(np.sqrt((changes**2).mean())), len(changes), power, alpha)


def _changes(
    markets: Markets, before: npt.NDArray[np.float64], during: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    pairs = np.array(markets.pairs, int).reshape(-1, 2)
    change = during.mean(0) - before.mean(0)
    return np.asarray(change[pairs[:, 0]] - change[pairs[:, 1]])


def _history(values: npt.ArrayLike, fewest: int = 2) -> npt.NDArray[np.float64]:
    weeks = np.asarray(values, float)
    if weeks.ndim != 2 or len(weeks) < fewest or weeks.shape[1] < 2:
        raise ExperimentError(f"A history of shape {weeks.shape} holds no weeks of two regions; give (weeks, regions).")
    if not np.isfinite(weeks).all():
        raise ExperimentError("The history holds a number that is not finite; leave such regions out before pairing.")
    return weeks
