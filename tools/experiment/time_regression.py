"""Geo tests read week by week: what treated regions would have done is foretold from their partners (Kerman and others, 2017).

Time-based regression: before the test the treated regions' mean of a week is regressed on the control regions', during it
the difference to what that line foretells is the effect. Where weeks go up and down together it sees smaller effects than
the change of means, and it needs no coins in pairs; but it believes that the line holds on. Theirs takes errors for
independent; here a week's error may stay in the next.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from tools.experiment.analysis import Analysis
from tools.experiment.errors import ExperimentError
from tools.experiment.geo import Markets, both_histories

FEWEST_WEEKS = 8
"""Weeks before the test from which a line is fitted (the authors' judgement; six are left for its error)."""


def regression_effect(markets: Markets, before: npt.ArrayLike, during: npt.ArrayLike, alpha: float = 0.05) -> Analysis:
    """The effect per treated region and week, of outcomes (weeks, regions) before and during the test.

    Its standard error holds what a week strays from the line and what is not known of the line at the level of the test's
    weeks: s * sqrt(f_m / m + f_n / n + (x_test - x)^2 / Sxx) for n weeks before and m during, where f is how much the
    errors' memory (first order, from the weeks before) widens a mean; 1 without memory. ExperimentError when a region of
    the design is missing, a number is not finite, weeks before are fewer than `FEWEST_WEEKS`, or control regions stood still.
    """
    known, seen = both_histories(markets, before, during)
    if len(known) < FEWEST_WEEKS:
        raise ExperimentError(
            f"{len(known)} weeks before the test fit no line; give {FEWEST_WEEKS} or more, or compare changes (geo_effect)."
        )
    pairs = np.array(markets.pairs, int)
    (x, y), (x_test, y_test) = ((rows[:, pairs[:, 1]].mean(1), rows[:, pairs[:, 0]].mean(1)) for rows in (known, seen))
    spread = float(((x - x.mean()) ** 2).sum())
    if spread <= 1e-18 * max(float(x @ x), 1.0):
        raise ExperimentError(
            "The control regions never changed before the test, so no line can be fitted to them; give more weeks."
        )
    slope = float((x - x.mean()) @ y) / spread
    strays = y - y.mean() - slope * (x - x.mean())
    memory, n, m = _memory(strays), len(x), len(x_test)
    alike = _alike(memory, n)
    degrees = max((n - 2) / alike, 2.0)
    estimate = float(y_test.mean() - y.mean() - slope * (x_test.mean() - x.mean()))
    far = (float(x_test.mean()) - float(x.mean())) ** 2 / spread
    variance = float(strays @ strays) / max(n - 1 - alike, 1.0)
    se = float(np.sqrt(variance * (_alike(memory, m) / m + alike / n + far)))
    varied = se > 1e-12 * max(float(np.abs(y).max()), 1e-300)
    reach = float(stats.t.isf(alpha / 2, degrees)) * se
    return Analysis(
        estimate=estimate,
        low=estimate - reach,
        high=estimate + reach,
        level=1 - alpha,
        p=float(2 * stats.t.sf(abs(estimate) / se, degrees)) if varied else 1.0,
        n_treated=len(pairs),
        n_control=len(pairs),
        varied=varied,
        estimator=f"time-based regression over {n} weeks before the test, {len(pairs)} regions against their partners",
        method=f"Student's t with {degrees:.0f} degrees of freedom",
        valid="one look at the end",
    )


def _memory(strays: npt.NDArray[np.float64]) -> float:
    """How much of a week's error stays in the next (0-0.9), with what a short history understates added (Kendall, 1954)."""
    whole = float(strays @ strays)
    seen = float(strays[1:] @ strays[:-1]) / whole if whole > 0 else 0.0
    return min(max(seen + (1 + 4 * seen) / len(strays), 0.0), 0.9)


def _alike(memory: float, weeks: int) -> float:
    """How many times larger the variance of a mean of so many weeks is than if their errors forgot."""
    back = np.arange(1, weeks)
    return float(1 + 2 * ((1 - back / weeks) * memory**back).sum())
