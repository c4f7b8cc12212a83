"""One arm of an experiment as six numbers: all that its comparison needs, and that can be added up over shards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.experiment.errors import ExperimentError

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arm:
    """People of one arm: how many, mean outcome `y` and mean covariate `x`, and their centred sums of squares and products.

    Arms of different people add up (Chan, Golub and LeVeque, 1979): `a + b` is the arm of both, whatever the order of
    adding, to rounding.
    """

    n: int
    y: float
    x: float
    yy: float
    xx: float
    xy: float

    @classmethod
    def of(cls, outcome: npt.ArrayLike, covariate: npt.ArrayLike | None = None, name: str = "treated") -> Arm:
        """The arm of these people, one outcome and (with `covariate`) one number from before the campaign each.

        ExperimentError when a value is not finite or the covariate does not match; `name` says which arm it was.
        """
        y = _column(outcome, name)
        x = np.zeros(len(y)) if covariate is None else _column(covariate, f"{name} covariate")
        if len(x) != len(y):
            raise ExperimentError(f"Covariates for {len(x)} people do not match outcomes of {len(y)} ({name} arm).")
        if not len(y):
            return cls(0, 0.0, 0.0, 0.0, 0.0, 0.0)
        mean_y, mean_x = float(y.mean()), float(x.mean())
        off_y, off_x = y - mean_y, x - mean_x
        return cls(len(y), mean_y, mean_x, float(off_y @ off_y), float(off_x @ off_x), float(off_y @ off_x))

    def __add__(self, other: Arm) -> Arm:
        if not self.n or not other.n:
            return self if self.n else other
        n = self.n + other.n
        step_y, step_x, weight = other.y - self.y, other.x - self.x, self.n * other.n / n
        return Arm(
            n=n,
            y=self.y + step_y * other.n / n,
            x=self.x + step_x * other.n / n,
            yy=self.yy + other.yy + step_y * step_y * weight,
            xx=self.xx + other.xx + step_x * step_x * weight,
            xy=self.xy + other.xy + step_y * step_x * weight,
        )

    def residual(self, slope: float) -> float:
        """Centred sum of squares of the outcome once `slope` times the covariate is taken out, at least 0."""
        return max(self.yy - 2 * slope * self.xy + slope * slope * self.xx, 0.0)


def _column(values: npt.ArrayLike, name: str) -> Column:
    column = np.asarray(values, np.float64)
    if column.ndim != 1:
        raise ExperimentError(f"The {name} arm has {column.ndim} dimensions; give one outcome per person.")
    if not np.isfinite(column).all():
        raise ExperimentError(
            f"The {name} arm holds a value that is not finite; leave such people out before comparing."
        )
    return column
