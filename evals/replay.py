"""Whether the twin blocks the very contacts that the sandbox blocks: random plans lived through in both.

The twin keeps its books in columns, the sandbox in the database; engine, guard, people, truth and luck are the same. No
socket may be opened meanwhile, which Python's audit events tell (PEP 578).
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from campaigns.border import Border
from campaigns.contact import ENDS_CONSENT, ContactBatch, Permit, Receipts
from campaigns.workspace import Workspace
from delivery.books_columns import ColumnBooks
from delivery.horizon import horizon_end
from delivery.outbox.books_sql import SqlBooks
from delivery.schedule import Tick
from delivery.values import Values
from evals.guard_suites import written
from evals.masks import HISTORY, Everybody, Heard, Life, Scattered, random_life, write_others
from evals.scoring import SuiteResult, gate
from policies.guard import Guard
from policies.load import load_policies
from policies.rule import PolicySet
from simulator.calendar import KIND
from simulator.sandbox import SandboxWorld, apart
from simulator.stage import Stage
from simulator.world import SimWorld, Withdrawal

PLANS = 1_000
UNSUBSCRIBE_CHANCE, COMPLAINT_CHANCE = 0.08, 0.02
"""People leave so often that contacts after it are there to be blocked."""
Verdicts = dict[tuple[int, int], int]
"""The guard's mask of each contact, by instant and key."""


class ReplaySample(Border):
    """Random plans of one batch, each lived through twice: contacts asked about, blocked, told apart, and sockets opened."""

    plans: int
    contacts: int
    blocked: int
    delivered: int
    left: int
    differences: int
    sockets: int
    first_difference: str = ""


@dataclass
class Sockets:
    """Counts attempts to use the network from its making on; an audit hook stays for the life of the process."""

    opened: int = 0

    def __post_init__(self) -> None:
        sys.addaudithook(self._heard)

    def __hash__(self) -> int:
        return id(self)

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        del given
        self.opened += event.startswith("socket.")


@dataclass
class Tray:
    """A door that takes every permitted message and writes none."""

    guard: Guard

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """All accepted; NoPermit unless the permit covers them."""
        self.guard.verify(permit, batch.key, batch.at)
        return Receipts(key=batch.key, accepted=np.ones(len(batch), bool))


def replayed(life: Life, ws: Workspace, policies: PolicySet) -> ReplaySample:
    """One life in the twin and in the sandbox; the database's tables are empty afterwards."""
    stage = _stage(life)
    truth = replace(
        apart(life.plan.seed), unsubscribe_per_contact=UNSUBSCRIBE_CHANCE, complaint_per_contact=COMPLAINT_CHANCE
    )
    gone = tuple(Withdrawal(at, (row,)) for at, row, _ in life.withdrawals)
    twin_books, live_books = ColumnBooks(life.roster, life.plan), SqlBooks(ws, life.roster, life.plan)
    earlier = np.array(life.others, np.int64).reshape(-1, 2)
    twin_books.sent_before(earlier[:, 1], earlier[:, 0])
    write_others(ws, life)
    guard = Heard(policies)
    twin = SimWorld(stage, truth, guard, life.plan.seed, gone)
    told = _lived(life, twin, twin_books, guard, lambda _at, _slot: nullcontext())
    heard = Heard(policies)
    live_books.begin(life.plan.created_at, heard.contact_rules)
    sandbox = SandboxWorld(stage, truth, Tray(heard), life.plan.seed, gone)
    live = _lived(life, sandbox, live_books, heard, live_books.tick)
    with ws.engine.begin() as connection:
        for table in HISTORY:
            connection.exec_driver_sql(f"DELETE FROM {table}")
    unlike = sorted(key for key in {**told, **live} if told.get(key) != live.get(key))
    sent = [{(batch.at, key) for batch in world.delivered for key in batch.key.tolist()} for world in (twin, sandbox)]
    differ = len(unlike) + len(sent[0] ^ sent[1])
    rules = [tuple(heard.rules_in(side.get(unlike[0], 0))) for side in (told, live)] if unlike else []
    kinds = Counter(twin.history()[KIND].tolist())
    return ReplaySample(
        plans=1,
        contacts=len(live),
        blocked=sum(mask != 0 for mask in live.values()),
        delivered=len(sent[1]),
        left=sum(count for kind, count in kinds.items() if kind >= ENDS_CONSENT),
        differences=differ,
        sockets=0,
        first_difference=f"plan {life.plan.plan_id}: twin {rules[0]}, sandbox {rules[1]}" if rules else "",
    )


def _stage(life: Life) -> Stage:
    start = datetime.fromtimestamp(life.instants[0] - 10 * 86_400, UTC)
    return Stage.build(life.plan, life.roster, start, max(horizon_end(life.plan), datetime.fromtimestamp(life.instants[-1] + 86_400, UTC)))  # fmt: skip


def _lived(
    life: Life, world: SimWorld, books: ColumnBooks | SqlBooks, guard: Heard, tick: Callable[[int, int], Any]
) -> Verdicts:
    """What the guard said of every contact of a life."""
    chooser = Scattered(len(life.plan.creatives), life.plan.seed)
    values = Values.build(life.plan, life.roster)
    engine = Everybody(life.plan, life.roster, guard, values, life.plan.seed, chooser, stops_on_harm=False)
    for slot, at in enumerate(life.instants):
        world.advance(datetime.fromtimestamp(at, UTC))
        with tick(at, slot):
            engine.tick(world, books, Tick(at, slot, tuple(range(len(life.roster.zones)))))
    return {
        (batch.at, key): mask
        for batch, _, masks in guard.asked
        for key, mask in zip(batch.key.tolist(), masks.tolist(), strict=True)
    }


def run_replays(seed: int, plans: int, progress: Callable[[str], None], batches: int = 10) -> tuple[ReplaySample, ...]:
    """Samples of `plans` random plans in `batches` of about equal size; the same seed gives the same samples."""
    policies, watch = load_policies(), Sockets()
    samples: list[ReplaySample] = []
    with tempfile.TemporaryDirectory(prefix="twinpilot-replay-") as scratch:
        ws = Workspace.create(Path(scratch) / "workspace")
        for batch in np.array_split(np.arange(plans), min(batches, plans)):
            before = watch.opened
            found = [replayed(random_life(seed, int(one), policies), ws, policies) for one in batch]
            samples.append(joined(found).model_copy(update={"sockets": watch.opened - before}))
            progress(f"replayed {sum(sample.plans for sample in samples):,} of {plans:,} random plans")
        ws.engine.dispose()
    return tuple(samples)


def joined(samples: list[ReplaySample]) -> ReplaySample:
    """Several samples as one."""
    names = ("plans", "contacts", "blocked", "delivered", "left", "differences", "sockets")
    return ReplaySample(
        **{name: sum(getattr(sample, name) for sample in samples) for name in names},
        first_difference=next((sample.first_difference for sample in samples if sample.first_difference), ""),
    )


def run_replay_suite(out: Path, seed: int, progress: Callable[[str], None], plans: int = PLANS) -> SuiteResult:
    """Random plans in twin and sandbox; writes `replay.json` and `replay.md` into `out`."""
    samples = run_replays(seed, plans, progress)
    whole = joined(list(samples))
    gates = (
        gate("random plans", whole.plans, plans, True),
        gate("contacts that twin and sandbox judge or send differently", whole.differences, 0, False),
        gate("sockets opened", whole.sockets, 0, False),
        gate("contacts judged", whole.contacts, 100 * plans, True),
        gate("contacts blocked", whole.blocked, 10 * plans, True),
        gate("people who left or withdrew", whole.left, plans, True),
    )
    text = (
        f"# Replay\n\nSeed {seed}. {whole.plans:,} random plans in the twin and in the sandbox, {whole.contacts:,} contacts "
        f"judged in each, {whole.blocked:,} blocked, {whole.delivered:,} sent, {whole.left:,} departures: {whole.differences} "
        f"differences, {whole.sockets} sockets.\n"
        + (f"\nThe first difference: {whole.first_difference}\n" if whole.differences else "")
    )
    return written("replay", out, seed, gates, samples, text)
