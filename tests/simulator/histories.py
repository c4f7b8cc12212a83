"""Made-up histories with known levels and differences, in the columns of `tools.audience.history`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from simulator.learning import Horizon

DAYS = 28


def horizons(levels: Sequence[float], people: int, shape: float, seed: int, mean: float = 0.4) -> list[Horizon]:
    """One horizon per level: people of known expectation, gamma differences of this shape, Poisson conversions."""
    rng = np.random.default_rng(seed)
    found = []
    for level in levels:
        expected = rng.gamma(2.0, mean / 2.0, people)
        counts = rng.poisson(expected * level * rng.gamma(shape, 1 / shape, people)).astype(float)
        value = counts * np.exp(0.6 * rng.standard_normal(people) - 0.18) * 8e6
        found.append(Horizon(expected, counts, np.rint(value)))
    return found


def frame(levels: Sequence[float], people: int = 300, seed: int = 5) -> pl.DataFrame:
    """A history frame with one origin per level, 28 days apart, the last one 28 days before 16 October 2017."""
    rng = np.random.default_rng(seed)
    parts = []
    for place, level in enumerate(levels):
        before = rng.poisson(rng.gamma(1.0, 3.0, people))
        rate = (0.3 + before) / 364
        counts = rng.poisson(rate * DAYS * level)
        origin = datetime(2017, 10, 16, tzinfo=UTC) - timedelta(days=DAYS * (len(levels) - place))
        parts.append(
            pl.DataFrame(
                {
                    "origin": pl.Series([origin] * people, dtype=pl.Datetime("us", "UTC")),
                    "person_id": [f"h{number:05d}" for number in range(people)],
                    "recency_days": pl.Series(rng.integers(0, 60, people), dtype=pl.Int32),
                    "baskets_84d": pl.Series(rng.integers(0, 30, people), dtype=pl.Int32),
                    "spend_84d_micros": rng.integers(0, 400, people) * 1_000_000,
                    "pre_conversions": pl.Series(before, dtype=pl.Int32),
                    "observed_days": pl.Series([364] * people, dtype=pl.Int32),
                    "conversion_rate": before / 364,
                    "conversions": pl.Series(counts, dtype=pl.Int32),
                    "revenue_micros": counts.astype(np.int64) * 8_000_000,
                    "horizon_days": pl.Series([DAYS] * people, dtype=pl.Int32),
                }
            )
        )
    return pl.concat(parts) if parts else frame([1.0], people).clear()
