"""Tests whose arms a bandit chooses while it learns: Thompson sampling with a floor, looked at after every batch."""

from __future__ import annotations

import numpy as np
from scipy import stats

from evals.claims.row import Row, row
from tools.experiment.adaptive import Log, adaptive_sequence

LOOKS, BATCH, FLOOR, DRAWS = 50, 200, 0.05, 400
NAIVE, SEQUENCE = "the usual test at every look", "confidence sequence on logged propensities"
FALSE, EVERY, BIAS = "false claims", "truth inside at every look", "absolute bias at the end, conversions per person"


def learning(rng: np.random.Generator, runs: int) -> list[Row]:
    """False claims where both arms are alike, coverage and bias where one is better, runs of 10,000 people."""
    rows = []
    for world, rates in (("a bandit learns, arms alike", (0.1, 0.1)), ("a bandit learns, one arm better", (0.1, 0.13))):
        truth = rates[1] - rates[0]
        naive, false, inside, ends, plain = (np.zeros(runs) for _ in range(5))
        for run in range(runs):
            log = thompson(rng, rates)
            seen = adaptive_sequence(log, 1, 0, n_opt=LOOKS * BATCH / 2)
            counted, bought = _cumulative(log)
            share = bought / np.maximum(counted, 1)
            se = np.sqrt((share * (1 - share) / np.maximum(counted - 1, 1)).sum(0))
            off = share[1] - share[0]
            begun = counted.min(0) >= 100
            naive[run] = (begun & (np.abs(off - truth) > stats.norm.isf(0.025) * se)).any()
            false[run] = ((seen.low > 0) | (seen.high < 0)).any()
            inside[run] = ((seen.low <= truth) & (truth <= seen.high)).all()
            ends[run], plain[run] = seen.estimate[-1] - truth, off[-1] - truth
        if truth == 0:
            rows += [
                row(world, NAIVE, FALSE, naive.mean(), runs, LOOKS),
                row(world, SEQUENCE, FALSE, false.mean(), runs, LOOKS),
            ]
        rows += [
            row(world, SEQUENCE, EVERY, inside.mean(), runs, LOOKS),
            row(world, "plain means", BIAS, abs(plain.mean()), runs, LOOKS),
            row(world, SEQUENCE, BIAS, abs(ends.mean()), runs, LOOKS),
        ]
    return rows


def thompson(rng: np.random.Generator, rates: tuple[float, float]) -> Log:
    """The log of Beta-Bernoulli Thompson sampling over batches; propensities are exact for the drawn pool."""
    won, lost = np.ones(2), np.ones(2)
    outcomes, actions, chances = [], [], []
    for _ in range(LOOKS):
        pool = rng.beta(won, lost, (DRAWS, 2))
        chance = (1 - 2 * FLOOR) * float((pool[:, 1] > pool[:, 0]).mean()) + FLOOR
        action = (rng.random(BATCH) < chance).astype(np.int64)
        outcome = (rng.random(BATCH) < np.array(rates)[action]).astype(float)
        won += np.bincount(action, outcome, 2)
        lost += np.bincount(action, 1 - outcome, 2)
        outcomes.append(outcome)
        actions.append(action)
        chances.append(np.tile((1 - chance, chance), (BATCH, 1)))
    look = np.repeat(np.arange(LOOKS), BATCH)
    return Log(np.concatenate(outcomes), np.concatenate(actions), np.concatenate(chances), look)


def _cumulative(log: Log) -> tuple[np.ndarray, np.ndarray]:
    """People and conversions per arm (rows) up to each look."""
    cell = log.action * LOOKS + log.look
    people, bought = (
        np.bincount(cell, weights, 2 * LOOKS).reshape(2, LOOKS) for weights in (np.ones(len(cell)), log.outcome)
    )
    return np.cumsum(people, 1), np.cumsum(bought, 1)
