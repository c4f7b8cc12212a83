from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from campaigns.contact import CONSENT_WITHDRAWN, ContactBatch, Permit, Receipts
from delivery.roster import Roster
from policies.errors import NoPermit
from simulator.parameters import UNCERTAIN, draws
from simulator.sandbox import Sandbox, SandboxWorld, apart
from simulator.world import Withdrawal
from tests.builders import NOW, plan, snapshot
from tests.simulator.stagings import BELIEF, GUARD, START, eager, leave, letters

PLAN = plan(200)
ROSTER = Roster.build(PLAN, snapshot(200))


class OpenDoor:
    """A mailroom that keeps what it got and accepts every second message."""

    def __init__(self) -> None:
        self.guard = GUARD
        self.written: list[ContactBatch] = []

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        self.written.append(batch)
        return Receipts(batch.key, np.arange(len(batch)) % 2 == 0)


def opened(door: OpenDoor, sandbox: Sandbox) -> SandboxWorld:
    return sandbox(PLAN, ROSTER, door, NOW)


def test_only_accepted_messages_reach_people() -> None:
    door = OpenDoor()
    world = opened(door, Sandbox(1, eager()))
    batch = letters(world.stage, np.arange(200))
    world.advance(NOW + timedelta(days=1.5))
    receipts = world.deliver(batch, leave(batch, world.stage.plan_hash))
    world.advance(NOW + timedelta(days=10))
    answered = set(world.outcomes(NOW).key.tolist()) - {0}
    assert answered == set(batch.key[receipts.accepted].tolist())
    assert len(door.written) == 1


def test_without_a_permit_no_file_is_written() -> None:
    door = OpenDoor()
    world = opened(door, Sandbox(1))
    batch = letters(world.stage, np.arange(5))
    world.advance(NOW + timedelta(days=1.5))
    with pytest.raises(NoPermit):
        world.deliver(batch, replace(leave(batch, world.stage.plan_hash), tag=b"forged"))
    assert door.written == []


def test_a_replayed_world_answers_as_the_one_that_died_and_writes_nothing() -> None:
    first, second = OpenDoor(), OpenDoor()
    died, reborn = opened(first, Sandbox(1, eager())), opened(second, Sandbox(1, eager()))
    batches = [letters(died.stage, np.arange(200), slot, days=1.5 + 4 * slot) for slot in range(3)]
    for place, batch in enumerate(batches):
        died.advance(datetime.fromtimestamp(batch.at, UTC))
        accepted = died.deliver(batch, leave(batch, died.stage.plan_hash)).accepted
        if place < 2:
            reborn.replay(batch.where(accepted))
        else:
            reborn.advance(datetime.fromtimestamp(batch.at, UTC))
            reborn.deliver(batch, leave(batch, reborn.stage.plan_hash))
    for world in (died, reborn):
        world.advance(NOW + timedelta(days=45))
    assert (died.history() == reborn.history()).all()
    assert died.outcomes(NOW).at.tolist() == reborn.outcomes(NOW).at.tolist()
    assert [len(door.written) for door in (first, second)] == [3, 1]


def test_the_truth_is_drawn_apart_from_every_twin_and_is_the_same_for_the_same_seed() -> None:
    assert apart(5) == apart(5) != apart(6)
    truth = apart(5)
    twins = draws(BELIEF, 200, 5)
    for name in UNCERTAIN:
        assert getattr(truth, name) not in [getattr(one, name) for one in twins]


def test_the_sandboxes_own_scale_reaches_beyond_the_priors() -> None:
    clicks = np.array([apart(seed).click_email for seed in range(400)])
    assert clicks.mean() == pytest.approx(0.09 * np.exp(0.25**2 / 2), rel=0.06)
    assert clicks.std() > 1.25 * 0.025


def test_planned_withdrawals_reach_the_sandbox() -> None:
    world = opened(OpenDoor(), Sandbox(1, withdrawals=(Withdrawal(START + 86_400, (0, 1, 2)),)))
    world.advance(NOW + timedelta(days=2))
    assert int((world.outcomes(NOW).kind == CONSENT_WITHDRAWN).sum()) == 3
