"""A plan against its twin, a few hundred times, before anyone real receives anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl

from campaigns.contact import IntArray
from campaigns.plan import Plan
from campaigns.rehearsal import Passport, Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.contacted import contacted
from delivery.horizon import horizon_end
from delivery.roster import Roster
from delivery.schedule import ticks
from delivery.values import Values
from policies.guard import Guard
from policies.rule import PolicySet
from simulator.calibration import Twin, calibrate
from simulator.errors import BadRehearsal
from simulator.parameters import draws
from simulator.passport import CHANNELS, passport
from simulator.randomness import seed_of
from simulator.run import Ran, Setup, run_once
from simulator.stage import Stage
from simulator.summary import blocked, drivers, fan, outcomes, share
from simulator.verdict import verdict

FEWEST_RUNS = 200
_STRUCTURE = (
    "A person redeems one offer, at the value reserved first; a click that ends in a purchase that would have happened "
    "anyway costs the offer only when the person buys of themselves within 14 days.",
    "The twin reads no words: creatives differ by channel, language, tone and offer only.",
    "Nobody influences anybody else, and competitors do what they always did.",
)


def rehearse(
    ws: Workspace,
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    seed: int,
    runs: int = FEWEST_RUNS,
    progress: Callable[[str], None] = lambda _: None,
) -> Rehearsal:
    """The rehearsal of a plan as the workspace stands now; the same plan, data and seed give the same bytes.

    Each run draws parameters (priors and what the history taught) and luck, and runs the live engine, guard and
    pacing on a SimPy clock, paired with the same people left alone. BadRehearsal for fewer than 200 runs.
    """
    now = Store(ws).now()
    progress("learning the twin from earlier weeks")
    twin = calibrate(ws, plan, now)
    record = passport(twin, plan, snapshot.height, seed)
    earlier = contacted(ws, Roster.build(plan, snapshot), now)
    return rehearse_with(twin, record, plan, snapshot, policies, seed, now, runs, progress, earlier)


def rehearse_with(
    twin: Twin,
    record: Passport,
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    seed: int,
    now: datetime,
    runs: int = FEWEST_RUNS,
    progress: Callable[[str], None] = lambda _: None,
    earlier: tuple[IntArray, IntArray] | None = None,
) -> Rehearsal:
    """`rehearse` with a twin and passport that are there already, starting at `now`; `earlier` as in `Setup`."""
    if runs < FEWEST_RUNS:
        raise BadRehearsal(f"A rehearsal of {runs} runs is too coarse to judge by; ask for {FEWEST_RUNS} or more.")
    setup = replace(prepare(plan, snapshot, policies, seed, now), earlier=earlier)
    parameters = draws(twin.posterior, runs, seed)
    ran: list[Ran] = []
    for number, drawn in enumerate(parameters):
        ran.append(run_once(setup, drawn, seed_of(seed, number)))
        if (number + 1) % 50 == 0:
            progress(f"rehearsed {number + 1} of {runs} paired runs")
    currency = plan.allocation.budget.unit.removeprefix("micros:")
    found = outcomes(ran, currency)
    decided, reasons = verdict(ran, found, record, currency)
    net = np.array([run.truth.net for run in ran], np.float64)
    return Rehearsal(
        plan_hash=plan.hash,
        verdict=decided,
        reasons=reasons,
        runs=runs,
        seed=seed,
        outcomes=found,
        p_harm=share(int((net < 0).sum()), runs, twin.version),
        p_breach=share(sum(bool(run.breaches) for run in ran), runs, twin.version),
        blocked=blocked(ran, setup.guard.contact_rules),
        drivers=drivers(parameters, net),
        assumptions=(*twin.assumptions, *_STRUCTURE),
        fan=fan(ran),
        passport=record,
    )


def prepare(plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, seed: int, now: datetime) -> Setup:
    """What the runs of a plan share, from `now` to the end of its horizon.

    The guard's key is the rehearsal's own, so that no permit of a rehearsal is worth anything outside it. BadRehearsal
    when the plan's horizon is over or it uses a channel without response priors.
    """
    end = horizon_end(plan)
    if end <= now:
        raise BadRehearsal(f"Plan {plan.plan_id} ends on {end.date()}, before the workspace's {now.date()}; plan anew.")
    strange = [channel for channel in plan.brief.channels if channel not in CHANNELS]
    if strange:
        raise BadRehearsal(
            f"How people respond on {strange[0]} is not known to the twin; plan {plan.plan_id} with {' or '.join(CHANNELS)}."
        )
    roster = Roster.build(plan, snapshot)
    return Setup(
        plan=plan,
        stage=Stage.build(plan, roster, now, end),
        guard=Guard(policies, hashlib.sha256(f"rehearsal {seed} {plan.hash}".encode()).digest()),
        values=Values.build(plan, roster),
        ticks=tuple(ticks(plan, roster.zones, now)),
    )
