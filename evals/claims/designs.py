"""Designs without person-level control, and many variables at once: coverage and false discoveries."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from evals.claims.row import Row, row
from tools.experiment.factorial import factorial_effects
from tools.experiment.geo import geo_effect, matched_markets
from tools.experiment.switchback import switchback, switchback_effect

INSIDE, SEEN, FALSE = "truth inside", "effect seen", "false discoveries among discoveries"
SWITCHBACK, GEO, FACTORIAL = "switchback, 20 pairs", "geo test, 15 pairs", "factorial, 10 variables, FDR 10 %"


def switchbacks(rng: np.random.Generator, runs: int, lift: float = 1.0) -> list[Row]:
    """Hourly outcomes with a day's season, memory and a carry-over of two hours, which the burn-in leaves out."""
    plan_periods, hours = 240, np.arange(240)
    inside, seen = np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        plan = switchback(plan_periods, block=6, burn_in=2, seed=int(rng.integers(2**31)))
        on = plan.treated.astype(float)
        works = 0.7 * on + 0.2 * np.r_[on[0], on[:-1]] + 0.1 * np.r_[on[0], on[0], on[:-2]]
        noise = lfilter([1], [1, -0.6], rng.normal(0, 1, plan_periods))
        effect = switchback_effect(plan, 10 + 3 * np.sin(hours * np.pi / 12) + noise + lift * works, seed=run)
        inside[run], seen[run] = effect.low <= lift <= effect.high, effect.significant
    world = "hours with season, memory, carry-over"
    return [row(world, SWITCHBACK, INSIDE, inside.mean(), runs, 1), row(world, SWITCHBACK, SEEN, seen.mean(), runs, 1)]


def geos(rng: np.random.Generator, runs: int, lift: float = 0.7) -> list[Row]:
    """Thirty regions of different size with shared weeks, 12 weeks before and 8 during."""
    inside, seen = np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        size, week = rng.lognormal(3, 0.5, 30), rng.normal(0, 1, (20, 1))
        outcome = size * (1 + 0.02 * week) + rng.normal(0, 1, (20, 30))
        markets = matched_markets(outcome[:12], seed=int(rng.integers(2**31)))
        outcome[12:, list(markets.treated)] += lift
        effect = geo_effect(markets, outcome[:12], outcome[12:], seed=run)
        inside[run], seen[run] = effect.low <= lift <= effect.high, effect.significant
    world = "regions that share their weeks"
    return [row(world, GEO, INSIDE, inside.mean(), runs, 1), row(world, GEO, SEEN, seen.mean(), runs, 1)]


def factorials(rng: np.random.Generator, runs: int, people: int = 8_000) -> list[Row]:
    """Ten two-level variables drawn with unequal chances: three work, two of them together; 50 of 55 effects are none."""
    names = [f"variable {number}" for number in range(10)]
    working = {(names[0],), (names[1],), (names[2],), (names[0], names[1])}
    shares = rng.uniform(0.3, 0.7, len(names))
    false, found = np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        codes = (rng.random((people, len(names))) < shares).astype(np.int64)
        propensity = np.where(codes == 1, shares, 1 - shares).prod(1)
        lift = 0.15 * codes[:, 0] + 0.2 * codes[:, 1] + 0.15 * codes[:, 2] + 0.3 * codes[:, 0] * codes[:, 1]
        effects = factorial_effects(
            rng.normal(0, 1, people) + lift, dict(zip(names, codes.T, strict=True)), propensity, q=0.1
        )
        called = {tuple(name for name, _ in effect.levels) for effect in effects if effect.discovered}
        false[run], found[run] = len(called - working) / max(len(called), 1), len(called & working) / len(working)
    world = "ten personalised variables, four effects planted"
    return [row(world, FACTORIAL, FALSE, false.mean(), runs, 1), row(world, FACTORIAL, SEEN, found.mean(), runs, 1)]
