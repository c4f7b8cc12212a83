"""Who is contacted when uplift is known with an error: those it surely helps, a few of the unsure, nobody it surely harms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from tools.prediction.errors import NoUplift
from tools.prediction.uplift_trial import Floats

SURE = 0.8
"""Probability with which a contact has to be worth more than it costs (the authors' judgement)."""
EXPLORE = 0.01
"""Share of the people left over, unless surely harmed, who are contacted at random so that the next test knows them."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Columns over the people: `action` is the place of an arm or -1 for none, `propensity` the probability of just
    that; `spared` are those whom every arm costs more than it brings with the stated probability."""

    action: npt.NDArray[np.int16]
    propensity: Floats
    spared: npt.NDArray[np.bool_]


def choose(
    mean: Floats,
    error: Floats,
    cost: Floats,
    uniforms: Floats,
    contacts: int | None = None,
    sure: float = SURE,
    explore: float = EXPLORE,
) -> Chosen:
    """The arm of everybody whose lower bound of uplift less cost is above 0, highest bounds first, up to `contacts`.

    `mean` and `error` are (people, arms) as `Uplift.predict` gives them, `cost` (arms) in the same unit, `uniforms` one
    number in [0, 1) per person. Of the others, those whose upper bound is above 0 get their most promising arm with
    probability `explore`, within the same number of contacts on average. NoUplift for shares that cannot be.
    """
    if not (0.5 <= sure < 1 and 0 <= explore < 1):
        raise NoUplift(
            f"sure {sure:g} and explore {explore:g}: give a probability of 0.5 to below 1, and a share of 0 to below 1."
        )
    people, reach = np.arange(len(mean)), float(norm.ppf(sure))
    worth = mean - cost
    low, high = worth - reach * error, worth + reach * error
    best, hope = low.argmax(axis=1), high.argmax(axis=1)
    bound, spared = low[people, best], high[people, hope] <= 0
    order = np.argsort(-bound, kind="stable")
    taken, open_ = int((bound > 0).sum()), int((~spared).sum())
    if contacts is not None:
        # taken + explore * (open - taken) = contacts
        explore = min(explore, contacts / max(open_, 1))
        taken = min(taken, int((contacts - explore * open_) / (1 - explore)))
    unsure = ~spared
    unsure[order[:taken]] = False
    tried = unsure & (uniforms < explore)
    action = np.where(tried, hope, -1)
    action[order[:taken]] = best[order[:taken]]
    propensity = np.where(tried, explore, np.where(unsure, 1 - explore, 1.0))
    return Chosen(action.astype(np.int16), propensity, spared)
