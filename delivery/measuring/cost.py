"""What one more acquisition cost: the campaign's cost over the acquisitions that its control group shows.

The interval of the ratio is Fieller's (1954), which keeps its level where the delta method does not; where the
acquisitions' own interval holds 0 there is no interval of finite width, and nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from campaigns.border import Border
from campaigns.figure import Figure
from tools.experiment.effect import difference

METRIC = "cost_per_incremental_acquisition"


class AcquisitionCost(Border):
    """Cost (micros) per acquisition that would not have come without the campaign; None where that cannot be told.

    An acquisition is a conversion of the plan's goal. The cost is that of every message and redeemed offer of the
    treated arm, whoever bought. `words` says the figure with its interval, or why there is none.
    """

    figure: Figure | None
    words: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two means with its interval; `low` and `high` are None when the denominator is not apart from 0."""

    value: float
    low: float | None
    high: float | None


def cost_per_acquisition(
    cost: npt.ArrayLike,
    treated: npt.ArrayLike,
    control: npt.ArrayLike,
    treated_before: npt.ArrayLike,
    control_before: npt.ArrayLike,
    alpha: float = 0.05,
) -> Ratio:
    """Mean `cost` per treated person over the difference in acquisitions per person, adjusted by CUPED.

    `cost` has one number per treated person, in their order; nobody in the control arm costs anything. The interval has
    level 1 - alpha and is bounded exactly when the acquisitions' interval excludes 0. ExperimentError as in
    `tools.experiment.effect.difference`.
    """
    paid, bought = np.asarray(cost, np.float64), np.asarray(treated, np.float64)
    before = np.asarray(treated_before, np.float64)
    effect = difference(bought, control, before, control_before, alpha)
    if not effect.varied:
        return Ratio(float("nan"), None, None)
    slope = _slope(bought, np.asarray(control, np.float64), before, np.asarray(control_before, np.float64))
    own = bought - slope * before
    people = len(paid)
    spread, together = paid.var(ddof=1) / people, float(np.cov(paid, own, ddof=1)[0, 1]) / people
    # The quantile that gives the effect its interval, so that both agree on whether 0 is inside.
    t = (effect.high - effect.estimate) / effect.se
    a = effect.estimate**2 - (t * effect.se) ** 2
    b = paid.mean() * effect.estimate - t**2 * together
    c = paid.mean() ** 2 - t**2 * spread
    ratio = float(paid.mean() / effect.estimate) if effect.estimate else float("nan")
    if a <= 0:
        return Ratio(ratio, None, None)
    half = sqrt(max(b * b - a * c, 0.0))
    return Ratio(ratio, float((b - half) / a), float((b + half) / a))


def told(ratio: Ratio, made: Figure | None, gained: bool, final: bool, shown: str) -> AcquisitionCost:
    """The cost in words; `made` is its figure, `gained` whether more acquisitions are claimed, `shown` the figure as text."""
    if not final:
        return AcquisitionCost(figure=None, words="Cannot tell yet: the campaign is still running.")
    if ratio.low is None or made is None:
        return AcquisitionCost(
            figure=None,
            words="Cannot tell: the interval of the incremental acquisitions holds 0, so each may have cost any amount.",
        )
    if ratio.value <= 0:
        return AcquisitionCost(
            figure=None, words="No cost per acquisition: the campaign lost acquisitions or cost nothing."
        )
    if not gained:
        return AcquisitionCost(
            figure=None,
            words="Cannot tell: a metric that was to be judged before acquisitions shows no effect.",
        )
    return AcquisitionCost(figure=made, words=f"Each acquisition that would not have come by itself cost {shown}.")


def _slope(
    treated: npt.NDArray[np.float64],
    control: npt.NDArray[np.float64],
    treated_x: npt.NDArray[np.float64],
    control_x: npt.NDArray[np.float64],
) -> float:
    """CUPED's slope as `difference` takes it: pooled within the arms, 0 where nothing varies."""
    off = [column - column.mean() for column in (treated_x, control_x)]
    spread = sum(float(x @ x) for x in off)
    shared = sum(float(x @ (y - y.mean())) for x, y in zip(off, (treated, control), strict=True))
    return shared / spread if spread > 0 else 0.0
