"""One world with a known truth: a bandit learns in it and logs exact propensities, and other policies are scored on the log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import BoolArray, FloatArray
from campaigns.creative import NO_CONTACT
from delivery.decide import PooledThompson
from delivery.off_policy import BadLogs, Logs, Score, may_act, score

ARMS, FEATURES = 5, 4
ROWS, BATCH = 6_000, 300
"""Decisions logged in a world, and those between two refreshes of what the bandit believes."""
POPULATION = 100_000
"""People over whom a target's true value is taken."""
CLOSED = 0.05
"""Share of people for whom no action is allowed."""
METHODS = ("ips", "snips", "dr", "switch_dr")
LITTLE, MUCH = 0.05, 0.6
"""Shares of even exploration of the two logs of a world."""
WITHHELD = 2
"""The arm that the bandit may not use where the log is to have a hole."""


@dataclass(frozen=True, slots=True)
class Found:
    """A target in a world: its true value and gain, and what the score said; `estimates` by method, empty when the log
    was too thin (`enough` is false), `covered` whether the 95 % interval holds the truth, `leave` whether it may act."""

    truth: float
    gain: float
    estimates: dict[str, float]
    covered: dict[str, bool]
    enough: bool
    leave: bool


@dataclass(frozen=True, slots=True)
class Lived:
    """What a world showed: policies by a fair guess and by a poor one on a log that explored little, the fair one on a
    log that explored much; whether a hopeless target, and one outside what was possible, were refused."""

    fair: Found
    poor: Found
    explored: Found
    hopeless_refused: bool
    hole_refused: bool


@dataclass(frozen=True, slots=True)
class Nature:
    """True reward probabilities: logistic in the person's features with a curve that no linear model has."""

    weights: FloatArray
    curve: FloatArray

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Nature:
        """A world at random: base rates of about a fifth."""
        weights = rng.normal(0.0, 0.6, (FEATURES + 1, ARMS + 1))
        weights[0] -= 1.4
        return cls(weights, rng.normal(0.0, 0.4, ARMS + 1))

    def chance(self, x: FloatArray) -> FloatArray:
        """The probability of a reward for every person and action, no contact first."""
        score = x @ self.weights + np.square(x[:, 1:2]) * self.curve
        return np.asarray(1 / (1 + np.exp(-score)))


def people(rng: np.random.Generator, size: int) -> tuple[FloatArray, BoolArray]:
    """Features with a leading one, and which arms are allowed."""
    x = np.concatenate([np.ones((size, 1)), rng.normal(0.0, 1.0, (size, FEATURES))], axis=1)
    return x, np.repeat(rng.random((size, 1)) >= CLOSED, ARMS, axis=1)


def logged(
    nature: Nature, rng: np.random.Generator, seed: int, floor: float = LITTLE, withheld: bool = False
) -> tuple[Logs, FloatArray, BoolArray]:
    """A log of a learning bandit, the features as it saw them and what was allowed in each decision."""
    bandit = PooledThompson(ARMS, FEATURES + 1, draws=64, scale=0.4, floor=floor, seed=seed)
    x, allowed = people(rng, ROWS)
    if withheld:
        allowed[:, WITHHELD] &= x[:, 2] < 0
    chance = nature.chance(x)
    action, propensity = np.empty(ROWS, np.int64), np.empty(ROWS)
    reward, shares = np.empty(ROWS), np.zeros((ROWS, ARMS + 1))
    for start in range(0, ROWS, BATCH):
        part = slice(start, start + BATCH)
        action[part], propensity[part] = bandit.choose(x[part], rng.random(BATCH), allowed[part])
        shares[part, 1:] = bandit.propensities(x[part], allowed[part])
        hit = rng.random(BATCH) < chance[part][np.arange(BATCH), action[part] + 1]
        reward[part] = hit
        told = action[part] != NO_CONTACT
        bandit.learn(action[part][told], x[part][told], reward[part][told])
        bandit.refresh()
    shares[:, 0] = ~allowed.any(axis=1)
    # Propensities of all actions would name the hole at once; without them it must show in the weights.
    every = None if withheld else shares
    return Logs(x[:, 1:], action, propensity, reward, ARMS, 0.0, 1.0, shares=every), x, allowed


def softened(scores: FloatArray, allowed: BoolArray, share: float) -> FloatArray:
    """The policy that takes the best-scored allowed arm, and an even one in `share` of decisions; no contact first."""
    target = np.zeros((len(scores), ARMS + 1))
    open_ = allowed.any(axis=1)
    best = np.where(allowed, scores, -np.inf).argmax(axis=1) + 1
    target[np.arange(len(scores)), np.where(open_, best, 0)] = 1 - share
    target[:, 1:] += share * allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1)
    target[~open_, 0] = 1.0
    return target


def lived(seed: int) -> Lived:
    """One world from its seed: the log, the targets, their truth and their scores."""
    rng = np.random.default_rng(seed)
    nature = Nature.drawn(rng)
    logs, x, allowed = logged(nature, rng, seed)
    wide = logged(nature, rng, seed, MUCH)
    far, far_allowed = people(rng, POPULATION)
    chance = nature.chance(far)

    def found(log: tuple[Logs, FloatArray, BoolArray], guess: FloatArray, share: float) -> Found:
        kept, columns, open_ = log
        target = softened(columns @ guess, open_, share)
        truth = float((softened(far @ guess, far_allowed, share) * chance).sum(axis=1).mean())
        # The log's own policy is worth what the choices it made were worth to the people it made them for.
        earned = float(nature.chance(columns)[np.arange(ROWS), kept.column].mean())
        return judged(score(kept, target), truth, truth - earned)

    fair = nature.weights[:, 1:] + rng.normal(0.0, 0.4, (FEATURES + 1, ARMS))
    poor = nature.weights[:, 1:] + rng.normal(0.0, 1.2, (FEATURES + 1, ARMS))
    return Lived(
        fair=found((logs, x, allowed), fair, 0.0),
        poor=found((logs, x, allowed), poor, 0.5),
        explored=found(wide, fair, 0.0),
        hopeless_refused=bool(score(logs, hopeless(nature, logs, x, allowed)).short),
        hole_refused=refused_hole(nature, rng, seed),
    )


def judged(said: Score, truth: float, gain: float) -> Found:
    """What a score said, beside the truth."""
    inside = {
        name: bool((one := said.estimates[name]).low <= truth <= one.high)  # type: ignore[operator]
        for name in METHODS
        if said.estimates
    }
    return Found(
        truth=truth,
        gain=gain,
        estimates={name: one.value for name, one in said.estimates.items()},
        covered=inside,
        enough=not said.short,
        leave=may_act(said).allowed,
    )


def hopeless(nature: Nature, logs: Logs, x: FloatArray, allowed: BoolArray) -> FloatArray:
    """The policy that gives everybody their truly worst arm, which the bandit learns to leave alone."""
    worst = np.where(allowed, nature.chance(x)[:, 1:], np.inf).argmin(axis=1) + 1
    target = np.zeros((logs.rows, ARMS + 1))
    target[np.arange(logs.rows), np.where(allowed.any(axis=1), worst, 0)] = 1.0
    return target


def refused_hole(nature: Nature, rng: np.random.Generator, seed: int) -> bool:
    """Whether a target outside what the log's policy could do is refused, by the weights alone."""
    logs, x, _ = logged(nature, rng, seed, withheld=True)
    target = np.zeros((len(x), ARMS + 1))
    target[:, WITHHELD + 1] = 1.0
    try:
        return bool(score(logs, target).short)
    except BadLogs:
        return True
