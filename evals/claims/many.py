"""A thousand tests at once, of which 80 % test nothing: the share of discoveries that are none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from evals.claims.columns import conversions
from evals.claims.row import Row, row
from tools.experiment.discovery import discoveries, e_discoveries
from tools.experiment.sequential import log_evidence

TESTS, NULL, PEOPLE, LOOKS, N_OPT = 1_000, 800, 40_000, 100, 10_000
RATE = 0.1
WORLD = "1,000 tests, 80 % of nothing"
ALONE, TOGETHER, ANY_LOOK = "each test at 5 %", "Benjamini-Hochberg at 10 %", "e-BH at 10 %, each at its best look"
FALSE, FOUND = "false discoveries among discoveries", "planted effects found"


def thousand(rng: np.random.Generator, families: int) -> list[Row]:
    """False discoveries and effects found, mean over families: p-values at the end, and e-values at the luckiest look."""
    told: dict[str, list[tuple[float, float]]] = {ALONE: [], TOGETHER: [], ANY_LOOK: []}
    truth = np.arange(TESTS) >= NULL
    for _ in range(families):
        lift = np.where(truth, rng.uniform(0.1, 0.3, TESTS), 0.0)
        tests = conversions(rng, TESTS, LOOKS, PEOPLE, 0.05, 0.05 * (1 + lift))
        p = 2 * stats.norm.sf(np.abs(tests.z[:, -1]))
        luckiest = log_evidence(tests.n, tests.estimate / tests.cautious, 0.05, N_OPT).max(1)
        told[ALONE].append(_judged(p < 0.05, truth))
        told[TOGETHER].append(_judged(discoveries(p, RATE), truth))
        told[ANY_LOOK].append(_judged(e_discoveries(luckiest, RATE), truth))
    return [
        row(
            WORLD,
            method,
            what,
            float(np.mean([pair[place] for pair in pairs])),
            families,
            LOOKS if method == ANY_LOOK else 1,
        )
        for method, pairs in told.items()
        for place, what in enumerate((FALSE, FOUND))
    ]


def _judged(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    return float((found & ~truth).sum() / max(found.sum(), 1)), float((found & truth).sum() / truth.sum())
