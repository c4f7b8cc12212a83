"""Rewards taken in: the declared range kept, and per arm the sums that a linear model needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray
from delivery.decide.errors import BadDecision


@dataclass(frozen=True, slots=True)
class Declared:
    """The range in which rewards may lie, in the reward's unit; both ends count."""

    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise BadDecision(f"Rewards from {self.low:g} to {self.high:g} are none; give a range that is not empty.")


class Evidence:
    """Sums of features and rewards per arm: `square` (arms, features, features), `cross` (arms, features), `seen` (arms).

    `seen` counts rewards by their weight. An arm without data has sums of 0, so that its prior stands.
    """

    def __init__(self, arms: int, features: int, declared: Declared) -> None:
        self.declared = declared
        self.square: FloatArray = np.zeros((arms, features, features))
        self.cross: FloatArray = np.zeros((arms, features))
        self.seen: FloatArray = np.zeros(arms)
        self.changed = np.ones(arms, bool)

    def add(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        """Take in rewards of decisions: `arm` (people), `x` (people, features), `reward` (people), `weight` >= 0.

        BadDecision, and nothing taken in, for an unknown arm, features that are not finite, or a reward outside the
        declared range.
        """
        code, value = np.asarray(arm, np.int64), np.asarray(reward, np.float64)
        columns = np.asarray(x, np.float64)
        heavy = np.ones(value.shape) if weight is None else np.asarray(weight, np.float64)
        self._sound(code, columns, value, heavy)
        order = np.argsort(code, kind="stable")
        ends = np.searchsorted(code[order], np.arange(len(self.seen) + 1))
        for place in np.flatnonzero(np.diff(ends)):
            rows = order[ends[place] : ends[place + 1]]
            held = columns[rows] * heavy[rows, None]
            self.square[place] += held.T @ columns[rows]
            self.cross[place] += held.T @ value[rows]
            self.seen[place] += float(heavy[rows].sum())
            self.changed[place] = True

    def discount(self, keep: float) -> None:
        """Let everything seen so far count `keep` (0-1] times what it did."""
        if keep < 1:
            self.square *= keep
            self.cross *= keep
            self.seen *= keep
            self.changed[:] = True

    @property
    def mean_square(self) -> FloatArray:
        """Mean of x x' over the people learnt from, each by the weight of its reward and forgotten as that is, shape
        (features, features); the identity, that of standard normal features, before anybody."""
        return self._mean_of(self.square.sum(axis=0))

    def _mean_of(self, total: FloatArray) -> FloatArray:
        people = float(self.seen.sum())
        return total / people if people > 0 else np.eye(len(total))

    def _sound(self, code: npt.NDArray[np.int64], columns: FloatArray, value: FloatArray, heavy: FloatArray) -> None:
        arms, features = self.cross.shape
        if columns.ndim != 2 or columns.shape[1] != features or not len(code) == len(columns) == len(value):
            raise BadDecision(
                f"{len(code)} arms, features of shape {columns.shape} and {len(value)} rewards: give one arm, one reward and {features} features each."
            )
        if not np.isfinite(columns).all():
            raise BadDecision("A feature is not a finite number; fill or leave out such people before learning.")
        strange = (code < 0) | (code >= arms)
        if strange.any():
            raise BadDecision(f"Arm {code[strange][0]} is none of the {arms} arms; give one from 0 to {arms - 1}.")
        low, high = self.declared.low, self.declared.high
        outside = ~((value >= low) & (value <= high) & np.isfinite(value))
        if outside.any():
            raise BadDecision(
                f"A reward of {value[outside][0]} is outside the declared {low:g} to {high:g}; mend the reward or declare its range."
            )
        if heavy.shape != value.shape or not np.isfinite(heavy).all() or (heavy < 0).any():
            raise BadDecision("A weight is negative, not finite or missing; give one of at least 0 for each reward.")
