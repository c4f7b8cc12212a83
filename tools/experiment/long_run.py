"""Standard errors of a regression over time whose errors remember: Newey and West's (1987).

Errors that follow each other make the usual standard error too small. Theirs adds the covariance of neighbours with
falling weights; with few independent stretches of time it is itself uncertain, so that intervals use Student's t with the
degrees of freedom of its window (Priestley, 1981).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from tools.experiment.errors import ExperimentError

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Regression:
    """Least-squares weights of the columns, their covariance, and the degrees of freedom that intervals go by."""

    weights: Column
    covariance: Column
    degrees: float

    def of(self, combination: npt.ArrayLike) -> tuple[float, float]:
        """A weighted sum of the weights and its standard error."""
        sum_of = np.asarray(combination, float)
        return float(sum_of @ self.weights), sqrt(max(float(sum_of @ self.covariance @ sum_of), 0.0))


def newey_west(
    columns: npt.ArrayLike, outcome: npt.ArrayLike, lags: int, stretch: npt.ArrayLike | None = None
) -> Regression:
    """The regression of an outcome on columns (periods, columns) in order of time, errors correlated over `lags`.

    Bartlett weights 1 - l / (lags + 1) and the factor n / (n - k) for the k weights that were fitted; 0 lags is White's
    (1980) covariance. `stretch` numbers the stretches of time (rising) whose errors are taken together before neighbours
    are, one period each when None: where a stretch has a level of its own, its errors cancel and single periods would
    say too little. Lags are stretches. ExperimentError when periods are too few for the columns, or one is a sum of others.
    """
    x, y = np.asarray(columns, float), np.asarray(outcome, float)
    periods, width = x.shape
    starts = np.arange(periods) if stretch is None else np.unique(np.asarray(stretch), return_index=True)[1]
    if not 0 <= lags < len(starts) or periods <= width:
        raise ExperimentError(
            f"{periods} periods in {len(starts)} stretches are too few for {width} columns and {lags} lags; run the test "
            "longer or ask for less."
        )
    if np.linalg.matrix_rank(x) < width:
        raise ExperimentError(
            "What is to be estimated cannot be told apart in this plan: a column is a sum of others; allow for less "
            "carry-over or make blocks longer."
        )
    inverse = np.linalg.inv(x.T @ x)
    weights = inverse @ (x.T @ y)
    scores = np.add.reduceat(x * (y - x @ weights)[:, None], starts, axis=0)
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        apart = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (apart + apart.T)
    count = len(scores)
    covariance = periods / (periods - width) * inverse @ middle @ inverse
    most = float(periods - width if stretch is None else count - 1)
    return Regression(weights, covariance, max(min(1.5 * count / (lags + 1), most), 1.0))
