"""Taking up a run whose process died: what is committed is lived through again in the world, and sent to nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from campaigns.contact import ContactBatch, Receipts
from campaigns.plan import Plan
from campaigns.ports import World
from campaigns.workspace import Workspace
from delivery.engine import Engine
from delivery.errors import NotLaunched
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.reading import OutboxReader
from delivery.outbox.records import ACCEPTED
from delivery.outbox.rows import unsigned


class DrivenWorld(World, Protocol):
    """A world whose clock the launch moves, and which can be brought back to where a dead process left it."""

    def advance(self, until: datetime, /) -> None:
        """Let everything happen up to and including this instant."""

    def replay(self, batch: ContactBatch, /) -> None:
        """Take these contacts, sent at `batch.at` by the process that died, as delivered; nothing is sent."""


def committed(books: SqlBooks) -> list[tuple[int, int]]:
    """Instant (epoch seconds) and slot of every tick that is in the books, in order."""
    return books.ticks()


def followed_up(ws: Workspace, plan: Plan) -> bool:
    """Whether the plan's account is closed; False also when the launch died before it opened one."""
    try:
        return OutboxReader(ws, plan, int(plan.audience.size.value)).account().closed
    except NotLaunched:
        return False


def catch_up(books: SqlBooks, engine: Engine, world: DrivenWorld, done: list[tuple[int, int]]) -> None:
    """Bring a new world and a new engine to where the last committed tick left the old ones."""
    for at, slot in done:
        world.advance(datetime.fromtimestamp(at, UTC))
        batch, receipts = contacts_of(books, at, slot)
        engine.remember(batch, receipts)
        world.replay(batch.where(receipts.accepted))
    if done:
        with books.replaying():
            engine.observe(world, books)
        engine.halted = books.halted


def contacts_of(books: SqlBooks, at: int, slot: int) -> tuple[ContactBatch, Receipts]:
    """The contacts of one committed tick in the order in which they were claimed, and which were accepted."""
    found = books.contacts_of(at, slot)
    key, row, action, slots, cell, propensity, cost, liability, state = zip(*found, strict=True) if found else ((),) * 9
    batch = ContactBatch(
        at=at,
        key=unsigned(list(key)),
        row=np.array(row, np.int64),
        action=np.array(action, np.int16),
        slot=np.array(slots, np.int64),
        cell=np.array(cell, np.int16),
        propensity=np.array(propensity, np.float64),
        cost_micros=np.array(cost, np.int64),
        liability_micros=np.array(liability, np.int64),
    )
    return batch, Receipts(key=batch.key, accepted=np.array([one == ACCEPTED for one in state], bool))
