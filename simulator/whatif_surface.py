"""A response surface: a smoothing spline over one or two axes, as stiff as tells points left out best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray

LINEAR = frozenset({"cadence"})
"""Axes that are looked at as they are; all others as logarithms to base 2, where halving and doubling weigh the same."""
STIFFNESS = tuple(10.0**power for power in range(-4, 4))
"""Penalties that are tried, from a surface through nearly every point to a plane."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A thin-plate smoothing spline (Duchon, 1977; Wahba, 1990), the cubic one over a single axis.

    `left_out` is the root mean square error at points left out, in the values' unit, and `spread` that of the mean of
    the other points: a surface is worth something as far as it is below it. `knots` are the points on axes brought to
    0-1; `bends` and `plane` weigh the distances to them and the plane under them.
    """

    axes: tuple[str, ...]
    low: tuple[float, ...]
    width: tuple[float, ...]
    knots: tuple[tuple[float, ...], ...]
    bends: tuple[float, ...]
    plane: tuple[float, ...]
    stiffness: float
    left_out: float
    spread: float

    @property
    def tells(self) -> bool:
        """Whether it tells points left out better than their mean does."""
        return self.left_out < self.spread

    def at(self, *columns: Sequence[float] | FloatArray) -> FloatArray:
        """The surface at values of the axes, one column per axis."""
        x = (_seen(self.axes, columns) - np.array(self.low)) / np.array(self.width)
        return np.asarray(_bent(x, np.array(self.knots)) @ np.array(self.bends) + _plane(x) @ np.array(self.plane))


def fitted(
    axes: Sequence[str], columns: Sequence[Sequence[float] | FloatArray], values: Sequence[float]
) -> Fitted | None:
    """The spline whose stiffness tells points left out best; of equals the stiffest.

    None for more than two axes, for points on one line, or for too few of them to leave one out.
    """
    x, y = _seen(axes, columns), np.asarray(values, np.float64)
    low, width = x.min(axis=0), np.ptp(x, axis=0)
    if len(axes) > 2 or len(y) < len(axes) + 2 or not width.all():
        return None
    x = (x - low) / width
    plane, bent, count = _plane(x), _bent(x, x), len(y)
    if np.linalg.matrix_rank(plane) < plane.shape[1]:
        return None
    spread = float(np.sqrt((((y - y.mean()) * count / (count - 1)) ** 2).mean()))
    best: Fitted | None = None
    for stiffness in reversed(STIFFNESS):
        whole = np.block([[bent + stiffness * np.eye(count), plane], [plane.T, np.zeros((plane.shape[1],) * 2)]])
        weights = np.linalg.solve(whole, np.eye(len(whole))[:, :count])
        hat = np.hstack([bent, plane]) @ weights
        free = 1 - np.diag(hat)
        if free.min() < 1e-9:
            continue
        error = float(np.sqrt((((y - hat @ y) / free) ** 2).mean()))
        if best is None or error < best.left_out * (1 - 1e-9):
            solved = weights @ y
            best = Fitted(
                tuple(axes), tuple(low.tolist()), tuple(width.tolist()), tuple(map(tuple, x.tolist())),
                tuple(solved[:count].tolist()), tuple(solved[count:].tolist()), stiffness, error, spread,
            )  # fmt: skip
    return best


def _seen(axes: Sequence[str], columns: Sequence[Sequence[float] | FloatArray]) -> FloatArray:
    found = [
        np.asarray(column, np.float64) if axis in LINEAR else np.log2(np.asarray(column, np.float64))
        for axis, column in zip(axes, columns, strict=True)
    ]
    return np.stack(found, axis=1)


def _plane(x: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(len(x)), x])


def _bent(x: FloatArray, knots: FloatArray) -> FloatArray:
    """The spline's kernel of distances: r^3 over one axis, r^2 log r over two."""
    apart = np.sqrt(((x[:, None, :] - knots[None, :, :]) ** 2).sum(axis=2))
    if x.shape[1] == 1:
        return np.asarray(apart**3)
    return np.asarray(apart**2 * np.log(np.where(apart > 0, apart, 1.0)))
