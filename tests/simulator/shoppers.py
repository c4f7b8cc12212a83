"""Made-up shoppers: gamma rates, gamma hazards of falling silent for good, one purchase a day at most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.int64]


def shoppers(people: int, weeks: int, seed: int) -> tuple[Column, Column]:
    """Person and day of every purchase; everybody's first falls into the first twelve weeks."""
    rng = np.random.default_rng(seed)
    rate, hazard = rng.gamma(0.8, 0.2, people), rng.gamma(0.8, 0.04, people)
    start = rng.integers(0, 84, people)
    silent = start + rng.exponential(7 / np.maximum(hazard, 1e-6))
    person, day = [np.arange(people)], [start]
    for one in range(people):
        span = min(silent[one], weeks * 7.0) - start[one]
        count = rng.poisson(rate[one] * max(span, 0) / 7)
        person.append(np.full(count, one))
        day.append((start[one] + rng.random(count) * max(span, 0)).astype(np.int64))
    return np.concatenate(person).astype(np.int64), np.concatenate(day).astype(np.int64)
