"""Twelve weeks of weekly money under one rule: what it earned, what it moved, and what its last allocation is worth.

All rules see the same tests: each cell's incremental value of the week with the same noise. They start from an even split
and may move a quarter of the money a week.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evals.budget.worlds import A_CELL, CELLS, HALF, MOST, TOP, WEEKS, Market
from tools.budget.allocate import allocate
from tools.budget.evidence import Evidence
from tools.budget.fit import fit
from tools.budget.shapes import Column
from tools.budget.weekly import Caution, next_week

BUDGET = CELLS * A_CELL
STEP = Caution().step
DRAWS = 200


@dataclass(frozen=True, slots=True)
class Lived:
    """`regret` of the last allocation to the oracle's (share), `earned` over the weeks as a share of the oracle's weeks,
    `moved` mean share of the money moved a week, `largest` week's spend in micros, `covered` share of the cells whose true
    marginal return lies in the stated 90 % interval at the end (nan for rules that state none)."""

    regret: float
    earned: float
    moved: float
    largest: int
    covered: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule knows at the end of a week: tables (weeks, cells) of spend and of the test's value, and the world."""

    spend: list[Column]
    value: list[Column]
    world: Market
    seed: int


Rule = Callable[[Seen], tuple[Column, float]]
"""Next week's spend, and the share of cells whose true marginal return lies in the interval that the rule states."""


def live(world: Market, rule: Rule, seed: int) -> Lived:
    """The weeks under a rule; the noise hangs on the seed alone."""
    rng = np.random.default_rng([seed, 1])
    steady = world.steady
    best = oracle(world)
    spend, carried, ideal = np.full(CELLS, float(A_CELL)), np.zeros(CELLS), np.zeros(CELLS)
    seen = Seen([], [], world, seed)
    earned = possible = 0.0
    moved, largest, covered = [], 0, float("nan")
    for _ in range(WEEKS):
        value, carried = world.week(spend, carried)
        perfect, ideal = world.week(best, ideal)
        earned, possible = earned + float(value.sum()), possible + float(perfect.sum())
        largest = max(largest, int(spend.sum()))
        seen.spend.append(spend)
        seen.value.append(value + world.error * rng.standard_normal(CELLS))
        wanted, covered = rule(seen)
        moved.append(float(np.maximum(wanted - spend, 0.0).sum() / BUDGET))
        spend = wanted
    regret = 1 - float(steady.value(spend).sum() / steady.value(best).sum())
    return Lived(regret, earned / possible, float(np.mean(moved)), max(largest, int(spend.sum())), covered)


def oracle(world: Market) -> Column:
    """The best steady allocation by one who knows the curves."""
    return allocate(world.steady, BUDGET, most=MOST, floor=1e-300).spend.astype(np.float64)


def twinpilot(seen: Seen) -> tuple[Column, float]:
    """The product: posterior of the curves, then the cautious move."""
    week = len(seen.spend)
    error = np.full((CELLS, week), seen.world.error)
    evidence = Evidence.of("test", np.array(seen.spend).T, np.array(seen.value).T, error)
    posterior = fit(evidence, TOP, HALF, DRAWS, seed=1_000 * seen.seed + week)
    move = next_week(seen.spend[-1], posterior, BUDGET, MOST, seed=1_000 * seen.seed + week)
    spend = move.spend.astype(np.float64)
    true = seen.world.steady.marginal(spend)
    return spend, float(((move.marginal[1] <= true) & (true <= move.marginal[2])).mean())


def equal(seen: Seen) -> tuple[Column, float]:
    """The even split, for ever."""
    return seen.spend[-1], float("nan")


def greedy(seen: Seen) -> tuple[Column, float]:
    """Fill the cells whose mean return over the last four weeks was the highest."""
    return _filled(seen, np.array(seen.value[-4:]).sum(axis=0)), float("nan")


def last_click(seen: Seen) -> tuple[Column, float]:
    """The same by sales that last-click attribution credits: organic ones too."""
    return _filled(seen, np.array(seen.value[-4:]).sum(axis=0) + 4 * seen.world.organic), float("nan")


def _filled(seen: Seen, credited: Column) -> Column:
    returns = credited / np.maximum(np.array(seen.spend[-4:]).sum(axis=0), 0.01 * A_CELL)
    wanted, left = np.zeros(CELLS), float(BUDGET)
    for cell in np.argsort(-returns, kind="stable"):
        wanted[cell] = min(left, MOST)
        left -= wanted[cell]
    now = seen.spend[-1]
    distance = float(np.maximum(wanted - now, 0.0).sum()) / BUDGET
    return np.asarray(now + min(1.0, STEP / distance if distance > 0 else 1.0) * (wanted - now))


RULES: dict[str, Rule] = {
    "twinpilot": twinpilot,
    "equal split": equal,
    "last-click greedy": last_click,
    "greedy": greedy,
}
