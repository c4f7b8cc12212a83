"""An analysis: an estimate with its interval, and at which looks that interval may be read."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from scipy import stats

from tools.experiment.effect import Effect
from tools.experiment.errors import ExperimentError

Valid = Literal["one look at the end", "planned looks", "any look"]
"""When an interval keeps its level: read once at the end, at the looks of a plan, or as often as anybody likes."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A difference (treated minus control) in the metric's unit, with its interval of `level` (0-1).

    `n_treated` and `n_control` count the units that were randomised (people, blocks, regions). `p` is the p-value of no
    difference, valid at the same looks as the interval. `varied` is false when no outcome differed from another, so that
    the interval means nothing. ExperimentError when the numbers contradict each other.
    """

    estimate: float
    low: float
    high: float
    level: float
    p: float
    n_treated: int
    n_control: int
    varied: bool
    estimator: str
    method: str
    valid: Valid

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ExperimentError(f"A level of {self.level} is not between 0 and 1; use 0.95.")
        if not isfinite(self.estimate) or not self.low <= self.estimate <= self.high:
            raise ExperimentError(
                f"An estimate of {self.estimate} does not lie in its interval {self.low} to {self.high}; analyse again."
            )
        if min(self.n_treated, self.n_control) < 2:
            raise ExperimentError(
                f"{self.n_treated} treated and {self.n_control} control units allow no comparison; two of each or more do."
            )

    @property
    def significant(self) -> bool:
        """Whether outcomes varied and the interval excludes 0."""
        return self.varied and (self.low > 0 or self.high < 0)


def at_the_end(effect: Effect, alpha: float = 0.05) -> Analysis:
    """The analysis of an effect that is read once, when its horizon is over; `alpha` as the effect was computed with."""
    shift = abs(effect.estimate / effect.se) if effect.varied else 0.0
    return Analysis(
        estimate=effect.estimate,
        low=effect.low,
        high=effect.high,
        level=1 - alpha,
        p=float(2 * stats.norm.sf(shift)),
        n_treated=effect.n_t,
        n_control=effect.n_c,
        varied=effect.varied,
        estimator=estimator_of(effect),
        method="Welch interval",
        valid="one look at the end",
    )


def estimator_of(effect: Effect) -> str:
    """How the effect was estimated, in words."""
    adjusted = f", adjusted (CUPED, {effect.variance_removed:.0%} of the variance)" if effect.variance_removed else ""
    return f"difference in means, intent to treat{adjusted}"
