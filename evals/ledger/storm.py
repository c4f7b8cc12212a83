"""A storm: workers on shared accounts, killed at random and replaced, then all at once; what they left is reconciled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from sqlalchemy.exc import OperationalError

from campaigns.border import Border
from campaigns.contact import BoolArray, KeyArray
from campaigns.plan import Plan
from campaigns.state import is_server
from campaigns.workspace import Workspace
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.reconcile import reconcile
from delivery.outbox.rows import signed
from delivery.roster import Roster
from evals.ledger.books import Wrong, keep_trail, sent, states, unexplained, wrong
from evals.ledger.worker import Task, work
from evals.random_plans import figure, people, plan

ACCOUNTS = 4
BUDGET = 800_000_000
"""In micros: the workers are at it for a good part of a minute before nothing is left to claim."""
CEILING_SHARE = 0.3
"""Of the budget per cell, so that some cells are full before the account is."""
ROUNDS = 2
BETWEEN_KILLS = 0.04
_SIGKILL = -9
_DRIVERS = ("sqlalchemy.dialects.sqlite.pysqlite", "sqlalchemy.dialects.postgresql.psycopg", "psycopg")
"""Imported once, before the first fork; one that is not installed is passed over."""


class Storm(Border):
    """What a storm was: processes started and killed, states of accounts seen, contacts accepted, the least and most
    of a budget that was used up, claims that dead processes left and the channel decided, and what was wrong."""

    database: str
    seconds: float
    workers: int
    started: int
    killed: int
    failed: int
    states: int
    snapshots: int
    accepted: int
    reconciled: int
    reconciled_as_sent: int
    least_used: float
    most_used: float
    wrong: Wrong


def storm(
    ws: Workspace, workers: int, seconds: float, seed: int, progress: Callable[[str], None] = lambda _: None
) -> Storm:
    """Live through a storm of this length on a fresh workspace's state, be it SQLite or PostgreSQL.

    Every worker is a process of its own. The kills' instants, and so all counts but those of `wrong`, differ from run to run.
    """
    rng = np.random.default_rng(seed)
    shops = tuple(_shop(rng, number) for number in range(ACCOUNTS))
    plans = {made.plan_id: made for made, _ in shops}
    books = [SqlBooks(ws, roster, made) for made, roster in shops]
    for account, (made, _) in zip(books, shops, strict=True):
        account.begin(made.created_at, ("consent",))
    keep_trail(ws)
    channel = ws.root / "channel.log"
    task = Task(ws.root, ws.settings, shops, channel, int(shops[0][0].created_at.timestamp()), 0)
    ws.engine.dispose()
    crowd = _Crowd(ws, task, workers, rng)
    reconciled = as_sent = 0
    for number in range(ROUNDS):
        crowd.live(seconds / ROUNDS)
        # Nobody lives now, so whoever claimed cannot send any more, and the channel's list is final.
        for account in books:
            receipts = reconcile(account, _answer(channel))
            reconciled += len(receipts.key)
            as_sent += int(receipts.accepted.sum())
        progress(f"round {number + 1} of {ROUNDS}: {crowd.started} processes, {crowd.killed} killed")
    used = [1 - account.account().left / BUDGET for account in books]
    left = sum(len(account.unsettled()) for account in books)
    with ws.engine.connect() as connection:
        name = connection.dialect.name
        accepted = int(connection.exec_driver_sql("SELECT COUNT(*) FROM contact WHERE state = 'accepted'").scalar_one())
    found = wrong(ws, plans, channel, left, crowd.off)
    seen, _, _ = states(ws, plans)
    ws.engine.dispose()
    return Storm(
        database=name, seconds=seconds, workers=workers, started=crowd.started, killed=crowd.killed, failed=crowd.failed,
        states=seen, snapshots=crowd.snapshots, accepted=accepted, reconciled=reconciled,
        reconciled_as_sent=as_sent, least_used=min(used), most_used=max(used), wrong=found,
    )  # fmt: skip


class _Crowd:
    """The workers, started from a process that has imported everything and opened nothing."""

    def __init__(self, ws: Workspace, task: Task, workers: int, rng: np.random.Generator) -> None:
        self.ws, self.task, self.workers, self.rng = ws, task, workers, rng
        self.started = self.killed = self.failed = self.snapshots = self.off = 0
        self.context = get_context("forkserver")
        self.context.set_forkserver_preload(["evals.ledger.worker", *_DRIVERS])

    def live(self, seconds: float) -> None:
        """Let them all work for this long, killing and replacing one after the other; then kill everybody."""
        crowd = [self._start() for _ in range(self.workers)]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self.rng.exponential(BETWEEN_KILLS))
            place = int(self.rng.integers(len(crowd)))
            self._end(crowd[place])
            crowd[place] = self._start()
            if self.rng.random() < 0.1:
                self._look()
        for worker in crowd:
            worker.kill()
        for worker in crowd:
            self._end(worker)

    def _start(self) -> BaseProcess:
        self.started += 1
        seed = int(self.rng.integers(2**62))
        worker = self.context.Process(target=work, args=(replace(self.task, seed=seed),), daemon=True)
        worker.start()
        return worker

    def _end(self, worker: BaseProcess) -> None:
        worker.kill()
        worker.join()
        self.killed += worker.exitcode == _SIGKILL
        self.failed += worker.exitcode != _SIGKILL

    def _look(self) -> None:
        """Add up one snapshot of the tables as somebody else would see them at this moment."""
        with self.ws.engine.connect() as connection:
            if is_server(connection):
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.exec_driver_sql("BEGIN")
            try:
                self.off += unexplained(connection)
                self.snapshots += 1
            except OperationalError:
                return


def _answer(channel: Path) -> Callable[[KeyArray], BoolArray]:
    got = sent(channel)
    return lambda keys: np.array([key in got for key in signed(keys)], bool)


def _shop(rng: np.random.Generator, number: int) -> tuple[Plan, Roster]:
    """A plan whose account is too small for everything that the workers will want, and its people."""
    frame = people(rng)
    made = plan(rng, number + 1, frame, "0" * 64)
    money = figure(BUDGET, "micros:USD")
    ceiling = figure(BUDGET * CEILING_SHARE, "micros:USD")
    cells = tuple(cell.model_copy(update={"ceiling": ceiling}) for cell in made.allocation.cells)
    allocation = made.allocation.model_copy(update={"cells": cells, "budget": money, "total": money})
    made = made.model_copy(update={"allocation": allocation})
    return made, Roster.build(made, frame)
