"""Who gets what now: a softmax over actions and no contact, with exact propensities, learning from clicks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray, KeyArray, SmallArray
from campaigns.creative import NO_CONTACT
from campaigns.keys import uniforms
from delivery.values import Values

PRIOR_SENDS = 150.0
"""Weight of the prior click rate, in messages: an action keeps its prior until about as many were sent."""
TEMPERATURE = 0.05
"""Softmax temperature as a share of the plan's typical best value: small means greedy."""
BLOCK = 1 << 15
"""Decisions made at a time; their columns fit into the processor's cache."""
_CHOICE = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision per person: action (`NO_CONTACT` or a place in the plan's creatives), its probability (0-1] and
    the expected value of the action in micros."""

    action: SmallArray
    propensity: FloatArray
    value: FloatArray

    def take(self, places: IntArray) -> Choice:
        """The decisions at these places, in their order."""
        return Choice(self.action[places], self.propensity[places], self.value[places])


class Chooser(Protocol):
    """Anything that decides for a batch of people and learns from what was sent and clicked."""

    def choose(self, rows: IntArray, keys: KeyArray, sends_7d: IntArray, allowed: BoolArray) -> Choice:
        """One action per person among the allowed ones (shape people x actions) and no contact."""

    def learn(self, sent: SmallArray, clicked: SmallArray) -> None:
        """Take in the actions of messages sent and of messages clicked."""


@dataclass(slots=True)
class Decider:
    """Chooses actions by their expected margin; keeps sends and clicks per action as all its memory.

    `explore` is the share (0-1) of decisions spread evenly over every allowed action, no contact included.
    """

    values: Values
    explore: float
    seed: int
    sends: FloatArray = field(init=False)
    clicks: FloatArray = field(init=False)
    _scale: float = field(init=False)

    def __post_init__(self) -> None:
        self.sends = np.zeros(len(self.values.click))
        self.clicks = np.zeros(len(self.values.click))
        people = np.arange(len(self.values.loss))
        best = [
            (self.values.response(rows) - self.values.cost[:, None] - self.values.loss[rows]).max(axis=0)
            for rows in _blocks(people)
        ]
        typical = float(np.mean(np.abs(np.concatenate(best)))) if len(people) else 1.0
        self._scale = max(TEMPERATURE * typical, 1.0)

    def lift(self) -> FloatArray:
        """Posterior mean click rate over prior click rate, per action (1 = as expected)."""
        prior = self.values.click
        return (PRIOR_SENDS * prior + self.clicks) / ((PRIOR_SENDS + self.sends) * prior)

    def expected(self, rows: IntArray, sends_7d: IntArray) -> FloatArray:
        """Expected net margin in micros of each action for these people, shape (actions, people)."""
        response = self.values.response(rows)
        response *= self.lift()[:, None]
        response *= np.exp(-self.values.fatigue * sends_7d)
        response -= self.values.cost[:, None]
        response -= self.values.loss[rows]
        return response

    def choose(self, rows: IntArray, keys: KeyArray, sends_7d: IntArray, allowed: BoolArray) -> Choice:
        """One action per person among the allowed ones (shape people x actions) and no contact, worth 0."""
        if len(rows) <= BLOCK:
            return self._choose(rows, keys, sends_7d, allowed)
        parts = [
            self._choose(rows[part], keys[part], sends_7d[part], allowed[part])
            for part in _blocks(np.arange(len(rows)))
        ]
        columns = zip(*((part.action, part.propensity, part.value) for part in parts), strict=True)
        return Choice(*(np.concatenate(column) for column in columns))

    def _choose(self, rows: IntArray, keys: KeyArray, sends_7d: IntArray, allowed: BoolArray) -> Choice:
        # One row per action: sums and maxima over a handful of actions are then as wide as the people.
        value = np.concatenate([np.zeros((1, len(rows))), self.expected(rows, sends_7d)])
        mask = np.concatenate([np.ones((1, len(rows)), bool), allowed.T])
        probability = self._probabilities(value, mask)
        edges = np.cumsum(probability, axis=0)
        draw = uniforms(self.seed, keys, _CHOICE) * edges[-1]
        place = (draw >= edges).sum(axis=0)
        people = np.arange(len(rows))
        return Choice(
            action=(place - 1).astype(np.int16),
            propensity=probability[place, people],
            value=value[place, people],
        )

    def learn(self, sent: SmallArray, clicked: SmallArray) -> None:
        """Take in the actions of messages sent and of messages clicked."""
        size = len(self.sends)
        self.sends += np.bincount(sent, minlength=size)
        self.clicks += np.bincount(clicked, minlength=size)

    def _probabilities(self, value: FloatArray, mask: BoolArray) -> FloatArray:
        score = np.where(mask, value / self._scale, -np.inf)
        weight = np.exp(score - score.max(axis=0))
        weight *= (1 - self.explore) / weight.sum(axis=0)
        weight += mask * (self.explore / mask.sum(axis=0))
        return np.asarray(weight)


def _blocks(places: IntArray) -> list[IntArray]:
    """The places in runs of at most `BLOCK`, at least one, so that a million decisions need the memory of one run."""
    return [places[start : start + BLOCK] for start in range(0, max(len(places), 1), BLOCK)]


def dearest_first(choice: Choice) -> IntArray:
    """Places of the decisions that are contacts, most valuable first, so that short money goes to them."""
    wanted = np.flatnonzero(choice.action != NO_CONTACT)
    return wanted[np.argsort(-choice.value[wanted], kind="stable")]
