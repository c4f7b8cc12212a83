"""One worker of the storm: claims random batches on shared accounts, sends, settles and redeems until it is killed."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from campaigns.contact import REDEMPTION, ContactBatch, OutcomeBatch, Receipts
from campaigns.keys import contact_keys, key_of
from campaigns.plan import Plan
from campaigns.state import alone
from campaigns.workspace import Settings, Workspace
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from delivery.values import Values

SLOTS = 200
"""Send occurrences per person, so that people times slots is what all workers together fight over."""
LARGEST_BATCH = 24
SHARE_ACCEPTED, SHARE_REDEEMED = 0.85, 0.3
SHARE_DYING = 0.02
"""Of the batches: the worker dies right after the claim, and as often right after the channel has it, so that every
storm has claims to reconcile, however seldom a kill from outside hits these short moments."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is given: the workspace, its plans with their people, and the file that stands for the channel."""

    root: Path
    settings: Settings
    plans: tuple[tuple[Plan, Roster], ...]
    channel: Path
    start: int
    seed: int


def work(task: Task) -> None:
    """Claim, send, settle, redeem, for ever; every error but a busy database ends the worker, and shows as such."""
    from sqlalchemy.exc import OperationalError

    os.nice(15)  # whoever kills and replaces them must get a turn on a machine of two cores
    rng = np.random.default_rng(task.seed)
    ws = Workspace(task.root, task.settings)
    shops = [Shop(SqlBooks(ws, roster, plan), plan, roster) for plan, roster in task.plans]
    channel = os.open(task.channel, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        shop, kind = shops[rng.integers(len(shops))], rng.random()
        try:
            if kind < 0.02:
                with ws.session() as session:
                    alone(session.connection())
            elif kind < 0.1:
                shop.tick_in_vain(rng, task.start)
            else:
                shop.send(rng, task.start, channel)
        except OperationalError:
            ws.engine.dispose()


class Shop:
    """One account as a worker uses it."""

    def __init__(self, books: SqlBooks, plan: Plan, roster: Roster) -> None:
        self.books, self.roster = books, roster
        self.values, self.plan_key = Values.build(plan, roster), key_of(plan.plan_id)

    def send(self, rng: np.random.Generator, start: int, channel: int) -> None:
        """Claim a batch, hand what was claimed to the channel, settle it and redeem some of its offers; any step may be the last."""
        batch = self.batch(rng, start)
        taken = batch.where(self.books.claim(batch))
        if not len(taken):
            return
        _perhaps_die(rng)
        accepted = rng.random(len(taken)) < SHARE_ACCEPTED
        if accepted.any():
            os.write(channel, b"".join(b"%016x\n" % key for key in taken.key[accepted].tolist()))
        _perhaps_die(rng)
        self.books.settle(Receipts(taken.key, accepted))
        redeemed = taken.where(accepted & (taken.liability_micros > 0) & (rng.random(len(taken)) < SHARE_REDEEMED))
        if len(redeemed):
            self.books.record(redemptions(redeemed, rng))

    def tick_in_vain(self, rng: np.random.Generator, start: int) -> None:
        """A tick whose messages are all refused: it holds the contacts of everybody and moves no money in the end."""
        batch = self.batch(rng, start)
        with self.books.tick(int(rng.integers(2**40)), 0):
            self.books.facts(batch.row, datetime.fromtimestamp(batch.at, UTC))
            taken = batch.where(self.books.claim(batch))
            self.books.settle(Receipts(taken.key, np.zeros(len(taken), bool)))

    def batch(self, rng: np.random.Generator, start: int) -> ContactBatch:
        """Random people at a random occurrence, some twice; a quarter hold the offer already and reserve nothing for it."""
        size = int(rng.integers(1, LARGEST_BATCH + 1))
        slot = int(rng.integers(SLOTS))
        row = rng.integers(self.roster.size, size=size)
        action = rng.integers(len(self.values.cost), size=size).astype(np.int16)
        holds = rng.random(size) < 0.25
        return ContactBatch(
            at=start + slot * 43_200,
            key=contact_keys(self.plan_key, self.roster.person_key[row], slot),
            row=row,
            action=action,
            slot=np.full(size, slot, np.int64),
            cell=np.maximum(self.values.cell_of[self.roster.segment[row], action], 0),
            propensity=np.full(size, 0.5),
            cost_micros=self.values.cost[action],
            liability_micros=np.where(holds, 0, self.values.face_value[action]),
        )


def _perhaps_die(rng: np.random.Generator) -> None:
    if rng.random() < SHARE_DYING:
        os.kill(os.getpid(), signal.SIGKILL)


def redemptions(taken: ContactBatch, rng: np.random.Generator) -> OutcomeBatch:
    """One redemption per contact, of half its offer's face value or all of it."""
    none = np.zeros(len(taken), np.int64)
    return OutcomeBatch(
        kind=np.full(len(taken), REDEMPTION, np.int16),
        row=taken.row,
        at=np.full(len(taken), taken.at, np.int64),
        key=taken.key,
        revenue_micros=none,
        margin_micros=none,
        cost_micros=taken.liability_micros // rng.integers(1, 3, len(taken)),
    )
