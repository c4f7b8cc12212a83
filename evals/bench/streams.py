"""Streams of people for bandits: features, planted chances of a reward that may drift, and the luck of everybody.

The features of every person but the first, a constant 1, are standard normal, as a pipeline would hand them on. A
reward comes with the chance 1 / (1 + exp(1.5 - strength x . w_arm)), so that a linear model is a little wrong for
everyone. Luck is drawn once: whoever decides, a person given the same arm has the same reward.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from campaigns.contact import FloatArray, IntArray

STRENGTH, OFFSET = 2.5, 1.5
FACTORS = (10, 2, 4, 5)
"""Levels of creative, channel, offer and send slot whose combinations are 400 arms."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of stream: how many arms, features and people, how many decide before anything is learnt, whether the
    weights drift from one set to another that has nothing to do with it, and whether arms are combinations of `FACTORS`."""

    arms: int
    features: int
    people: int
    batch: int
    drifts: bool = False
    shared: bool = False

    @property
    def told(self) -> str:
        """In words, for a table."""
        kind = "drifting" if self.drifts else "shared structure" if self.shared else "stationary"
        return f"{self.arms} arms x {self.features} features, {kind}, {self.people:,} people"


class Stream:
    """The people of a `Shape`; the same seed gives the same people, chances and luck."""

    def __init__(self, shape: Shape, seed: int) -> None:
        rng = np.random.default_rng([seed, shape.arms, shape.features])
        self.shape = shape
        self._weights = (_combined if shape.shared else _independent)(shape, rng)
        self.x: FloatArray = rng.standard_normal((shape.people, shape.features))
        self.x[:, 0] = 1
        self._luck = rng.random(shape.people)
        self.uniforms: FloatArray = rng.random(shape.people)
        """What each person's decision is drawn with, whoever decides."""

    def chances(self, part: slice) -> FloatArray:
        """The true chance of a reward for each of these people under every arm, (people, arms)."""
        score = self.x[part] @ self._weights[0].T
        if self.shape.drifts:
            angle = np.pi / 2 * np.arange(self.shape.people)[part, None] / self.shape.people
            score = np.cos(angle) * score + np.sin(angle) * (self.x[part] @ self._weights[1].T)
        return np.asarray(1 / (1 + np.exp(OFFSET - STRENGTH * score)))

    def rewards(self, part: slice, chance: FloatArray) -> FloatArray:
        """1 or 0 for each of these people whose arm pays with this chance."""
        return (self._luck[part] < chance).astype(np.float64)

    @cached_property
    def lines(self) -> list[str]:
        """The people as Vowpal Wabbit reads them, each feature with a name of its own: numbers as names would collide
        with the places of other actions."""
        form = "| " + " ".join(f"f{place}:%.5f" for place in range(self.shape.features))
        return [form % tuple(row) for row in self.x.tolist()]


def combinations() -> IntArray:
    """The factor levels of the 400 arms of a shared stream, (arms, factors)."""
    return np.stack([axis.ravel() for axis in np.indices(FACTORS)], axis=1)


def _independent(shape: Shape, rng: np.random.Generator) -> FloatArray:
    """Weights of arms that have nothing in common, at the start and at the end."""
    return np.asarray(rng.standard_normal((2, shape.arms, shape.features)) / np.sqrt(shape.features))


def _combined(shape: Shape, rng: np.random.Generator) -> FloatArray:
    """Weights that are a sum over factor levels, with small deviations of each combination's own."""
    levels = combinations()
    if len(levels) != shape.arms:
        raise ValueError(f"{shape.arms} arms are not the {len(levels)} combinations of the factors; give that many.")
    weights = rng.standard_normal((1, shape.features)) * 0.3
    for factor, size in enumerate(FACTORS):
        weights = weights + (rng.standard_normal((size, shape.features)) * 0.4)[levels[:, factor]]
    return np.asarray((weights + rng.standard_normal(weights.shape) * 0.1)[None] / np.sqrt(shape.features))
