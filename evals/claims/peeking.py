"""Tests that are looked at 200 times: false claims where nothing works, coverage where something does, at every look."""

from __future__ import annotations

import numpy as np
from scipy import stats

from evals.claims.columns import Column, Tests, conversions, money
from evals.claims.row import Row, row
from tools.experiment.arm import Arm
from tools.experiment.effect import compared
from tools.experiment.sequential import at_any_look, half_width

LOOKS, PEOPLE, N_OPT = 200, 40_000, 10_000
"""Looks, people of both arms, and the tuning: a quarter of them."""
NAIVE, SEQUENCE, ONCE = "the usual test at every look", "confidence sequence", "the usual interval, once at the end"
FALSE, SEEN = "false claims", "effect seen"
EVERY, AT_END = "truth inside at every look", "truth inside at the end"


def nothing_works(rng: np.random.Generator, runs: int) -> list[Row]:
    """False claims of the usual test and of the sequence in null worlds: conversions, and money with most at 0."""
    rows = []
    for world, tests in (
        ("nothing works, conversions of 5 %", conversions(rng, runs, LOOKS, PEOPLE, 0.05, 0.05)),
        ("nothing works, money: 3 % buy, lognormal", money(rng, runs // 2, LOOKS, PEOPLE, (0.03, 0.03))),
        ("nothing works, 0.5 % convert, a tenth held out", conversions(rng, runs, LOOKS, PEOPLE, 0.005, 0.005, 0.1)),
        ("nothing works, money, a tenth held out", money(rng, runs // 2, LOOKS, PEOPLE, (0.03, 0.03), 0.1)),
    ):
        made, off = len(tests.se), np.abs(tests.estimate)
        z = stats.norm.isf(0.025)
        rows += [
            row(world, NAIVE, FALSE, (np.abs(tests.z) > z).any(1).mean(), made, LOOKS),
            row(world, SEQUENCE, FALSE, ((off > _half(tests)) & (tests.se > 0)).any(1).mean(), made, LOOKS),
        ]
    return rows


def something_works(rng: np.random.Generator, runs: int) -> list[Row]:
    """Coverage of planted effects: of the usual interval at the end, and of the sequence over all looks."""
    rows = []
    for world, tests, truth in (
        ("+15 % conversions planted", conversions(rng, runs, LOOKS, PEOPLE, 0.05, 0.0575), 0.0075),
        (
            "+20 % buyers planted, money",
            money(rng, runs // 2, LOOKS, PEOPLE, (0.036, 0.03)),
            0.006 * 20 * float(np.exp(0.5)),
        ),
    ):
        made, miss = len(tests.se), np.abs(tests.estimate - truth)
        last = miss[:, -1] <= stats.norm.isf(0.025) * tests.se[:, -1]
        rows += [
            row(world, ONCE, AT_END, last.mean(), made, 1),
            row(world, SEQUENCE, EVERY, (miss <= _half(tests)).all(1).mean(), made, LOOKS),
            row(world, SEQUENCE, AT_END, (miss[:, -1] <= _half(tests)[:, -1]).mean(), made, LOOKS),
            row(world, SEQUENCE, SEEN, (np.abs(tests.estimate) > _half(tests)).any(1).mean(), made, LOOKS),
        ]
    return rows


def adjusted(
    rng: np.random.Generator, runs: int, looks: int = 40, people: int = 4_000, lift: float = 0.05
) -> list[Row]:
    """The same with last year's purchases as covariate (CUPED), through the functions that a report uses."""
    every, last = np.zeros(runs, bool), np.zeros(runs, bool)
    for run in range(runs):
        rate = rng.gamma(0.8, 0.5, (2, people))
        now, before = rng.poisson(rate + np.array([[lift], [0.0]])).astype(float), rng.poisson(4 * rate).astype(float)
        treated = control = Arm.of(np.zeros(0))
        inside = True
        for part in np.split(np.arange(people), looks):
            treated += Arm.of(now[0, part], before[0, part])
            control += Arm.of(now[1, part], before[1, part])
            seen = at_any_look(treated, control, n_opt=people / 2)
            inside = inside and seen.low <= lift <= seen.high
        effect = compared(treated, control)
        every[run], last[run] = inside, effect.low <= lift <= effect.high
    world = "a lift planted in counts, adjusted by the year before"
    return [row(world, ONCE, AT_END, last.mean(), runs, 1), row(world, SEQUENCE, EVERY, every.mean(), runs, looks)]


def _half(tests: Tests) -> Column:
    return half_width(tests.n, tests.n * tests.cautious**2, 0.05, N_OPT)
