"""One world lived through: a pilot, then the same budget spent on new people by four ways of choosing them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray
from evals.uplift.worlds import COST, Kind, People, discrimination, people, pilot
from tools.prediction.uplift import Uplift
from tools.prediction.uplift_card import score_cards
from tools.prediction.uplift_choice import choose
from tools.prediction.uplift_linear import Linear

PILOT, FRESH = 40_000, 40_000
BUDGET = 0.3
"""Contacts that the money is enough for, as a share of the new people."""
POLICIES = ("propensity", "random", "uplift", "oracle")


@dataclass(frozen=True, slots=True)
class Lived:
    """What a world showed: per policy of `POLICIES` the contacts with a truly negative effect (`harmful`) and the true
    net value in whole currency, both per 1,000 contacts that the money is enough for; the area under the curve of the
    best guess at who is a dog; whether the card found the order usable."""

    harmful: FloatArray
    value: FloatArray
    area: float
    usable: bool


def lived(kind: Kind, seed: int) -> Lived:
    """The world of a seed."""
    rng = np.random.default_rng([seed, round(1000 * kind.dogs), round(1000 * kind.signal)])
    test, bought = pilot(people(kind, PILOT, rng), rng)
    fresh = people(kind, FRESH, rng)
    contacts = round(BUDGET * FRESH)
    contacted = test.arm == 1
    # Who buys when contacted is what a response model learns from past campaigns.
    likely = Linear.fit(test.features[contacted], bought[contacted].astype(np.float64)).predict(fresh.features)
    anybody = rng.permutation(FRESH)[:contacts]
    usable = score_cards(test, seed)[0].usable
    chosen = anybody
    if usable:
        mean, error = Uplift.fit(test, seed).predict(fresh.features)
        action = choose(mean, error, np.array([COST]), rng.random(FRESH), contacts).action
        chosen = np.flatnonzero(action >= 0)
    groups = (np.argsort(-likely)[:contacts], anybody, chosen, np.argsort(-fresh.effect)[:contacts])
    totals = np.array([_total(fresh, group) for group in groups]) / (contacts / 1000)
    return Lived(totals[:, 0], totals[:, 1], discrimination(fresh) if kind.dogs else 0.5, usable)


def _total(fresh: People, group: IntArray) -> tuple[float, float]:
    return float((fresh.effect[group] < 0).sum()), float((fresh.effect[group] - COST).sum())
