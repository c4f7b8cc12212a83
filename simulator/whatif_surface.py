"""A response surface: a low polynomial over one or two axes, chosen and marked by how well it tells points left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray

Term = tuple[int, ...]
"""The power of each axis in a term."""
LINEAR = frozenset({"cadence"})
"""Axes that are looked at as they are; all others as logarithms to base 2, where halving and doubling weigh the same."""
_LADDERS: dict[int, tuple[tuple[Term, ...], ...]] = {
    1: (((0,),), ((0,), (1,)), ((0,), (1,), (2,))),
    2: (
        ((0, 0),),
        ((0, 0), (1, 0)),
        ((0, 0), (0, 1)),
        ((0, 0), (1, 0), (0, 1)),
        ((0, 0), (1, 0), (0, 1), (1, 1)),
        ((0, 0), (1, 0), (2, 0), (0, 1)),
        ((0, 0), (1, 0), (0, 1), (0, 2)),
        ((0, 0), (1, 0), (0, 1), (2, 0), (0, 2)),
        ((0, 0), (1, 0), (0, 1), (2, 0), (0, 2), (1, 1)),
    ),
}
_FULL = 1 - 1e-9
"""A leverage above this: the point alone decides a coefficient, and leaving it out says nothing."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A polynomial over axes; `left_out` is the root mean square error at points left out, in the values' unit.

    `spread` is that error for the mean of the other points: a fit is worth something as far as it is below it.
    """

    axes: tuple[str, ...]
    terms: tuple[Term, ...]
    coefficients: tuple[float, ...]
    left_out: float
    spread: float

    def at(self, *columns: Sequence[float] | FloatArray) -> FloatArray:
        """The surface at values of the axes, one column per axis."""
        return _design(self.terms, scaled(self.axes, columns)) @ np.array(self.coefficients)


def scaled(axes: Sequence[str], columns: Sequence[Sequence[float] | FloatArray]) -> FloatArray:
    """Columns of axis values as the surface sees them, shape (points, axes)."""
    seen = [
        np.asarray(column, np.float64) if axis in LINEAR else np.log2(np.asarray(column, np.float64))
        for axis, column in zip(axes, columns, strict=True)
    ]
    return np.stack(seen, axis=1)


def fitted(
    axes: Sequence[str], columns: Sequence[Sequence[float] | FloatArray], values: Sequence[float]
) -> Fitted | None:
    """The polynomial with the smallest error at points left out (PRESS; Allen, 1974); of equals the plainest.

    At most quadratic, at one or two axes; None when there are too few points to leave one out.
    """
    x, y = scaled(axes, columns), np.asarray(values, np.float64)
    if len(y) < 3 or x.shape[1] not in _LADDERS:
        return None
    found: Fitted | None = None
    for terms in _LADDERS[x.shape[1]]:
        design = _design(terms, x)
        if len(terms) >= len(y) or np.linalg.matrix_rank(design) < len(terms):
            continue
        q, r = np.linalg.qr(design)
        leverage = (q**2).sum(axis=1)
        if leverage.max() > _FULL:
            continue
        error = float(np.sqrt((((y - q @ (q.T @ y)) / (1 - leverage)) ** 2).mean()))
        if found is None or error < found.left_out * (1 - 1e-9):
            spread = error if found is None else found.spread
            found = Fitted(tuple(axes), terms, tuple(np.linalg.solve(r, q.T @ y).tolist()), error, spread)
    return found


def _design(terms: Sequence[Term], x: FloatArray) -> FloatArray:
    return np.stack([np.prod(x ** np.array(term), axis=1) for term in terms], axis=1)
