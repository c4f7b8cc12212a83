"""Parameters as standard normal scores, so that every prior looks alike to the sampler and no step leaves its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import stats
from scipy.special import ndtr

from campaigns.contact import FloatArray
from tools.prediction.priors import RESPONSE_PRIORS

REACH = 6.5
"""Scores beyond this many sd of a prior are taken to be at it."""
_GRID = np.linspace(-REACH, REACH, 1301)


class Belief(Protocol):
    """Anything with a name and an inverse distribution function: a response prior, or an unknown of one test."""

    @property
    def name(self) -> str: ...

    def quantile(self, u: FloatArray) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class Space:
    """The priors of the parameters that a fit may move, by name; `scores` are columns of shape (particles, names)."""

    priors: tuple[Belief, ...]
    tables: tuple[FloatArray, ...]

    @classmethod
    def of(cls, names: Sequence[str], extra: Sequence[Belief] = ()) -> Space:
        """The space of these response priors (in the table's order) and of `extra` ones; KeyError for an unknown name."""
        known = {prior.name: prior for prior in RESPONSE_PRIORS}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise KeyError(unknown[0])
        chosen: tuple[Belief, ...] = (*(prior for prior in RESPONSE_PRIORS if prior.name in set(names)), *extra)
        # A prior's inverse is slow where it is a beta's; between 1,301 grid points it is a straight line to 1e-5.
        return cls(chosen, tuple(np.asarray(prior.quantile(ndtr(_GRID)), np.float64) for prior in chosen))

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the columns."""
        return tuple(prior.name for prior in self.priors)

    def values(self, scores: FloatArray) -> dict[str, FloatArray]:
        """Parameter columns by name from scores."""
        return {
            name: np.interp(scores[:, place], _GRID, table)
            for place, (name, table) in enumerate(zip(self.names, self.tables, strict=True))
        }

    def start(self, particles: int, seed: int) -> FloatArray:
        """Scores spread evenly over the joint prior (Latin hypercube; McKay and others, 1979)."""
        if not self.priors:
            return np.zeros((particles, 0))
        u = stats.qmc.LatinHypercube(len(self.priors), rng=np.random.default_rng(seed)).random(particles)
        return np.asarray(stats.norm.ppf(np.clip(u, 1e-9, 1 - 1e-9)))
