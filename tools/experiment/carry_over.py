"""Switchbacks whose channel works on for a while: the effect of each period back, added up to that of being on for good.

A burn-in leaves periods out and needs carry-over to be over by then. This reading keeps them all, lets the channel of up
to `carry` periods ago work now, and takes errors that remember into account. It rests on a linear model with one level
per pair of blocks, where `switchback.switchback_effect` rests on the coins alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from tools.experiment.analysis import Analysis
from tools.experiment.errors import ExperimentError
from tools.experiment.long_run import newey_west
from tools.experiment.switchback import Switchback

LAGS = 1
"""Pairs of blocks back with whose errors those of a pair go together."""
FEWEST_PAIRS = 16
"""Pairs from which the interval was found to hold its level (docs/experiments.md); with fewer, flip the coins."""


def lagged_effect(plan: Switchback, outcome: npt.ArrayLike, carry: int, alpha: float = 0.05) -> Analysis:
    """The effect per period of the channel being on for good, of outcomes that hold one number per period of the plan.

    The sum of the effects of being on now and up to `carry` periods ago (0 or more; how long it works at most, fixed
    beforehand), with Newey and West's (1987) standard error over neighbouring pairs of blocks. The plan's burn-in is not
    used; the first `carry` periods are, as what ran before them is not known, left out. ExperimentError for another number
    of periods, outcomes that are not finite, fewer than `FEWEST_PAIRS` pairs, or carry-over as long as a block.
    """
    series = np.asarray(outcome, float)
    if series.shape != (plan.periods,) or not np.isfinite(series).all():
        raise ExperimentError(
            f"Outcomes of shape {series.shape} are not {plan.periods} finite numbers; give one for each period of the plan."
        )
    if plan.pairs < FEWEST_PAIRS:
        raise ExperimentError(
            f"{plan.pairs} pairs of blocks are too few for standard errors of errors that remember; run {FEWEST_PAIRS} or "
            "more, or flip the coins (switchback_effect)."
        )
    if not 0 <= carry < plan.block:
        raise ExperimentError(
            f"A carry-over of {carry} periods does not fit blocks of {plan.block}; make blocks longer than it lasts."
        )
    on, kept = plan.treated.astype(float), slice(carry, None)
    back = np.column_stack([np.roll(on, ago) for ago in range(carry + 1)])[kept]
    pair = np.repeat(np.eye(plan.pairs), 2 * plan.block, axis=0)[kept]
    seen = series[kept]
    which = np.repeat(np.arange(plan.pairs), 2 * plan.block)[kept]
    found = newey_west(np.column_stack((back, pair)), seen, LAGS, which)
    estimate, se = found.of(np.r_[np.ones(carry + 1), np.zeros(plan.pairs)])
    varied = se > 1e-12 * max(float(np.abs(seen).max()), 1.0)
    reach = float(stats.t.isf(alpha / 2, found.degrees)) * se
    return Analysis(
        estimate=estimate,
        low=estimate - reach,
        high=estimate + reach,
        level=1 - alpha,
        p=float(2 * stats.t.sf(abs(estimate) / se, found.degrees)) if varied else 1.0,
        n_treated=plan.pairs,
        n_control=plan.pairs,
        varied=varied,
        estimator=f"sum of the effects of 0 to {carry} periods back, a level for each of {plan.pairs} pairs of blocks",
        method=f"Newey-West interval, Student's t with {found.degrees:.0f} degrees of freedom",
        valid="one look at the end",
    )
