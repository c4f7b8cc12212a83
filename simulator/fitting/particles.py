"""An empirical joint belief over named parameters: equally weighted rows whose correlations are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray

DIGITS = 9
"""Significant digits that a value keeps, so that a stored belief and one that was just fitted have the same bytes."""


@dataclass(frozen=True, slots=True)
class Particles:
    """Rows of one value per name, every row equally likely; `rows` is a tuple of tuples, so that it is frozen and plain.

    Parameters that are not named here keep their own independent belief.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, columns: Mapping[str, FloatArray]) -> Particles:
        """From equally long columns by name, in order of their first principal component.

        That order makes neighbours alike, so that evenly spread uniforms pick rows evenly spread over the belief.
        """
        names = tuple(columns)
        if not names:
            return cls((), ())
        table = np.column_stack([columns[name] for name in names])
        spread = table.std(axis=0)
        scaled = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        axis = np.linalg.svd(scaled, full_matrices=False)[2][0]
        axis = axis * np.sign(axis[np.argmax(np.abs(axis))])
        order = np.argsort(np.round(scaled @ axis, 9), kind="stable")
        return cls(names, tuple(tuple(float(f"{value:.{DIGITS}g}") for value in row) for row in table[order].tolist()))

    def column(self, name: str) -> FloatArray:
        """Every row's value of one parameter; ValueError for a name that is not here."""
        return np.array([row[self.names.index(name)] for row in self.rows])

    def drawn(self, u: FloatArray) -> dict[str, FloatArray]:
        """Whole rows picked by uniforms in (0, 1): one column per name, correlations kept; nothing without rows."""
        if not self.rows:
            return {}
        table = np.array(self.rows)[np.minimum((u * len(self.rows)).astype(np.int64), len(self.rows) - 1)]
        return {name: table[:, place] for place, name in enumerate(self.names)}

    def means(self) -> dict[str, float]:
        """The mean of every parameter by name."""
        return {name: float(self.column(name).mean()) for name in self.names}


def side_by_side(one: Particles, other: Particles) -> Particles:
    """Two independent beliefs over different parameters as one; a name in both is taken from `other`.

    The rows of `one` are dealt anew by a fixed draw, because both are in an order of their own.
    """
    if not one.rows or not other.rows:
        return other if not one.rows else one
    size = max(len(one.rows), len(other.rows))
    rng = np.random.default_rng(size)
    places = [rng.permutation(size) % len(one.rows), np.arange(size) * len(other.rows) // size]
    columns = {
        name: part.column(name)[place] for part, place in zip((one, other), places, strict=True) for name in part.names
    }
    return Particles.of(columns)


NOTHING = Particles((), ())
"""The belief that says nothing: every parameter keeps its own."""
