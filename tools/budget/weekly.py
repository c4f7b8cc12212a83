"""Where the money of the next week goes: towards what most probably pays, with a stated share spent on finding out.

A move is proposed from the present spend towards the allocation that is best on average over the posterior, mixed with the
best allocation of one draw of it (Thompson, 1933; Russo et al., 2018): the exploration share. Nothing moves unless the
posterior is sure enough that the best allocation earns more than the present one, and enough more to matter; and no week
moves more than the step allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.budget.allocate import Group, allocate
from tools.budget.errors import BudgetError
from tools.budget.fit import Posterior
from tools.budget.shapes import Column, Hill

LEVEL = 0.9
"""Probability of the intervals of marginal returns."""


@dataclass(frozen=True, slots=True)
class Caution:
    """How money may move: `explore` the share (0-1) of a move that goes to one draw's best allocation, `sure` the
    posterior probability that a move helps, `matters` the least gain as a share of the value, both needed to move,
    `step` the most that a week may move, as a share (0-1) of the money."""

    explore: float = 0.1
    sure: float = 0.8
    matters: float = 0.005
    step: float = 0.25

    def __post_init__(self) -> None:
        for name in ("explore", "sure", "matters", "step"):
            if not 0 <= getattr(self, name) <= 1:
                raise BudgetError(f"A {name} of {getattr(self, name):g} is no share; give one from 0 to 1.")


@dataclass(frozen=True, slots=True)
class Move:
    """Next week's spend in whole micros per cell, and why.

    `moved` is the share of the money that changes cells; `sure` the posterior probability that the best allocation earns
    more than the present one, `gain` by how many micros a week on average. `marginal` (3, cells) is the mean marginal
    return at the new spend and its 90 % interval. `held` is true when nothing moves.
    """

    spend: npt.NDArray[np.int64]
    moved: float
    sure: float
    gain: float
    explored: float
    marginal: Column
    held: bool
    why: str


def next_week(
    present: npt.ArrayLike,
    posterior: Posterior,
    budget: int,
    most: npt.ArrayLike,
    least: npt.ArrayLike = 0,
    groups: Sequence[Group] = (),
    caution: Caution | None = None,
    seed: int = 0,
) -> Move:
    """The move from the `present` spend (micros a week per cell) within the limits; same arguments, same move.

    `most` is finite. BudgetError as in `allocate`, and when the present spend is negative or passes the budget.
    """
    careful = caution or Caution()
    now = np.asarray(present, np.float64)
    if not np.isfinite(now).all() or (now < 0).any():
        raise BudgetError("The present spend has a negative or endless amount; state what each cell spends, from 0.")
    if int(now.sum()) > budget:
        raise BudgetError(
            f"The present spend of {now.sum():.0f} micros passes the budget of {budget}; raise it or cut spend first."
        )
    upper = np.broadcast_to(np.asarray(most, np.float64), now.shape)
    rng = np.random.default_rng(seed)
    tiny = float(np.finfo(float).tiny)
    best = allocate(_typical(posterior, upper), budget, least, upper, tiny, groups).spend.astype(np.float64)
    before, after = posterior.value(now).sum(axis=1), posterior.value(best).sum(axis=1)
    sure, gain = float((after > before).mean()), float((after - before).mean())
    if sure < careful.sure or gain < careful.matters * float(before.mean()):
        why = (
            f"No money moves: the best allocation found earns more than the present one with probability {sure:.2f} and "
            f"{gain / max(float(before.mean()), 1.0):+.1%} on average; {careful.sure:.2f} and {careful.matters:.1%} are needed. "
        )
        return _move(now, now, posterior, sure, gain, 0.0, True, why + posterior.told())
    one = int(rng.integers(len(posterior.top)))
    tried = allocate(posterior.steady(one, upper), budget, least, upper, tiny, groups).spend.astype(np.float64)
    wanted = (1 - careful.explore) * best + careful.explore * tried
    distance = _moved(now, wanted)
    pace = min(1.0, careful.step / distance) if distance > 0 else 0.0
    spend = now + pace * (wanted - now)
    why = (
        f"The best allocation found earns more with probability {sure:.2f}, {gain / max(float(before.mean()), 1.0):+.1%} on "
        f"average; {careful.explore:.0%} of the move explores. {posterior.told()}"
    )
    return _move(now, spend, posterior, sure, gain, careful.explore, False, why)


def thompson(
    posterior: Posterior, budget: int, most: npt.ArrayLike, seed: int = 0, least: npt.ArrayLike = 0
) -> npt.NDArray[np.int64]:
    """The best allocation of one draw of the posterior: whole micros per cell."""
    draw = int(np.random.default_rng(seed).integers(len(posterior.top)))
    upper = np.broadcast_to(np.asarray(most, np.float64), (posterior.top.shape[1],))
    return allocate(posterior.steady(draw, upper), budget, least, upper, float(np.finfo(float).tiny)).spend


def marginal_return(posterior: Posterior, spend: Column) -> Column:
    """Mean marginal return at a spend and its 90 % interval, shape (3, cells): mean, low, high."""
    each = posterior.marginal(np.maximum(spend, 1.0))
    low, high = np.quantile(each, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return np.stack([each.mean(axis=0), low, high])


def _typical(posterior: Posterior, most: Column) -> Hill:
    """One curve per cell that stands for its draws: means of top and steepness, geometric mean of half at steady spend."""
    half = np.exp(np.log(posterior.half * (1 - posterior.adstock)).mean(axis=0))
    flat = np.zeros(len(half))
    return Hill(posterior.top.mean(axis=0), half, posterior.steep.mean(axis=0), flat, most)


def _moved(before: Column, after: Column) -> float:
    return float(np.maximum(after - before, 0.0).sum() / max(before.sum(), after.sum(), 1.0))


def _move(
    now: Column, spend: Column, posterior: Posterior, sure: float, gain: float, explored: float, held: bool, why: str
) -> Move:
    whole = np.floor(spend).astype(np.int64)
    marginal = marginal_return(posterior, spend)
    return Move(whole, _moved(np.floor(now), whole.astype(np.float64)), sure, gain, explored, marginal, held, why)
