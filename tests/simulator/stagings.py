"""A small stage with people, a guard and a belief, for tests of the simulated world."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np

from campaigns.contact import ContactBatch, Permit
from campaigns.keys import contact_keys
from campaigns.plan import Plan
from delivery.horizon import horizon_end
from delivery.roster import Roster
from policies.guard import Guard
from policies.load import load_policies
from simulator.learning import posterior
from simulator.parameters import Parameters, neutral, typical
from simulator.stage import Stage
from simulator.world import SimWorld
from tests.builders import NOW, STANDING, plan, snapshot

POLICIES = load_policies()
GUARD = Guard(POLICIES, b"a key for tests only, 32 bytes...")
BELIEF = posterior([], np.zeros(0))
TYPICAL = typical(BELIEF)
START = int(NOW.timestamp())


def stage(people: int = 300, the_plan: Plan | None = None) -> Stage:
    """The builders' plan over as many people, from its first day to the end of its horizon."""
    the_plan = the_plan or plan(people)
    return Stage.build(the_plan, Roster.build(the_plan, snapshot(people)), NOW, horizon_end(the_plan))


def world(on: Stage, parameters: Parameters = TYPICAL, seed: int = 1) -> SimWorld:
    """A world on this stage."""
    return SimWorld(on, parameters, GUARD, seed)


def part(of: Stage, rows: np.ndarray) -> Stage:
    """The same stage with only these people."""
    roster = of.roster
    columns = {field.name: getattr(roster, field.name) for field in fields(roster)}
    taken = {name: column[rows] for name, column in columns.items() if isinstance(column, np.ndarray)}
    ids = tuple(roster.person_id[row] for row in rows.tolist())
    return replace(of, roster=replace(roster, person_id=ids, **taken))


def letters(on: Stage, rows: np.ndarray, slot: int = 0, action: int = 1, days: float = 1.5) -> ContactBatch:
    """One message to each of these people, `days` after the start, by action 1 (an e-mail with the offer)."""
    size = len(rows)
    return ContactBatch(
        at=START + int(days * 86_400),
        key=contact_keys(7, on.roster.person_key[rows], slot),
        row=rows.astype(np.int64),
        action=np.full(size, action, np.int16),
        slot=np.full(size, slot, np.int64),
        cell=np.zeros(size, np.int16),
        propensity=np.ones(size),
        cost_micros=np.full(size, 2_000, np.int64),
        liability_micros=np.full(size, 1_000_000 if slot == 0 and action == 1 else 0, np.int64),
    )


def send(to: SimWorld, batch: ContactBatch) -> None:
    """Deliver with a permit of the tests' guard, at the batch's instant."""
    to.advance(datetime.fromtimestamp(batch.at, UTC))
    to.deliver(batch, leave(batch, to.stage.plan_hash))


def leave(batch: ContactBatch, plan_hash: str) -> Permit:
    """A permit for every contact of the batch, from facts that allow all."""
    size = len(batch)
    flags = {"consent": 1, "suppressed": 0, "plan_expired": 0, "channel_allowed": 1}
    counts = {
        "arm": 0, "sends_1d": 0, "sends_7d": 0, "cap_7d": 7, "local_minute": 600, "cost_micros": 0,
        "budget_left_micros": 10**12,
    }  # fmt: skip
    facts: dict[str, np.ndarray] = {name: np.full(size, value, np.int8) for name, value in flags.items()}
    facts |= {name: np.full(size, value, np.int64) for name, value in counts.items()}
    facts |= {name: np.array(value) for name, value in STANDING.items()}
    permit, masks = GUARD.permit(plan_hash, batch, facts)
    assert not masks.any()
    return permit


def eager(**changes: float) -> Parameters:
    """People who all read, click and buy because of a message, plainest effects only, so that few show every path."""
    sure = {"attention_email": 1.0, "attention_push": 1.0, "click_email": 1.0, "click_push": 1.0, "convert_offer": 1.0,
            "convert_plain": 1.0, "incremental_share": 1.0, "sleeping_dog_share": 0.0, "fatigue_per_contact": 1e-9}  # fmt: skip
    return replace(neutral(TYPICAL), **{**sure, **changes})
