"""The twin of a plan's people: what their own earlier horizons teach, before any message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import polars as pl

from campaigns.audience import Predicate
from campaigns.border import digest
from campaigns.contact import FloatArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from simulator.channels import CHANNELS
from simulator.fitting.fit import Fit, fit, version_of
from simulator.fitting.level import LEVEL_SD_PRIOR
from simulator.fitting.particles import NOTHING, Particles, side_by_side
from simulator.fitting.randomised import Trial
from simulator.fitting.rhythm import FEWEST_WEEKS, Rhythm
from simulator.fitting.seasons import months_of, read
from simulator.fitting.seasons import rows as rhythm_rows
from simulator.fitting.stored import content, in_force, kept_trials, unread
from simulator.learning import Horizon, posterior
from simulator.parameters import Learnt, Posterior
from tools.audience.history import history
from tools.audience.population import Population
from tools.data.warehouse import connect, rows, utc_naive
from tools.prediction.organic import fit_organic
from tools.prediction.priors import RESPONSE_PRIORS, Prior, priors_of

HORIZON_DAYS = 28
"""Length of an earlier horizon: whole weeks, short enough for several of them in a year of history."""
MAX_ORIGINS = 10


class Rates(Protocol):
    """A fitted model of own conversions per day."""

    def rate(self, frame: pl.DataFrame) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class Twin:
    """What a rehearsal draws from, the history that it was learnt from, and its version (16 hex digits).

    `history` has the columns of `tools.audience.history`; `horizon_days` is the length of its horizons.
    """

    posterior: Posterior
    history: pl.DataFrame
    horizon_days: int
    fitted_on: str
    version: str
    level_sd: Learnt = LEVEL_SD_PRIOR
    """What was believed of the log sd of levels between horizons before this audience's were seen."""
    learnt_from: dict[str, str] = field(default_factory=dict)
    """Per response parameter that is not only a prior any more, what it was learnt from."""
    channels: tuple[str, ...] = tuple(CHANNELS)
    """The channels whose parameters are told as assumptions: those that the plan uses."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Everything learnt, then the response parameters of its channels: priors that are not identified here, or learnt."""
        return (*self.posterior.learnt, *(self._told(prior) for prior in priors_of(self.channels)))

    def _told(self, prior: Prior) -> str:
        if prior.name not in self.learnt_from:
            return f"{prior.sentence().removesuffix('.')}; not identified by this workspace."
        column = self.posterior.joint.column(prior.name)
        low, high = np.quantile(column, [0.05, 0.95])
        return (
            f"{prior.meaning}: {column.mean():.3g} (90 % interval {low:.3g} to {high:.3g}), learnt from "
            f"{self.learnt_from[prior.name]}; the prior was {prior.mean:g} ± {prior.sd:g}."
        )


@dataclass(frozen=True, slots=True)
class Taught:
    """What the whole workspace teaches a twin of any part of its people, and the version of the fit that says so."""

    particles: Particles
    learnt_from: dict[str, str]
    rhythm: Rhythm | None
    level_sd: Learnt
    said: tuple[str, ...]
    version: str


ALIKE = (
    "Own purchases come alike on all weekdays, in all months and at all hours: no weeks of purchases were learnt from; "
    "an assumption."
)
UNTAUGHT = Taught(NOTHING, {}, None, LEVEL_SD_PRIOR, (ALIKE,), "")


def calibrate(ws: Workspace, plan: Plan, now: datetime, progress: Callable[[str], None] = lambda _: None) -> Twin:
    """The twin of the plan's audience as the workspace's data stood at `now`; priors where the data are silent.

    Responses, weekdays and how levels move come from the fit in force (`twinpilot twin fit`) when it is current, else
    from one made now, with the tests that were ever given to it.
    """
    body = in_force(ws, now) or content(fit(ws, now, kept_trials(ws), progress))
    population = Population(predicates=plan.audience.predicates, category=plan.audience.category)
    frame = history(ws, population, now, HORIZON_DAYS, MAX_ORIGINS)
    known = taught(body)
    if late := unread(ws):
        told = f"Outcomes of {', '.join(late)} are not learnt from yet; `twinpilot twin fit` does."
        known = replace(known, said=(*known.said, told))
    made = twin_of(frame, redemption_delays(ws, now), HORIZON_DAYS, plan.data_version, known)
    return replace(made, channels=plan.brief.channels)


def fit_workspace(
    ws: Workspace, now: datetime, tests: Sequence[Trial], progress: Callable[[str], None] = lambda _: None
) -> Fit:
    """The fit of the workspace with the own purchases of everybody in it, whoever a campaign may be for."""
    found = fit(ws, now, tests, progress)
    progress("fitting own purchases from earlier weeks")
    frame = history(ws, Population((Predicate(field="always", value=0),), None), now, HORIZON_DAYS, MAX_ORIGINS)
    own = posterior(left_out(frame, HORIZON_DAYS), redemption_delays(ws, now), found.pooled.common)
    return replace(found, everybody=own)


def taught(body: dict[str, Any]) -> Taught:
    """What a fit's content (`simulator.fitting.stored.content`) teaches any twin."""
    response, rhythm, common = body["response"], read(body["rhythm"]), body["pooled"]["common"]
    rows = response["particles"]["rows"]
    return Taught(
        particles=Particles(tuple(response["particles"]["names"]), tuple(tuple(row) for row in rows)),
        learnt_from=dict(response["learnt_from"]),
        rhythm=rhythm,
        level_sd=Learnt(common["median"], common["log_sd"]),
        said=_beat(rhythm),
        version=version_of([response, body["rhythm"], body["pooled"]]),
    )


def twin_of(
    frame: pl.DataFrame, delays: FloatArray, horizon_days: int, data_version: str, known: Taught = UNTAUGHT
) -> Twin:
    """The twin of a history frame and of delays in days; the same columns give the same version."""
    own = posterior(left_out(frame, horizon_days), delays, known.level_sd)
    origins = sorted(frame["origin"].unique().to_list()) if len(frame) else []
    days = frame["origin"].unique().sort().dt.date().to_numpy() if len(frame) else np.zeros(0, "datetime64[D]")
    learnt_in = months_of(days, horizon_days)
    belief = replace(
        own,
        learnt=(*own.learnt, *known.said),
        joint=side_by_side(own.joint, known.particles),
        rhythm=rhythm_rows(known.rhythm, learnt_in) if known.rhythm else NOTHING,
    )
    span = f" from {origins[0]:%Y-%m-%d} to {origins[-1]:%Y-%m-%d}" if origins else ""
    return Twin(
        posterior=belief,
        history=frame,
        horizon_days=horizon_days,
        fitted_on=f"data {data_version}: {len(origins)} horizons of {horizon_days} days starting{span}",
        version=digest([asdict(belief), [asdict(prior) for prior in RESPONSE_PRIORS], data_version, known.version], 16),
        level_sd=known.level_sd,
        learnt_from=known.learnt_from,
    )


def _beat(rhythm: Rhythm) -> tuple[str, ...]:
    """What is told of weekdays, months and hours."""
    if rhythm.weeks < FEWEST_WEEKS:
        return (ALIKE,)
    week, year = (
        ", ".join(f"{value:.2f} ± {sd:.2f}" for value, sd in zip(factors.value, factors.sd, strict=True))
        for factors in (rhythm.weekday, rhythm.month)
    )
    peak, low = int(np.argmax(rhythm.hour.value)), int(np.argmin(rhythm.hour.value))
    return (
        f"Own purchases by weekday from Monday: {week}, from {rhythm.weeks} weeks.",
        f"Own purchases by month from January: {year}; 1 ± the prior's width for a month never seen whole.",
        f"Own purchases, visits and the shape of attention by local hour: most at {peak}, fewest at {low}, the clock known "
        f"to ± {rhythm.shift_sd:g} hours; that attention follows purchases is the authors' judgement.",
    )


def left_out(frame: pl.DataFrame, horizon_days: int) -> list[Horizon]:
    """Each origin's horizon with expectations from a model fitted on the other origins (on itself if it is alone)."""
    found = []
    for origin in sorted(frame["origin"].unique().to_list()) if len(frame) else []:
        here = frame.filter(pl.col("origin") == origin)
        others = frame.filter(pl.col("origin") != origin)
        found.append(horizon_of(here, others if len(others) else here, horizon_days))
    return found


def horizon_of(here: pl.DataFrame, others: pl.DataFrame, horizon_days: int) -> Horizon:
    """What happened in `here`'s horizon beside what a model of the `others` expects of it."""
    model: Rates = fit_organic(others)
    return Horizon(
        expected=np.asarray(model.rate(here), np.float64) * horizon_days,
        conversions=here["conversions"].to_numpy().astype(np.float64),
        revenue=here["revenue_micros"].to_numpy().astype(np.float64),
    )


def redemption_delays(ws: Workspace, now: datetime) -> FloatArray:
    """Days from a campaign's reaching a person to the first redemption in it, over all campaigns known at `now`."""
    known = f"TIMESTAMP '{utc_naive(now).isoformat(sep=' ')}'"
    first = "SELECT person_id, campaign_id, min(occurred_at) AS at FROM events WHERE kind = '{kind}' AND arrived_at <= {known} GROUP BY ALL"
    con = connect(ws)
    try:
        found = rows(
            con,
            "SELECT date_diff('second', c.at, r.at) / 86400.0 AS days FROM "
            f"({first.format(kind='campaign', known=known)}) c JOIN ({first.format(kind='redemption', known=known)}) r "
            "USING (person_id, campaign_id) ORDER BY days",
        )
    finally:
        con.disconnect()
    return np.array([float(str(row[0])) for row in found], np.float64)
