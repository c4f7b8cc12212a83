"""What a campaign caused, per person: difference of two randomised arms with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from tools.experiment.errors import ExperimentError


@dataclass(frozen=True, slots=True)
class Effect:
    """Difference per person (treated minus control) in the outcome's unit, with its interval of level 1 - alpha.

    `se` is its standard error, `n_t` and `n_c` the people in each arm, `variance_removed` the share (0-1) of the
    outcome's variance that the covariate explained. Where no outcome varied at all `se` is 0 and the interval has
    no width: that is a lack of events, not a certainty (`varied` is false).
    """

    estimate: float
    low: float
    high: float
    se: float
    n_t: int
    n_c: int
    variance_removed: float

    @property
    def varied(self) -> bool:
        """Whether outcomes differed between people, so that the interval means something."""
        return self.se > 0

    @property
    def significant(self) -> bool:
        """Whether the interval excludes 0."""
        return self.varied and (self.low > 0 or self.high < 0)


def difference(
    treated: npt.ArrayLike,
    control: npt.ArrayLike,
    treated_x: npt.ArrayLike | None = None,
    control_x: npt.ArrayLike | None = None,
    alpha: float = 0.05,
) -> Effect:
    """The effect per person of being in the treated arm, whether reached or not (intent to treat).

    `treated` and `control` hold one outcome per person; `treated_x` and `control_x` a covariate from before the
    campaign, for CUPED (Deng et al., 2013) with one slope pooled within the arms. The interval is Welch's
    (unequal variances, Satterthwaite degrees of freedom). ExperimentError when an arm has fewer than two people, a
    value is not finite, or a covariate does not match its arm.
    """
    y_t, y_c = _column(treated, "treated"), _column(control, "control")
    if not 0 < alpha < 1:
        raise ExperimentError(f"An alpha of {alpha} is not between 0 and 1; use 0.05 for a 95 % interval.")
    if (treated_x is None) != (control_x is None):
        raise ExperimentError("A covariate was given for one arm only; give it for both or for none.")
    removed = 0.0
    if treated_x is not None and control_x is not None:
        x_t, x_c = _column(treated_x, "treated covariate"), _column(control_x, "control covariate")
        if len(x_t) != len(y_t) or len(x_c) != len(y_c):
            raise ExperimentError(
                f"Covariates for {len(x_t)} and {len(x_c)} people do not match outcomes of {len(y_t)} and {len(y_c)}."
            )
        y_t, y_c, removed = _adjusted(y_t, y_c, x_t, x_c)
    v_t, v_c = y_t.var(ddof=1) / len(y_t), y_c.var(ddof=1) / len(y_c)
    estimate, se = float(y_t.mean() - y_c.mean()), float(np.sqrt(v_t + v_c))
    half = 0.0
    if se > 0:
        freedom = (v_t + v_c) ** 2 / (v_t**2 / (len(y_t) - 1) + v_c**2 / (len(y_c) - 1))
        half = float(stats.t.ppf(1 - alpha / 2, freedom)) * se
    return Effect(estimate, estimate - half, estimate + half, se, len(y_t), len(y_c), removed)


def _column(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    column = np.asarray(values, np.float64)
    if column.ndim != 1 or len(column) < 2:
        raise ExperimentError(f"The {name} arm holds {column.size} values; an interval needs two people or more.")
    if not np.isfinite(column).all():
        raise ExperimentError(
            f"The {name} arm holds a value that is not finite; leave such people out before comparing."
        )
    return column


def _adjusted(
    y_t: npt.NDArray[np.float64],
    y_c: npt.NDArray[np.float64],
    x_t: npt.NDArray[np.float64],
    x_c: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]:
    """Outcomes with the part that the covariate foretells taken out, and the share of variance that this removes."""
    centred_x = np.concatenate([x_t - x_t.mean(), x_c - x_c.mean()])
    centred_y = np.concatenate([y_t - y_t.mean(), y_c - y_c.mean()])
    spread, total = float(centred_x @ centred_x), float(centred_y @ centred_y)
    if spread == 0 or total == 0:
        return y_t, y_c, 0.0
    slope = float(centred_x @ centred_y) / spread
    middle = float(np.concatenate([x_t, x_c]).mean())
    return y_t - slope * (x_t - middle), y_c - slope * (x_c - middle), min(slope**2 * spread / total, 1.0)
