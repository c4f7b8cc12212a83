"""The twin's own record: what it would have said at earlier origins, beside what happened then.

The back-test is of people left alone (own conversions), because no campaign in the history was randomised: it
licenses the base rates and their spread, not the response priors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from campaigns.contact import FloatArray
from campaigns.figure import Figure, Source
from campaigns.plan import Plan
from campaigns.rehearsal import Passport
from simulator.calibration import Twin, horizon_of, left_out
from simulator.learning import posterior
from simulator.parameters import Posterior

CHANNELS = ("email", "push")
FEWEST_ORIGINS = 3
FEWEST_PEOPLE = 150
LEVEL = 0.8
_DRAWS = 400
_TOO_RARE = 0.05


@dataclass(frozen=True, slots=True)
class Trial:
    """One origin forecast from the earlier ones: interval and median of conversions, the truth, the origin before."""

    low: float
    median: float
    high: float
    actual: float
    before: float

    @property
    def covered(self) -> bool:
        """Whether the interval holds what happened."""
        return self.low <= self.actual <= self.high

    @property
    def right_way(self) -> bool:
        """Whether the forecast moved from the origin before in the direction in which the truth moved."""
        return bool(np.sign(self.median - self.before) == np.sign(self.actual - self.before))


def passport(twin: Twin, plan: Plan, people: int, seed: int) -> Passport:
    """The record of this twin for this plan over `people` people; unsupported with reasons outside its region."""
    tried = trials(twin.history, twin.horizon_days, seed)
    origins = twin.posterior.origins
    reasons = _outside(plan, people, origins)
    covered = sum(trial.covered for trial in tried)
    if tried and stats.binom.cdf(covered, len(tried), LEVEL) < _TOO_RARE:
        reasons.append(f"its {LEVEL:.0%} intervals held the truth in only {covered} of {len(tried)} earlier horizons")
    return Passport(
        twin_version=twin.version,
        fitted_on=twin.fitted_on,
        origins=origins,
        coverage=_share(covered, len(tried), twin.version),
        direction=_share(sum(trial.right_way for trial in tried), len(tried), twin.version),
        supported=not reasons,
        unsupported_because=tuple(reasons),
    )


def trials(history: pl.DataFrame, horizon_days: int, seed: int) -> list[Trial]:
    """A forecast of every origin that has an earlier one, in order of time, from the earlier ones only."""
    origins = sorted(history["origin"].unique().to_list()) if len(history) else []
    found = []
    for place in range(1, len(origins)):
        earlier = history.filter(pl.col("origin") < origins[place])
        before = history.filter(pl.col("origin") == origins[place - 1])
        here = history.filter(pl.col("origin") == origins[place])
        belief = posterior(left_out(earlier, horizon_days), np.zeros(0))
        horizon = horizon_of(here, earlier, horizon_days)
        totals = simulated_totals(horizon.expected, belief, seed + place)
        low, median, high = np.quantile(totals, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
        # Populations differ in size between origins: the direction is of conversions per person.
        scale = len(here) / max(len(before), 1)
        found.append(
            Trial(
                float(low),
                float(median),
                float(high),
                float(horizon.conversions.sum()),
                float(before["conversions"].sum()) * scale,
            )
        )
    return found


def simulated_totals(expected: FloatArray, belief: Posterior, seed: int) -> FloatArray:
    """Draws of all people's own conversions in a horizon: level x gamma differences x Poisson, as in the twin."""
    rng = np.random.Generator(np.random.PCG64(seed))
    level = belief.season_level.quantile(rng.uniform(size=_DRAWS))
    shape = belief.dispersion.quantile(rng.uniform(size=_DRAWS))
    people = rng.gamma(shape[:, None], 1 / shape[:, None], size=(_DRAWS, len(expected)))
    return rng.poisson(level * (people @ expected)).astype(np.float64)


def _outside(plan: Plan, people: int, origins: int) -> list[str]:
    reasons = []
    if origins < FEWEST_ORIGINS:
        reasons.append(f"the history has {origins} earlier horizons of such people, and {FEWEST_ORIGINS} are needed")
    if people < FEWEST_PEOPLE:
        reasons.append(f"the audience has {people} people, and {FEWEST_PEOPLE} are needed")
    strange = [channel for channel in plan.brief.channels if channel not in CHANNELS]
    if strange:
        reasons.append(f"the twin knows {' and '.join(CHANNELS)}, and the plan uses {', '.join(strange)}")
    return reasons


def _share(hits: int, tried: int, version: str) -> Figure:
    """Hits over trials with its exact 95 % interval (Clopper and Pearson, 1934); no trials: 0, and anything is possible."""
    low = float(stats.beta.ppf(0.025, hits, tried - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, tried - hits)) if hits < tried else 1.0
    source = Source(kind="twin", name="simulator.passport.passport", ref=version)
    return Figure(value=hits / tried if tried else 0.0, unit="share", source=source, low=low, high=high, level=0.95)
