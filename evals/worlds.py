"""Worlds with a known truth: what the system does not know about its customers, and the goal it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from simulator.parameters import Parameters, without_response

GOAL = (
    "Get customers who have not bought frozen fish in twelve weeks to buy it, at most ${budget}, no more than two messages "
    "a week, email and push, maximise conversions by 2024-10-27"
)


@dataclass(frozen=True, slots=True)
class TrueWorld:
    """One world: its goal, its planted behaviour, the share of people (0-1) who withdraw consent half way.

    `plant` makes the true parameters from typical ones. `as_assumed` says whether the truth lies where the twin's
    assumptions put it, so that a forecast can be held to its interval. `effect` says whether messages do anything.
    """

    name: str
    description: str
    plant: Callable[[Parameters], Parameters]
    budget: str = "5,000"
    withdrawing: float = 0.0
    as_assumed: bool = True
    effect: bool = True

    @property
    def goal(self) -> str:
        """The marketer's words."""
        return GOAL.format(budget=self.budget)


def _as_typical(parameters: Parameters) -> Parameters:
    return parameters


def _dogs(parameters: Parameters) -> Parameters:
    return replace(parameters, sleeping_dog_share=0.5, sleeping_dog_loss=0.9, incremental_share=0.3)


def _threshold(parameters: Parameters) -> Parameters:
    return replace(parameters, click_shape="threshold")


SMOKE: tuple[TrueWorld, ...] = (
    TrueWorld("planted lift", "messages work as the twin's assumptions expect on average", _as_typical),
    TrueWorld("null effect", "nobody reacts to any message", without_response, as_assumed=False, effect=False),
    TrueWorld(
        "sleeping dogs",
        "half of the people stop buying when they are written to, and most redemptions are of purchases made anyway",
        _dogs,
        as_assumed=False,
    ),
    TrueWorld(
        "budget too small to learn", "the same people with USD 5 to spend", _as_typical, budget="5", as_assumed=False
    ),
    TrueWorld("consent withdrawn", "three in ten withdraw their consent half way", _as_typical, withdrawing=0.3),
    TrueWorld("another response shape", "only the readier half answers at all", _threshold, as_assumed=False),
)
