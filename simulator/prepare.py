"""What the runs of a plan share, made from its snapshot."""

from __future__ import annotations

import hashlib
from datetime import datetime

import polars as pl

from campaigns.plan import Plan
from delivery.horizon import horizon_end
from delivery.roster import Roster
from delivery.schedule import ticks
from delivery.values import Values
from policies.guard import Guard
from policies.rule import PolicySet
from simulator.channels import CHANNELS
from simulator.errors import BadRehearsal
from simulator.run import Setup
from simulator.stage import Stage


def prepare(plan: Plan, snapshot: pl.DataFrame, policies: PolicySet, seed: int, now: datetime) -> Setup:
    """What the runs of a plan share, from `now` to the end of its horizon.

    The guard's key is the rehearsal's own, so that no permit of a rehearsal is worth anything outside it. BadRehearsal
    when the plan's horizon is over or it uses a channel without response priors.
    """
    end = horizon_end(plan)
    if end <= now:
        raise BadRehearsal(
            f"Plan {plan.plan_id} was followed up to {end:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M} now; plan anew."
        )
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
