from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from campaigns.contact import CLICK, CONSENT_WITHDRAWN, ContactBatch, OutcomeBatch, Permit, Receipts
from campaigns.experiment import TREATED
from campaigns.plan import Plan
from delivery.books_columns import ColumnBooks
from delivery.decide import Decider
from delivery.engine import PACE_SLACK, Engine, TickReport
from delivery.roster import Roster
from delivery.schedule import ticks
from delivery.values import Values
from policies.errors import NoPermit
from policies.guard import Guard
from policies.load import load_policies
from tests.builders import NOW, figure, plan, snapshot

GUARD = Guard(load_policies(), b"a key for tests only, 32 bytes...")


class Wire:
    """A world that keeps what it was given and answers with the outcomes it was told to."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.at = NOW
        self.sent: list[ContactBatch] = []
        self.queue: list[OutcomeBatch] = []

    def now(self) -> datetime:
        return self.at

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        self.guard.verify(permit, batch.key, int(self.at.timestamp()))
        self.sent.append(batch)
        return Receipts(batch.key, np.ones(len(batch), bool))

    def outcomes(self, since: datetime) -> OutcomeBatch:
        return self.queue.pop() if self.queue else OutcomeBatch.empty()


def run(the_plan: Plan, people: int = 300) -> tuple[Wire, ColumnBooks, Roster, list[TickReport]]:
    roster = Roster.build(the_plan, snapshot(people))
    world, books = Wire(GUARD), ColumnBooks(roster, the_plan)
    engine = Engine(the_plan, roster, GUARD, Values.build(the_plan, roster), seed=3)
    reports = []
    for tick in ticks(the_plan, roster.zones, NOW):
        world.at = datetime.fromtimestamp(tick.at, UTC)
        reports.append(engine.tick(world, books, tick))
    return world, books, roster, reports


def test_only_treated_people_with_consent_receive_and_each_contact_once() -> None:
    world, _, roster, reports = run(plan())

    rows = np.concatenate([batch.row for batch in world.sent])
    keys = np.concatenate([batch.key for batch in world.sent])
    slots = np.concatenate([batch.slot for batch in world.sent])
    assert len(rows) == sum(report.accepted for report in reports) > 500
    assert (roster.arm[rows] == TREATED).all()
    assert len(np.unique(keys)) == len(keys)
    assert len({*zip(rows.tolist(), slots.tolist(), strict=True)}) == len(rows)


def test_spend_and_reservations_stay_within_a_tight_budget_and_go_to_the_most_valuable() -> None:
    world, books, _, reports = run(plan(budget_micros=30_000_000))

    account = books.account()
    assert account.spent + account.reserved <= 30_000_000
    assert sum(report.claimed for report in reports) < sum(report.chosen for report in reports)
    assert sum(int(batch.cost_micros.sum()) for batch in world.sent) == account.spent


def test_messages_keep_to_the_planned_contacts_at_an_even_pace() -> None:
    generous = plan()
    few = tuple(cell.model_copy(update={"contacts": figure(20, "contacts")}) for cell in generous.allocation.cells)
    slow = plan(allocation=generous.allocation.model_copy(update={"cells": few}))

    world, _, _, reports = run(slow)

    planned = sum(20 * slow.allocation.contact_cost_micros[cell.channel] for cell in few)
    spent = np.cumsum([int(batch.cost_micros.sum()) for batch in world.sent])
    slots = np.array([report.slot for report in reports])
    assert (spent <= PACE_SLACK * planned * (slots + 1) / 13).all()
    assert spent[-1] > 0.9 * planned


def test_a_withdrawal_stops_every_later_message_to_that_person() -> None:
    the_plan = plan()
    roster = Roster.build(the_plan, snapshot())
    world, books = Wire(GUARD), ColumnBooks(roster, the_plan)
    engine = Engine(the_plan, roster, GUARD, Values.build(the_plan, roster), seed=3)
    first, *later = ticks(the_plan, roster.zones, NOW)
    world.at = datetime.fromtimestamp(first.at, UTC)
    engine.tick(world, books, first)
    gone = world.sent[0].row[:5]
    none = np.zeros(5, np.int64)
    world.queue.append(
        OutcomeBatch(
            kind=np.full(5, CONSENT_WITHDRAWN, np.int16),
            row=gone,
            at=np.full(5, first.at + 60),
            key=np.zeros(5, np.uint64),
            revenue_micros=none,
            margin_micros=none,
            cost_micros=none,
        )
    )

    blocked = []
    for tick in later:
        world.at = datetime.fromtimestamp(tick.at, UTC)
        blocked.append(engine.tick(world, books, tick).blocked)

    assert not np.isin(np.concatenate([batch.row for batch in world.sent[1:]]), gone).any()
    assert any("consent_required" in report for report in blocked)


def test_an_expired_plan_sends_nothing_and_says_why() -> None:
    world, _, _, reports = run(plan(expires_at=NOW))

    assert not any(len(batch) for batch in world.sent)
    assert all("plan_in_force" in report.blocked for report in reports if report.chosen)


def test_clicks_teach_the_decider_which_action_was_clicked() -> None:
    the_plan = plan()
    roster = Roster.build(the_plan, snapshot())
    world, books = Wire(GUARD), ColumnBooks(roster, the_plan)
    engine = Engine(the_plan, roster, GUARD, Values.build(the_plan, roster), seed=3)
    first, second, *_ = ticks(the_plan, roster.zones, NOW)
    world.at = datetime.fromtimestamp(first.at, UTC)
    engine.tick(world, books, first)
    sent = world.sent[0]
    chosen = sent.where(sent.action == sent.action[0])
    none = np.zeros(len(chosen), np.int64)
    world.queue.append(
        OutcomeBatch(np.full(len(chosen), CLICK, np.int16), chosen.row, none + second.at, chosen.key, none, none, none)
    )

    world.at = datetime.fromtimestamp(second.at, UTC)
    engine.tick(world, books, second)

    assert isinstance(engine.chooser, Decider)
    clicks = engine.chooser.tally.clicks
    assert clicks[first.slot, sent.action[0]] == len(chosen)
    assert clicks.sum() == len(chosen)


def test_a_world_takes_no_batch_beyond_its_permit() -> None:
    the_plan = plan()
    world, _, _, _ = run(the_plan)
    batch = world.sent[0]
    forged = Permit(the_plan.hash, GUARD.policy_hash, batch.at + 60, batch.key, b"0" * 32)

    with pytest.raises(NoPermit):
        world.deliver(batch, forged)
