"""Money per person where most spend nothing: a share of buyers times what a buyer spends; its power.

The spread of buyers' values is anything with a mean and a standard deviation; of a lognormal one the median and the
spread of logarithms are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, isfinite, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize

from tools.experiment.errors import ExperimentError
from tools.experiment.power import power_means

Moves = Literal["buyers", "value"]
"""What a campaign changes: how many buy, or how much each buyer spends."""


@dataclass(frozen=True, slots=True)
class Hurdle:
    """`buyers` is the share (0-1) that buys, `value` a buyer's mean and `spread` its standard deviation, in money."""

    buyers: float
    value: float
    spread: float

    def __post_init__(self) -> None:
        if not 0 <= self.buyers <= 1:
            raise ExperimentError(f"A share of buyers of {self.buyers} is not a fraction; give one from 0 to 1.")
        if not (isfinite(self.value) and isfinite(self.spread)) or self.spread < 0:
            raise ExperimentError(
                f"Buyers' values with mean {self.value} and spread {self.spread} are none; give finite ones."
            )

    @classmethod
    def lognormal(cls, buyers: float, median: float, log_sd: float) -> Hurdle:
        """Lognormal values with this median and standard deviation of logarithms."""
        mean = median * exp(log_sd**2 / 2)
        return cls(buyers, mean, mean * sqrt(expm1(log_sd**2)))

    @classmethod
    def of(cls, money: npt.ArrayLike) -> Hurdle:
        """What these people show, one amount each; those with 0 did not buy. ExperimentError for nobody or no numbers."""
        amounts = np.asarray(money, float)
        if not len(amounts) or not np.isfinite(amounts).all():
            raise ExperimentError(
                f"{len(amounts)} amounts, not all finite or none, show no spending; give one per person."
            )
        bought = amounts[amounts != 0]
        if not len(bought):
            return cls(0.0, 0.0, 0.0)
        return cls(len(bought) / len(amounts), float(bought.mean()), float(bought.std()))

    @property
    def mean(self) -> float:
        """Money per person."""
        return self.buyers * self.value

    @property
    def sd(self) -> float:
        """Standard deviation of money per person, buyers or not."""
        return sqrt(self.buyers * (self.spread**2 + self.value**2) - self.mean**2)

    def raised(self, by: float, moves: Moves) -> Hurdle:
        """The same people with `by` (a fraction) more buyers, or with values that much higher."""
        if moves == "buyers":
            return Hurdle(min(self.buyers * (1 + by), 1.0), self.value, self.spread)
        return Hurdle(self.buyers, self.value * (1 + by), self.spread * (1 + by))


def power_hurdle(control: Hurdle, treated: Hurdle, n_treated: float, n_control: float, alpha: float = 0.05) -> float:
    """Probability (0-1) that the Welch comparison of money per person sees the difference between the two."""
    return power_means(treated.mean - control.mean, treated.sd, control.sd, n_treated, n_control, alpha)


def mde_hurdle(
    control: Hurdle, n_treated: float, n_control: float, moves: Moves, power: float = 0.8, alpha: float = 0.05
) -> float | None:
    """The smallest relative rise (a fraction) that is seen with this power; None when even ten times as much is not."""
    if not alpha < power < 1:
        raise ExperimentError(f"A power of {power} cannot be asked for at alpha {alpha}; give one between them and 1.")
    most = min(9.0, 1 / control.buyers - 1) if moves == "buyers" and control.buyers else 9.0

    def seen(by: float) -> float:
        return power_hurdle(control, control.raised(by, moves), n_treated, n_control, alpha) - power

    if control.mean == 0 or seen(most) < 0:
        return None
    return float(optimize.brentq(seen, 0.0, most, xtol=1e-10))
