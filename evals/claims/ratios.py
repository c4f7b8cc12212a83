"""The sample-ratio alarm, asked at each of 200 looks: fair splits, and splits of 52 to 48."""

from __future__ import annotations

import numpy as np
from scipy import stats

from evals.claims.row import Row, row
from tools.experiment.srm import ALARM_ALPHA, alarm, log_evidence

LOOKS, PEOPLE = 200, 20_000
FAIR, SKEWED = "split as planned", "52/48 where half and half was planned"
CHI2, ALARM, PLANTED = "chi-square at every look, same alpha", "sequential alarm", "sequential alarm, 10,400 to 9,600"
GONE = "alarm"


def ratios(rng: np.random.Generator, runs: int) -> list[Row]:
    """Alarms in fair splits (also of three uneven arms) and in planted ones, at any of the looks."""
    rows = []
    for world, shares, real in (
        (FAIR, (0.5, 0.5), (0.5, 0.5)),
        (f"{FAIR}, 75/20/5", (0.75, 0.2, 0.05), (0.75, 0.2, 0.05)),
        (SKEWED, (0.5, 0.5), (0.52, 0.48)),
    ):
        counts = np.cumsum(rng.multinomial(PEOPLE // LOOKS, real, (runs, LOOKS)), 1)
        wanted = np.array(shares) * counts.sum(-1, keepdims=True)
        usual = stats.chi2.sf(((counts - wanted) ** 2 / wanted).sum(-1), len(shares) - 1) <= ALARM_ALPHA
        evidence = log_evidence(counts, shares) >= -np.log(ALARM_ALPHA)
        rows += [
            row(world, CHI2, GONE, usual.any(1).mean(), runs, LOOKS),
            row(world, ALARM, GONE, evidence.any(1).mean(), runs, LOOKS),
        ]
    planted = alarm([10_400, 9_600], [0.5, 0.5]).alarmed
    return [*rows, row(SKEWED, PLANTED, GONE, float(planted), 1, 1)]
