"""Logged decisions as columns: who was decided for, what was done, how likely that was, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray
from campaigns.creative import NO_CONTACT
from delivery.off_policy.errors import BadLogs

ROUNDING = 1e-6
"""How far from 1 the probabilities of one decision may add up."""


@dataclass(frozen=True, slots=True)
class Logs:
    """Decisions, one per row: `features` (rows, columns), `action` 0..`actions`-1 or `NO_CONTACT`, the `propensity` of
    that action when it was chosen (exact, (0, 1]; NaN or 0 where it is not known) and its `reward`.

    Rewards must lie in the declared `low` to `high`, in their own unit. `unit` numbers the people from 0: rows of one
    unit may depend on each other (None: every row stands alone). `shares`, where the log has them, are the propensities
    of all actions, (rows, `actions` + 1) with no contact first. BadLogs when a value breaks its rule.
    """

    features: FloatArray
    action: IntArray
    propensity: FloatArray
    reward: FloatArray
    actions: int
    low: float
    high: float
    unit: IntArray | None = None
    shares: FloatArray | None = None

    def __post_init__(self) -> None:
        rows = len(self.action)
        if not rows:
            raise BadLogs("The log holds no decision, so no policy can be scored on it; log decisions first.")
        if not np.isfinite(self.low) or not np.isfinite(self.high) or not self.low < self.high:
            raise BadLogs(
                f"Rewards from {self.low:g} to {self.high:g} are no range; declare two finite ends, low first."
            )
        lengths = {len(self.features), rows, len(self.propensity), len(self.reward)}
        if self.unit is not None:
            lengths.add(len(self.unit))
        if len(lengths) > 1 or self.features.ndim != 2:
            raise BadLogs(
                f"The log's columns have lengths {sorted(lengths)}; give features, action, propensity and reward of every decision."
            )
        self._sound()

    @property
    def rows(self) -> int:
        """Number of decisions."""
        return len(self.action)

    @property
    def column(self) -> IntArray:
        """The place of each decision's action in a table with no contact first."""
        return np.asarray(self.action, np.int64) + 1

    @property
    def people(self) -> IntArray:
        """The unit of each decision, numbered from 0 without gaps."""
        if self.unit is None:
            return np.arange(self.rows)
        return np.unique(self.unit, return_inverse=True)[1].astype(np.int64)

    def _sound(self) -> None:
        if not np.isfinite(self.features).all():
            raise BadLogs("A feature in the log is not a finite number; fill or leave out such decisions.")
        strange = (self.action < NO_CONTACT) | (self.action >= self.actions)
        if strange.any():
            raise BadLogs(
                f"Action {self.action[strange][0]} is none of the log's {self.actions}; give 0 to {self.actions - 1}, or {NO_CONTACT} for no contact."
            )
        probabilities_kept(self.propensity)
        outside = ~((self.reward >= self.low) & (self.reward <= self.high))
        if outside.any():
            raise BadLogs(
                f"{_counted(outside, 'reward')} outside the declared {self.low:g} to {self.high:g}, like {self.reward[outside][0]:g}; mend the rewards or declare their range."
            )
        if len(np.unique(self.action)) == 1:
            raise BadLogs(
                f"Every one of the {self.rows} decisions is action {self.action[0]}; a log with one action only says nothing about another."
            )
        if self.shares is not None:
            distributions_kept(self.shares, (self.rows, self.actions + 1), "the log")


def probabilities_kept(propensity: FloatArray) -> None:
    """BadLogs when a known propensity is negative or above 1."""
    strange = (propensity < 0) | (propensity > 1)
    if strange.any():
        raise BadLogs(
            f"{_counted(strange, 'logged propensity', 'logged propensities')} outside 0 to 1, like {propensity[strange][0]:g}; log the probability with which each action was chosen."
        )


def distributions_kept(shares: FloatArray, shape: tuple[int, int], whose: str) -> None:
    """BadLogs unless every row is a distribution over no contact and the actions."""
    if shares.shape != shape:
        raise BadLogs(f"The probabilities of {whose} have shape {shares.shape}; give {shape}, no contact first.")
    wrong = ~((shares >= 0).all(axis=1) & (np.abs(shares.sum(axis=1) - 1) <= ROUNDING))
    if wrong.any():
        raise BadLogs(
            f"{_counted(wrong, 'row')} negative, missing or not adding up to 1 among the probabilities of {whose}; give each decision a distribution over its actions."
        )


def _counted(which: BoolArray, one: str, many: str = "") -> str:
    number = int(which.sum())
    return f"1 {one} is" if number == 1 else f"{number} {many or one + 's'} are"
