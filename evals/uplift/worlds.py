"""People whose answer to a message is known: most are helped a little, some put off, and features tell in part who is who."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import rankdata

from campaigns.contact import BoolArray, FloatArray
from tools.prediction.uplift_trial import RandomisedTest

FEATURES = ("habit", "recency", "price_sense", "ignored", "tenure", "visits", "age_of_account", "basket")
"""Column by column standard normal; the last four say nothing of anybody's answer."""
MARGIN = 10.0
"""Margin of a purchase, whole currency."""
COST = 0.05
"""Price of a message."""
LIFT = 0.08
"""Purchases that a message adds for those most open to it who would never have bought (`anyway`)."""
ODDS = 0.6
"""Log odds of buying that a message adds for those most open to it (`undecided`)."""
FLAT = 0.03
"""Purchases that a message adds for everybody where nobody differs."""
LOSS = 0.35
"""Share of their own purchases that sleeping dogs withhold once contacted (the mean of the twin's prior)."""
HELPED = ("anyway", "undecided", "alike")
CONTROL = 0.5
"""Share of a pilot that is left alone."""


@dataclass(frozen=True, slots=True)
class People:
    """Columns over people: `features`, the chance to `buy` of their own accord, the `effect` of a message in margin
    (whole currency, before its price) and who is a sleeping `dog`."""

    features: FloatArray
    buy: FloatArray
    effect: FloatArray
    dog: BoolArray

    @property
    def size(self) -> int:
        """Number of people."""
        return len(self.buy)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of world: share of `dogs`, how strongly features tell them apart (`signal`, 0 not at all), and whom a
    message helps: `anyway`, least those who would have bought anyway; `undecided`, most those in two minds, likely
    buyers among them; `alike`, everybody by the same."""

    dogs: float
    signal: float
    helped: str = HELPED[0]


def people(kind: Kind, size: int, rng: np.random.Generator) -> People:
    """People of a world: dogs are frequent buyers who ignore messages, as far as the signal goes."""
    x = rng.standard_normal((size, len(FEATURES)))
    habit, recency, price, ignored = x.T[:4]
    buy = expit(-2.0 + 1.0 * habit + 0.5 * recency)
    latent = kind.signal * (habit + ignored) / np.sqrt(2) + rng.standard_normal(size)
    dog = np.zeros(size, bool)
    dog[np.argsort(-latent)[: round(kind.dogs * size)]] = True
    open_ = expit(1.2 * price - 0.5 * ignored)
    added = {
        "anyway": LIFT * open_ * (1 - buy),
        "undecided": expit(logit(buy) + ODDS * open_) - buy,
        "alike": np.full(size, FLAT),
    }[kind.helped]
    effect = np.where(dog, -LOSS * buy, added)
    return People(x, buy, MARGIN * effect, dog)


def pilot(of: People, rng: np.random.Generator) -> tuple[RandomisedTest, BoolArray]:
    """A randomised pilot on these people, and who bought."""
    arm = (rng.random(of.size) >= CONTROL).astype(np.int64)
    bought = rng.random(of.size) < of.buy + arm * of.effect / MARGIN
    chance = np.array([CONTROL, 1 - CONTROL])[arm]
    return RandomisedTest(
        FEATURES, of.features, ("none", "message"), arm, chance, np.where(bought, MARGIN, 0.0)
    ), bought


def discrimination(of: People) -> float:
    """The area under the curve of the best guess from features at who is a dog; 0.5 where they say nothing."""
    ranks = rankdata(of.features[:, 0] + of.features[:, 3])
    dogs = int(of.dog.sum())
    return float((ranks[of.dog].sum() - dogs * (dogs + 1) / 2) / (dogs * (of.size - dogs)))
