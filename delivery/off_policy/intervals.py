"""How far an estimate may be off: a ratio of sums over independent people, its normal and its bootstrap interval."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from campaigns.contact import FloatArray, IntArray
from delivery.off_policy.errors import BadLogs

Kind = Literal["normal", "bootstrap"]
DRAWS = 1_000
"""Resamples of a bootstrap interval."""
_HELD = 1 << 22


@dataclass(frozen=True, slots=True)
class Ratio:
    """An estimate as the sum of `over` by the sum of `under`, parallel columns with one row per independent person.

    `bias` bounds what clipping or switching may have moved the estimate by, in the reward's unit.
    """

    over: FloatArray
    under: FloatArray
    bias: float = 0.0

    @property
    def value(self) -> float:
        """The estimate; NaN where nothing counts."""
        below = float(self.under.sum())
        return float(self.over.sum()) / below if below else float("nan")

    def by(self, people: IntArray) -> Ratio:
        """The same estimate with rows of one person added up (`people` numbered from 0)."""
        return Ratio(summed(people, self.over), summed(people, self.under), self.bias)


def summed(people: IntArray, column: FloatArray, size: int = 0) -> FloatArray:
    """Sums of a column by person, one of at least `size` persons each."""
    return np.asarray(np.bincount(people, weights=column, minlength=size), np.float64)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A policy's value per decision with its interval at the level of the score, in the reward's unit.

    `low` and `high` are None where no interval can be given. `carried` is the effective number of people whose rows make
    the variance, (sum e^2)^2 / sum e^4: where it is small, a few of them decide and the interval is not to be trusted.
    `bias` is what clipping or switching may have moved it by at most; the interval is widened by it.
    """

    value: float
    low: float | None
    high: float | None
    error: float | None
    carried: float
    bias: float


def estimated(ratio: Ratio, level: float, kind: Kind = "normal", seed: int = 0, further: float = 0.0) -> Estimate:
    """A ratio with its interval: by its influence function (delta method), or by the Poisson bootstrap.

    The normal quantile is Student's with 2 x `carried` degrees of freedom, which match the variance of the estimated
    variance (Satterthwaite, 1946): with a few large weights it is as uncertain as that of a small sample.
    `further` is an independent standard error to be added in squares. BadLogs for fewer than two people.
    """
    people = len(ratio.over)
    if people < 2:
        raise BadLogs(f"The log is about {people} person only; an interval needs at least two who are independent.")
    off = ratio.over - ratio.value * ratio.under
    square = float(np.square(off).sum())
    own = float(np.sqrt(square * people / (people - 1))) / abs(float(ratio.under.sum()))
    fourth = float((off**4).sum())
    carried = square * square / fourth if fourth else 0.0
    z = student(level, 2 * carried)
    down = up = z * own
    if kind == "bootstrap":
        drawn = resampled(ratio, seed)
        down, up = (
            (ratio.value - np.quantile(drawn, (1 - level) / 2)),
            (np.quantile(drawn, (1 + level) / 2) - ratio.value),
        )
    down, up = (float(np.hypot(side, z * further)) if side > 0 else z * further for side in (down, up))
    return Estimate(
        value=ratio.value,
        low=ratio.value - down - ratio.bias,
        high=ratio.value + up + ratio.bias,
        error=float(np.hypot(own, further)),
        carried=carried,
        bias=ratio.bias,
    )


def resampled(ratio: Ratio, seed: int, draws: int = DRAWS) -> FloatArray:
    """The estimate in `draws` Poisson resamples of the people (Chamandy and others, 2012), columnar."""
    rng = np.random.default_rng(seed)
    columns = np.stack([ratio.over, ratio.under], axis=1)
    step = max(_HELD // len(columns), 1)
    sums = [
        rng.poisson(1.0, (min(step, draws - start), len(columns))).astype(np.float64) @ columns
        for start in range(0, draws, step)
    ]
    found = np.concatenate(sums)
    return np.asarray(found[:, 0] / np.where(found[:, 1] == 0, np.nan, found[:, 1]))


def student(level: float, freedom: float) -> float:
    """The two-sided quantile of Student's distribution by its expansion about the normal (Abramowitz and Stegun 26.7.5).

    Exact to 0.3 % at 95 % from 5 degrees of freedom on, and used with no fewer.
    """
    z, n = NormalDist().inv_cdf((1 + level) / 2), max(freedom, 5.0)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
