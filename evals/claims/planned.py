"""Planned looks: the power and the false claims of O'Brien-Fleming beside one look at the end."""

from __future__ import annotations

import numpy as np
from scipy import stats

from evals.claims.columns import conversions
from evals.claims.row import Row, row
from tools.experiment.looks import boundaries, even

LOOKS, PEOPLE = 20, 40_000
"""Looks, and people of both arms."""
CONTROL, TREATED = 0.05, 0.0575
NULL, RARE, PLANTED = "nothing works", "nothing works, 0.5 % convert, a tenth held out", "+15 % on 5 %"
ONE_LOOK, PLANNED = "one look at the end", "O'Brien-Fleming, 20 looks"
POWER, FALSE, EVERY, USED = "effect seen", "false claims", "truth inside at every look", "people used"


def planned(rng: np.random.Generator, runs: int) -> list[Row]:
    """Power at +15 % on 5 %, false positives without, repeated intervals' coverage, and the share of people used."""
    bounds = np.array(boundaries(even(LOOKS)))
    z = stats.norm.isf(0.025)
    rows = []
    for world, control, rate, held, what in (
        (NULL, CONTROL, CONTROL, 0.5, FALSE),
        (RARE, 0.005, 0.005, 0.1, FALSE),
        (PLANTED, CONTROL, TREATED, 0.5, POWER),
    ):
        tests = conversions(rng, runs, LOOKS, PEOPLE, control, rate, held)
        crossed = np.abs(tests.estimate) > bounds * tests.cautious
        inside = np.abs(tests.estimate - (rate - control)) <= bounds * tests.cautious
        stopped = np.where(crossed.any(1), crossed.argmax(1) + 1, LOOKS) / LOOKS
        rows += [
            row(world, ONE_LOOK, what, (np.abs(tests.z[:, -1]) > z).mean(), runs, 1),
            row(world, PLANNED, what, crossed.any(1).mean(), runs, LOOKS),
            row(world, PLANNED, EVERY, inside.all(1).mean(), runs, LOOKS),
            row(world, PLANNED, USED, stopped.mean(), runs, LOOKS),
        ]
    return rows
