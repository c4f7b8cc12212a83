"""How good a rate model was on people and weeks it had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from scipy.stats import rankdata

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """Out-of-time scores of predicted counts against counted ones.

    `calibration` is observed / predicted in total (1 is right, 1.2 means 20 % more came); `deviance_explained` is
    McFadden's share of the Poisson deviance of a constant that the model removes (at most 1, negative when worse);
    `auc` ranks who converts at all (0.5 is chance), None when all or none do. `people` and `conversions` count
    the test origin.
    """

    people: int
    conversions: int
    calibration: float
    deviance_explained: float
    auc: float | None


def score(expected: Column, counted: Column, constant: float) -> ScoreCard:
    """The card of expected counts (> 0, one per person); `constant` is the count a model without features expects."""
    predicted = float(expected.sum())
    flat = _deviance(np.full_like(expected, constant), counted)
    return ScoreCard(
        people=len(counted),
        conversions=int(counted.sum()),
        calibration=float(counted.sum()) / predicted if predicted else float("nan"),
        deviance_explained=1.0 - _deviance(expected, counted) / flat if flat else 0.0,
        auc=auc(expected, counted > 0),
    )


def auc(rank_by: Column, positive: npt.NDArray[np.bool_]) -> float | None:
    """Probability that a random positive ranks above a random negative, ties half (Mann and Whitney, 1947)."""
    above, below = int(positive.sum()), int((~positive).sum())
    if not above or not below:
        return None
    ranks = rankdata(rank_by)
    return float((ranks[positive].sum() - above * (above + 1) / 2) / (above * below))


def _deviance(expected: Column, counted: Column) -> float:
    """Twice the log likelihood that a Poisson model lacks to a perfect fit (McCullagh and Nelder, 1989)."""
    return float(2 * (xlogy(counted, counted) - xlogy(counted, expected) - counted + expected).sum())
