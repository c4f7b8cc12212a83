"""The fit of a workspace: everything that its events, campaigns and tests teach of behaviour, as one joint posterior."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from campaigns.border import digest
from campaigns.contact import FloatArray
from campaigns.workspace import Workspace
from simulator.fitting.particles import NOTHING, Particles
from simulator.fitting.past import MOVES, NUISANCE, PastCounts, past_counts
from simulator.fitting.past import log_likelihood as past_likelihood
from simulator.fitting.pooled import Pooled, pooled
from simulator.fitting.randomised import Trial, lift, lucks, measured_lift, reads
from simulator.fitting.randomised import log_likelihood as trial_likelihood
from simulator.fitting.rhythm import Rhythm, rhythm
from simulator.fitting.sampler import PARTICLES, Sampled, sample
from simulator.fitting.space import Space
from simulator.parameters import Posterior
from tools.data.version import data_version
from tools.prediction.priors import PRIOR, RESPONSE_PRIORS

SEED = 2006
"""Of the sampler: a fit is a function of the evidence alone."""
POOL_HORIZON_DAYS = 28
POOL_HORIZONS = 10
SURPRISING = 4.0
"""Standard errors between what a test measured and what the fit makes of it beyond which the fit says that they clash."""
MOVED = 0.9
"""The share of a prior's variance that is left at most when a parameter counts as learnt; 1,000 particles alone are off by 4.5 %."""
SHIFTED = 0.2
"""Prior standard deviations by which its mean moved, which counts as learnt too; 1,000 particles alone are off by 0.03."""


@dataclass(frozen=True, slots=True)
class ForecastError:
    """A finished campaign's outcome beside its rehearsal's forecast; `inside` its 5-95 % range or not."""

    plan_id: str
    metric: str
    forecast_low: float
    forecast_median: float
    forecast_high: float
    measured: float
    inside: bool

    @property
    def error(self) -> float:
        """Measured less the forecast's median."""
        return self.measured - self.forecast_median


@dataclass(frozen=True, slots=True)
class MeasuredLift:
    """A test's incremental conversions per treated person: as measured with its standard error, and draws of the belief."""

    source: str
    measured: float
    standard_error: float
    drawn: FloatArray

    @property
    def mean(self) -> float:
        """The belief's mean."""
        return float(self.drawn.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """The belief's central 95 %."""
        low, high = np.quantile(self.drawn, [0.025, 0.975])
        return float(low), float(high)

    def plain(self) -> dict[str, str | float]:
        """As plain JSON types."""
        low, high = self.interval
        return {
            "source": self.source, "measured": self.measured, "standard_error": self.standard_error, "mean": self.mean,
            "low": low, "high": high,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Response:
    """What was learnt of responses: the joint belief, from what, how surely, and what it could not learn.

    `learnt_from` says per parameter name what moved it; a parameter that is not in it is, or is still, a prior.
    """

    particles: Particles
    learnt_from: dict[str, str]
    lifts: tuple[MeasuredLift, ...]
    plain_ess: float
    steps: int
    distinct: float
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A workspace's fit and the data it belongs to; `version` is a digest of the content (16 hex digits)."""

    response: Response
    rhythm: Rhythm
    pooled: Pooled
    past: PastCounts
    tests: tuple[Trial, ...]
    data_version: str
    fitted_at: datetime
    forecasts: tuple[ForecastError, ...] = ()
    """How far finished campaigns were forecast, as far as the fit was told."""
    silent: tuple[str, ...] = ()
    """Finished campaigns that teach nothing, one sentence each."""
    everybody: Posterior | None = None
    """Own purchases of all people together, where they were asked for; an audience's own are fitted in its rehearsal."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """Everything that this workspace could not teach, one sentence each."""
        return (*self.rhythm.gaps, *self.response.gaps, *self.silent, *not_identified(self.response))


def fit(
    ws: Workspace, now: datetime, tests: Sequence[Trial] = (), progress: Callable[[str], None] = lambda _: None
) -> Fit:
    """The fit as the workspace stands at `now`; the same data and tests give the same numbers.

    `tests` are files of randomised tests and holdouts of finished campaigns (`simulator.fitting.live`).
    """
    progress("reading weekdays, hours and seasons")
    found_rhythm = rhythm(ws, now)
    progress("pooling categories")
    pool = pooled(ws, now, POOL_HORIZON_DAYS, POOL_HORIZONS)
    progress("reading past campaigns")
    past = past_counts(ws, now)
    progress("fitting responses")
    return Fit(
        response=respond(tests, past, SEED, PARTICLES, progress),
        rhythm=found_rhythm,
        pooled=pool,
        past=past,
        tests=tuple(tests),
        data_version=data_version(ws),
        fitted_at=now,
    )


def respond(
    trials: Sequence[Trial],
    past: PastCounts,
    seed: int,
    particles: int = PARTICLES,
    progress: Callable[[str], None] = lambda _: None,
) -> Response:
    """The joint belief over response parameters after these tests and past campaigns.

    A parameter that no likelihood reads keeps its prior and is not among the particles; one that only past campaigns
    read moves by them alone, so that no campaign without a lot touches causal lift (a cut; Plummer, 2015).
    """
    names = {name for trial in trials for name in reads(trial)} | (set(MOVES) if past.enough else set())
    gaps = [sentence for trial in trials for sentence in trial.gaps()]
    if not past.enough:
        gaps.append(past.sentence())
    known = {prior.name for prior in RESPONSE_PRIORS}
    names &= known
    if not names:
        return Response(NOTHING, {}, (), float(particles), 0, 1.0, tuple(gaps))
    extra = [luck for place, trial in enumerate(trials) for luck in lucks(place, trial)]
    space = Space.of(sorted(names), [*(NUISANCE if past.enough else ()), *extra])

    def fits(given: dict[str, FloatArray]) -> FloatArray:
        total = np.zeros(len(next(iter(given.values()))))
        if past.enough:
            total = total + past_likelihood(past, given)
        for place, trial in enumerate(trials):
            total = total + trial_likelihood(trial, place, given)
        return total

    found = sample(space, fits, seed, particles)
    progress(
        f"responses took {found.steps} steps; effective sample of plain re-weighting {found.plain_ess:.0f} of {particles}"
    )
    lifts = tuple(_lift(trial, place, found) for place, trial in enumerate(trials) if trial.tells_lift)
    if found.collapsed:
        gaps.append(
            f"Only {found.distinct:.0%} of the particles differ: the evidence contradicts the priors; read the fit with care."
        )
    gaps += [
        f"{one.source} measured {one.measured:.4f} conversions per person and the fit believes {one.mean:.4f}: its model does not hold there."
        for one in lifts
        if abs(one.measured - one.mean) > SURPRISING * one.standard_error
    ]
    kept = sorted(names)
    return Response(
        particles=Particles.of({name: found.columns[name] for name in kept}),
        learnt_from={name: _source(name, trials, past) for name in kept if _moved(name, found.columns[name])},
        lifts=lifts,
        plain_ess=found.plain_ess,
        steps=found.steps,
        distinct=found.distinct,
        gaps=tuple(gaps),
    )


def not_identified(response: Response) -> tuple[str, ...]:
    """The response priors that nothing in this workspace moves, one sentence each."""
    return tuple(
        f"{prior.name} is not identified by this workspace and stays a prior: {prior.sentence()}"
        for prior in RESPONSE_PRIORS
        if prior.name not in response.learnt_from
    )


def campaign(plan_id: str) -> str:
    """The name under which a finished campaign's holdout is a test."""
    return f"campaign {plan_id}"


def version_of(content: object) -> str:
    """16 hex digits of plain JSON types."""
    return digest(content, 16)


def _moved(name: str, column: FloatArray) -> bool:
    """Whether the evidence narrowed or shifted a prior by more than chance among the particles does."""
    prior = PRIOR[name]
    return float(column.var()) < MOVED * prior.sd**2 or abs(float(column.mean()) - prior.mean) > SHIFTED * prior.sd


def _source(name: str, trials: Sequence[Trial], past: PastCounts) -> str:
    tests = [trial.source for trial in trials if name in reads(trial)]
    if name in MOVES and past.enough:
        tests.append(f"redemptions in {len(past.reached)} past campaigns")
    return ", ".join(tests)


def _lift(trial: Trial, place: int, found: Sampled) -> MeasuredLift:
    measured, error = measured_lift(trial)
    return MeasuredLift(trial.source, measured, error, lift(trial, place, found.columns))
