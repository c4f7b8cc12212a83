"""What kind of people an audience is: how recently and how often they bought, beside everybody in the workspace then.

Two places describe a kind, so that "lapsed", "active" or "buyers of a category" need no names: recency is days since
the last purchase, rate is baskets of the last 84 days. A place is the share of everybody who bought more recently, or
less often, at that instant (0 to 1, half of those who are equal): a workspace that grows or sleeps keeps its places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from campaigns.contact import FloatArray

FEWEST_SEEN = 30
"""An earlier audience of fewer people has no quartiles to speak of."""
NEAR = 0.05
"""Places this close are one: people who tie (nobody of a lapsed audience has a basket) move by as much between horizons."""
_GRID = np.linspace(0.0, 1.0, 201)
_QUARTILES = (0.25, 0.5, 0.75)

Quartiles = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Kind:
    """An audience's quartiles (25, 50, 75 %) of recency and of rate, each as places among everybody (0 to 1)."""

    recency: Quartiles
    rate: Quartiles

    def holds(self, other: Kind) -> bool:
        """Whether the typical person of the other audience lies in this one's middle half, by recency and by rate."""
        return all(
            mine[0] - NEAR <= theirs[1] <= mine[2] + NEAR
            for mine, theirs in ((self.recency, other.recency), (self.rate, other.rate))
        )

    @property
    def told(self) -> str:
        """The typical person in words."""
        return (
            f"the typical person bought less recently than {self.recency[1]:.0%} of everybody "
            f"and more often than {self.rate[1]:.0%}"
        )


@dataclass(frozen=True, slots=True)
class Everybody:
    """How recently (days) and how often (baskets in 84 days) a workspace's people bought at an instant: 201 quantiles each."""

    recency: tuple[float, ...]
    rate: tuple[float, ...]

    @classmethod
    def of(cls, people: pl.DataFrame) -> Everybody:
        """Everybody from a frame with `recency_days` and `baskets_84d`, one row a person, at least one."""
        recency, rate = (_quantiles(people[name]) for name in ("recency_days", "baskets_84d"))
        return cls(recency, rate)

    def kind(self, people: pl.DataFrame) -> Kind | None:
        """The kind of some of them, from the same columns; None of fewer than `FEWEST_SEEN`."""
        if len(people) < FEWEST_SEEN:
            return None
        return Kind(
            _places(self.recency, people["recency_days"]),
            _places(self.rate, people["baskets_84d"]),
        )


def like(asked: Kind, seen: Sequence[Kind]) -> int:
    """How many of the audiences seen are of the kind that is asked for."""
    return sum(kind.holds(asked) for kind in seen)


def _quantiles(column: pl.Series) -> tuple[float, ...]:
    return tuple(np.quantile(column.to_numpy(), _GRID).tolist())


def _places(everybody: tuple[float, ...], column: pl.Series) -> Quartiles:
    values: FloatArray = np.quantile(column.to_numpy(), _QUARTILES)
    below, upto = (np.searchsorted(everybody, values, side) for side in ("left", "right"))
    low, middle, high = ((below + upto) / (2 * len(everybody))).tolist()
    return low, middle, high
