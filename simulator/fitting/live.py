"""Finished campaigns of the workspace as randomised tests: their holdout is a lot, so their outcomes are causal.

This reads the outbox, which nothing that an agent can reach may do: the command hands what is found here to the fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from campaigns.errors import TwinpilotError
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.lifecycle import OVER
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.audit import audit
from delivery.measure import measure
from delivery.measurement import Measurement
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from delivery.track_record import SKEWED, learn
from policies.in_force import policies_in_force
from simulator.fitting.fit import ForecastError, campaign
from simulator.fitting.randomised import Arm, Cell, Trial
from tools.audience.snapshot import load as load_snapshot


@dataclass(frozen=True, slots=True)
class Lived:
    """Finished campaigns: tests that they were, how far they were forecast, and why others teach nothing."""

    trials: tuple[Trial, ...]
    errors: tuple[ForecastError, ...]
    gaps: tuple[str, ...]


def lived(ws: Workspace) -> Lived:
    """Every finished campaign of the workspace, oldest first."""
    store = Store(ws)
    trials: list[Trial] = []
    errors: list[ForecastError] = []
    gaps: list[str] = []
    for record in store.plans():
        if record.state not in OVER:
            continue
        try:
            plan = store.plan(record.plan_id)
            roster = Roster.build(plan, load_snapshot(ws, plan.audience.snapshot_id))
            measured = measure(ws, plan, roster)
        except TwinpilotError as error:
            gaps.append(f"Campaign {record.plan_id} teaches nothing: {error}")
            continue
        errors += errors_of(measured)
        if not measured.final or measured.srm_p.value < SKEWED:
            why = (
                "its groups are not of the sizes that the lot should give"
                if measured.final
                else "its account is still open"
            )
            gaps.append(f"Campaign {record.plan_id} teaches nothing of responses: {why}.")
            continue
        trials.append(trial_of(ws, plan, roster, measured))
    return Lived(tuple(trials), tuple(errors), tuple(gaps))


def remember(ws: Workspace, found: Lived) -> None:
    """Put what these campaigns prove about the forecasts on the track record, from which autonomy follows; twice is once."""
    store = Store(ws)
    for plan_id in sorted({error.plan_id for error in found.errors}):
        plan = store.plan(plan_id)
        roster = Roster.build(plan, load_snapshot(ws, plan.audience.snapshot_id))
        learn(ws, measure(ws, plan, roster), audit(ws, plan), policies_in_force(ws), store.now())


def errors_of(measured: Measurement) -> list[ForecastError]:
    """The forecasts of a measurement that can be judged: those of what an experiment itself sees."""
    return [
        ForecastError(
            measured.plan_id, line.metric, line.forecast.p05, line.forecast.p50, line.forecast.p95,
            float(line.measured.value), line.inside,
        )
        for line in measured.forecast
        if line.inside is not None
    ]  # fmt: skip


def trial_of(ws: Workspace, plan: Plan, roster: Roster, measured: Measurement) -> Trial:
    """A campaign as one cell per channel and offer, everybody treated counted (intent to treat), compared as one."""
    totals = OutboxReader(ws, plan, roster.size).totals()
    treated, control = roster.arm == TREATED, roster.arm == HOLDOUT
    offered = {creative.creative_id: creative.offer_id is not None for creative in plan.creatives}
    groups: dict[tuple[str, bool], list[int]] = {}
    for result in measured.creatives:
        counts = groups.setdefault((result.channel, offered[result.creative_id]), [0, 0, 0, 0])
        for place, count in enumerate((result.sends, result.opens, result.clicks, result.redemptions)):
            counts[place] += count
    whole = _arm(totals.conversions[treated].astype(np.float64))
    cells = tuple(
        Cell(channel, offer, "", whole, counts[0], counts[1], counts[2], counts[3] if offer else None)
        for (channel, offer), counts in groups.items()
        if counts[0]
    )  # fmt: skip
    days = max((measured.until - measured.started).total_seconds() / 86_400, 1.0)
    return Trial(
        campaign(plan.plan_id), cells, _arm(totals.conversions[control].astype(np.float64)), days, together=True
    )


def _arm(conversions: FloatArray) -> Arm:
    return Arm(len(conversions), float(conversions.sum()), float((conversions**2).sum()))
