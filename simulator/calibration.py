"""The twin of a plan's people: what their own earlier horizons teach, before any message."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import polars as pl

from campaigns.border import digest
from campaigns.contact import FloatArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from simulator.learning import Horizon, posterior
from simulator.parameters import Posterior
from tools.audience.history import history
from tools.audience.population import Population
from tools.data.warehouse import connect, rows, utc_naive
from tools.prediction.organic import fit_organic
from tools.prediction.priors import RESPONSE_PRIORS

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

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Every prior and everything learnt, one sentence each."""
        return (*self.posterior.learnt, *(prior.sentence() for prior in RESPONSE_PRIORS))


def calibrate(ws: Workspace, plan: Plan, now: datetime) -> Twin:
    """The twin of the plan's audience as the workspace's data stood at `now`; priors where the data are silent."""
    population = Population(predicates=plan.audience.predicates, category=plan.audience.category)
    frame = history(ws, population, now, HORIZON_DAYS, MAX_ORIGINS)
    return twin_of(frame, redemption_delays(ws, now), HORIZON_DAYS, plan.data_version)


def twin_of(frame: pl.DataFrame, delays: FloatArray, horizon_days: int, data_version: str) -> Twin:
    """The twin of a history frame and of delays in days; the same columns give the same version."""
    belief = posterior(left_out(frame, horizon_days), delays)
    origins = sorted(frame["origin"].unique().to_list()) if len(frame) else []
    span = f" from {origins[0]:%Y-%m-%d} to {origins[-1]:%Y-%m-%d}" if origins else ""
    return Twin(
        posterior=belief,
        history=frame,
        horizon_days=horizon_days,
        fitted_on=f"data {data_version}: {len(origins)} horizons of {horizon_days} days starting{span}",
        version=digest([asdict(belief), [asdict(prior) for prior in RESPONSE_PRIORS], data_version], 16),
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
