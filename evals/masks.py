"""Whether the three evaluators say the same of every contact: in the frame at plan time, in the twin, and at send time.

Each of the three gets its facts in its own way: the frame from the snapshot and a log of what was sent, by polars; the
twin from its books of columns; the send from the database. The clock, the people and the decisions are the same.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from campaigns.border import Border
from campaigns.contact import (
    COMPLAINT,
    CONSENT_WITHDRAWN,
    UNSUBSCRIBE,
    ContactBatch,
    IntArray,
    OutcomeBatch,
    Permit,
    Receipts,
)
from campaigns.keys import uniforms
from campaigns.plan import Plan
from campaigns.ports import Books
from campaigns.workspace import Workspace
from delivery.books_columns import ColumnBooks
from delivery.decide import Asked, Choice, Unlearning
from delivery.engine import Engine
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from delivery.schedule import Tick, occurrences
from delivery.values import Values
from evals.random_plans import people, plan
from policies.evaluators.frame import violated
from policies.facts import row_of
from policies.guard import Guard
from policies.jurisdiction import Place, age_needed, laws
from policies.load import load_policies
from policies.rule import PolicySet
from tools.experiment.assignment import assign

KEY = b"the-key-of-the-masks-suite"
TICKS = 5
GAPS = (3_600, 5 * 3_600, 23 * 3_600, 24 * 3_600, 25 * 3_600, 48 * 3_600)
"""Seconds between two instants: on both sides of a day, a calendar day and the clock's change."""
HISTORY = ("contact", "outcome", "refusal", "tick", "account", "withdrawal")


class MaskSample(Border):
    """Random plans of one batch: contacts judged three times, differences, and how often each rule was violated."""

    plans: int
    contacts: int
    allowed: int
    differences: int
    fired: dict[str, int]
    first_difference: str = ""


class Heard(Guard):
    """A guard that keeps what it was asked."""

    def __init__(self, policies: PolicySet) -> None:
        super().__init__(policies, KEY)
        self.asked: list[tuple[ContactBatch, Mapping[str, Any], IntArray]] = []
        self.accepted: list[ContactBatch] = []
        """What a scripted world took, batch by batch."""

    def permit(
        self, plan_hash: str, batch: ContactBatch, facts: Mapping[str, Any], ttl_seconds: int = 3600
    ) -> tuple[Permit, IntArray]:
        """The guard's own answer, noted."""
        permit, masks = super().permit(plan_hash, batch, facts, ttl_seconds)
        self.asked.append((batch, facts, masks))
        return permit, masks


class Everybody(Engine):
    """The engine, with people of every arm due at every instant, so that every rule is asked."""

    def _due(self, tick: Tick) -> IntArray:
        return np.arange(self.roster.size)


@dataclass
class Scattered(Unlearning):
    """Decides for anybody by a draw of the contact's key, whether the channel is open to them or not."""

    actions: int
    seed: int

    def choose(self, asked: Asked) -> Choice:
        """A contact for four in five."""
        draw = uniforms(self.seed, asked.keys, 7)
        action = np.where(draw < 0.2, -1, (draw * 1e6).astype(np.int64) % self.actions)
        return Choice(action.astype(np.int16), np.full(len(asked.rows), 0.5), draw)


@dataclass
class Scripted:
    """A world with a fixed clock, in which one message in ten is not taken and some people withdraw."""

    guard: Heard
    withdrawals: list[tuple[int, int, int]]
    at: int = 0

    def now(self) -> datetime:
        """The instant that was set."""
        return datetime.fromtimestamp(self.at, UTC)

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Receipts by a draw of the key."""
        self.guard.verify(permit, batch.key, self.at)
        accepted = uniforms(1, batch.key, 9) > 0.1
        self.guard.accepted.append(batch.where(accepted))
        return Receipts(key=batch.key, accepted=accepted)

    def outcomes(self, since: datetime) -> OutcomeBatch:
        """The withdrawals after `since`, up to now."""
        due = [one for one in self.withdrawals if since.timestamp() < one[0] <= self.at]
        if not due:
            return OutcomeBatch.empty()
        none = np.zeros(len(due), np.int64)
        at, rows, kinds = (np.array(column, np.int64) for column in zip(*due, strict=True))
        return OutcomeBatch(kinds.astype(np.int16), rows, at, np.zeros(len(due), np.uint64), none, none, none)


@dataclass
class Life:
    """One random plan with its people, instants, withdrawals (instant, row, kind) and earlier messages of another campaign
    (instant, row)."""

    plan: Plan
    frame: pl.DataFrame
    instants: list[int]
    withdrawals: list[tuple[int, int, int]]
    others: list[tuple[int, int]] = field(default_factory=list)
    roster: Roster = field(init=False)

    def __post_init__(self) -> None:
        self.roster = Roster.build(self.plan, self.frame)


def random_life(seed: int, number: int, policies: PolicySet) -> Life:
    """The life of a plan by its number; the same seed and number give the same one."""
    rng = np.random.default_rng((seed, number))
    frame = people(rng)
    made = plan(rng, number, frame, policies.hash)
    # Mostly in the American afternoon, or quiet hours would hide every other rule.
    minute = int(rng.integers(14 * 60, 24 * 60) if rng.random() < 0.8 else rng.integers(0, 2_880))
    start = datetime.combine(made.brief.window.start, datetime.min.time(), UTC) + timedelta(minutes=minute)
    count = min(TICKS, len(occurrences(made)))
    instants = [int(start.timestamp()) + int(gap) for gap in np.cumsum(rng.choice(GAPS, count))]
    ends = (UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN)
    gone = [
        (int(rng.integers(instants[0] - 3_600, instants[-1])), int(row), int(rng.choice(ends)))
        for row in rng.choice(frame.height, int(rng.integers(0, 12)), replace=False)
    ]
    written = rng.choice(frame.height, int(rng.integers(0, frame.height)))
    others = [(instants[0] - int(rng.integers(60, 9 * 86_400)), int(row)) for row in written]
    return Life(made, frame, instants, sorted(gone), sorted(others))


def live_through(life: Life, books: Books, policies: PolicySet, tick: Callable[[int, int], Any]) -> Heard:
    """Every instant of a life on these books; what the guard was asked. `tick` opens a transaction of the books."""
    guard = Heard(policies)
    world = Scripted(guard, life.withdrawals)
    chooser = Scattered(len(life.plan.creatives), life.plan.seed)
    values = Values.build(life.plan, life.roster)
    engine = Everybody(life.plan, life.roster, guard, values, life.plan.seed, chooser, stops_on_harm=False)
    for slot, at in enumerate(life.instants):
        world.at = at
        with tick(at, slot):
            engine.tick(world, books, Tick(at, slot, tuple(range(len(life.roster.zones)))))
    return guard


def compare(life: Life, ws: Workspace, policies: PolicySet) -> MaskSample:
    """The three verdicts on every contact of a life, and in how many they differ; the tables are empty afterwards."""
    from contextlib import nullcontext

    twin_books, live_books = ColumnBooks(life.roster, life.plan), SqlBooks(ws, life.roster, life.plan)
    earlier = np.array(life.others, np.int64).reshape(-1, 2)
    twin_books.sent_before(earlier[:, 1], earlier[:, 0])
    write_others(ws, life)
    twin = live_through(life, twin_books, policies, lambda _at, _slot: nullcontext())
    live_books.begin(life.plan.created_at, twin.contact_rules)
    live = live_through(life, live_books, policies, live_books.tick)
    fired: Counter[str] = Counter()
    contacts = allowed = differences = 0
    first = ""
    for number, ((batch, _, in_twin), (sent, facts, _)) in enumerate(zip(twin.asked, live.asked, strict=True)):
        log = _log(life, twin.accepted[:number])
        planned = dict(zip(batch.key.tolist(), frame_masks(life, policies, batch, log).tolist(), strict=True))
        twins = dict(zip(batch.key.tolist(), in_twin.tolist(), strict=True))
        at_send = {key: live.judge(row_of(facts, place)) for place, key in enumerate(sent.key.tolist())}
        for key in {**twins, **at_send}:
            told = (planned.get(key), twins.get(key), at_send.get(key))
            contacts += 1
            allowed += told[2] == 0
            fired.update(live.rules_in(told[2] or 0))
            if len(set(told)) > 1:
                differences += 1
                first = (
                    first
                    or f"plan {life.plan.plan_id}, instant {number}: frame, twin, send = {[live.rules_in(one or 0) for one in told]}"
                )
    with ws.engine.begin() as connection:
        for table in HISTORY:
            connection.exec_driver_sql(f"DELETE FROM {table}")
    return MaskSample(
        plans=1,
        contacts=contacts,
        allowed=allowed,
        differences=differences,
        fired=dict(sorted(fired.items())),
        first_difference=first,
    )


def frame_masks(life: Life, policies: PolicySet, batch: ContactBatch, log: pl.DataFrame) -> IntArray:
    """The masks of a batch by polars alone: from the snapshot, the plan, and a log of the messages that were accepted."""
    facts = frame_facts(life, policies, batch, log)
    rules = policies.scope("contact")
    bits = [violated(rule.tree, facts.schema).cast(pl.Int64) * (1 << place) for place, rule in enumerate(rules)]
    return np.asarray(facts.select(pl.sum_horizontal(bits).alias("mask"))["mask"].to_numpy())


def frame_facts(life: Life, policies: PolicySet, batch: ContactBatch, log: pl.DataFrame) -> pl.DataFrame:
    """The facts of scope `contact`, one row per contact of the batch, in its order."""
    made, at = life.plan, batch.at
    channels = [creative.channel for creative in made.creatives]
    faces = [0 if made.offer(one.offer_id) is None else 1_000_000 for one in made.creatives]
    contacts = pl.DataFrame(
        {
            "row": batch.row,
            "channel": [channels[action] for action in batch.action.tolist()],
            "face": [faces[action] for action in batch.action.tolist()],
        }
    )
    gone = [row for when, row, _ in life.withdrawals if when <= at]
    snapshot = life.frame.with_row_index("row").with_columns(
        pl.col("row").cast(pl.Int64),
        arm=pl.Series(_arms(made, life.frame)).cast(pl.Int64),
        gone=pl.col("row").is_in(gone),
    )
    prices = made.allocation.contact_cost_micros
    cells = [f"{cell.segment}/{cell.channel}" for cell in made.allocation.cells]
    spent = int(log["cost"].sum() + log["liability"].sum())
    return (
        contacts.join(snapshot, on="row", how="left", maintain_order="left")
        .join(_sent(log, life.frame, at), on="row", how="left", maintain_order="left")
        .join(_clocks(life.frame, at), on="time_zone", how="left", maintain_order="left")
        .join(_places(life, policies), on=["country", "region"], how="left", maintain_order="left")
        .with_columns(
            consent=pl.when("gone")
            .then(pl.lit(0, pl.Int8))
            .when(pl.col("channel") == "email")
            .then("consent_email")
            .otherwise("consent_push"),
            sends_1d=pl.col("sends_1d").fill_null(0),
            sends_7d=pl.col("sends_7d").fill_null(0),
            sends_local_day=pl.col("sends_local_day").fill_null(0),
            cap_7d=pl.lit(made.brief.max_contacts_per_week),
            cost_micros=pl.col("channel").replace_strict(prices, return_dtype=pl.Int64)
            + pl.when(pl.col("holds").fill_null(False)).then(0).otherwise("face"),
            budget_left_micros=pl.lit(int(made.allocation.budget.value) - spent),
            plan_expired=pl.lit(made.expires_at <= datetime.fromtimestamp(at, UTC)),
            channel_allowed=pl.concat_str("segment", "channel", separator="/").is_in(cells),
            minor=pl.col("age_to") < 18,
            purpose_marketing=pl.lit(True),
            by_email=pl.col("channel") == "email",
            by_sms=pl.lit(False),
            sms_written_consent=pl.lit(False),
        )
    )


def _arms(made: Plan, frame: pl.DataFrame) -> IntArray:
    design = made.experiment
    return np.asarray(
        assign(frame["person_id"].to_list(), design.salt, design.global_salt, design.holdout_share, design.global_share)
    )


def write_others(ws: Workspace, life: Life) -> None:
    """The other campaign's messages as contacts in the database, as its own launch would have left them."""
    names = life.roster.person_id
    rows = [
        (number + 1, "p-other", number, names[row], number, at, "email", 0, 0, 0.5, 2_000, 0, 0, "accepted")
        for number, (at, row) in enumerate(life.others)
    ]
    if rows:
        with ws.engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO contact VALUES ({', '.join('?' * len(rows[0]))}, 0)", rows)


def _log(life: Life, kept: Sequence[ContactBatch]) -> pl.DataFrame:
    """The messages of the other campaign, and those that were accepted before."""
    columns = {"row": "row", "cost": "cost_micros", "liability": "liability_micros"}
    data = {
        name: np.concatenate([getattr(batch, source) for batch in kept] or [np.zeros(0, np.int64)])
        for name, source in columns.items()
    }
    instants = np.concatenate([np.full(len(batch), batch.at, np.int64) for batch in kept] or [np.zeros(0, np.int64)])
    own = pl.DataFrame({**data, "at": instants})
    others = pl.DataFrame(life.others, schema={"at": pl.Int64, "row": pl.Int64}, orient="row")
    return pl.concat(
        [own, others.with_columns(cost=pl.lit(0, pl.Int64), liability=pl.lit(0, pl.Int64)).select(own.columns)]
    )


def _sent(log: pl.DataFrame, frame: pl.DataFrame, at: int) -> pl.DataFrame:
    """Per row of the snapshot: messages within a day, a week, the local calendar day; whether an offer is held."""
    zones = frame.with_row_index("row").select(pl.col("row").cast(pl.Int64), "time_zone")
    known = log.join(zones, on="row", how="left")
    days = [
        known.filter(pl.col("time_zone") == zone).with_columns(
            today=_local(pl.col("at"), zone).dt.date() == _local(pl.lit(at), zone).dt.date()
        )
        for zone in known["time_zone"].unique().sort()
    ]
    joined = pl.concat(days) if days else known.with_columns(today=pl.lit(False))
    return joined.group_by("row").agg(
        sends_1d=(pl.col("at") > at - 86_400).sum().cast(pl.Int64),
        sends_7d=(pl.col("at") > at - 7 * 86_400).sum().cast(pl.Int64),
        sends_local_day=pl.col("today").sum().cast(pl.Int64),
        holds=(pl.col("liability") > 0).any(),
    )


def _clocks(frame: pl.DataFrame, at: int) -> pl.DataFrame:
    """Local minute and weekday per zone, by polars' own zone data."""
    zones = frame["time_zone"].unique().sort().to_list()
    local = [pl.select(_local(pl.lit(at), zone).alias("t")).select(
        local_minute=pl.col("t").dt.hour().cast(pl.Int64) * 60 + pl.col("t").dt.minute(), local_weekday=pl.col("t").dt.weekday().cast(pl.Int64)
    ) for zone in zones]  # fmt: skip
    return pl.concat(local).with_columns(time_zone=pl.Series(zones))


def _local(instant: pl.Expr, zone: str) -> pl.Expr:
    return pl.from_epoch(instant, time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


def _places(life: Life, policies: PolicySet) -> pl.DataFrame:
    """Per place the laws that reach it and the age that the plan's category asks for there."""
    where = life.frame.select("country", "region").unique().sort("country", "region")
    places = [Place(country, region) for country, region in where.iter_rows()]
    ages = age_needed(policies.lists, [life.plan.audience.category or ""], places)
    flags = {name: pl.Series(flag) for name, flag in laws(policies.lists, places).items()}
    return where.with_columns(**flags, age_needed=pl.Series(ages).cast(pl.Int64))


def run_masks(seed: int, plans: int, progress: Callable[[str], None], batches: int = 10) -> tuple[MaskSample, ...]:
    """Samples of `plans` random plans in `batches` of about equal size; the same seed gives the same samples."""
    policies = load_policies()
    samples: list[MaskSample] = []
    with tempfile.TemporaryDirectory(prefix="twinpilot-masks-") as scratch:
        ws = Workspace.create(Path(scratch) / "workspace")
        for batch in np.array_split(np.arange(plans), min(batches, plans)):
            samples.append(joined([compare(random_life(seed, int(one), policies), ws, policies) for one in batch]))
            progress(f"compared {sum(sample.plans for sample in samples):,} of {plans:,} random plans")
        ws.engine.dispose()
    return tuple(samples)


def joined(samples: list[MaskSample]) -> MaskSample:
    """Several samples as one."""
    fired: Counter[str] = Counter()
    for sample in samples:
        fired.update(sample.fired)
    return MaskSample(
        plans=sum(sample.plans for sample in samples),
        contacts=sum(sample.contacts for sample in samples),
        allowed=sum(sample.allowed for sample in samples),
        differences=sum(sample.differences for sample in samples),
        fired=dict(sorted(fired.items())),
        first_difference=next((sample.first_difference for sample in samples if sample.first_difference), ""),
    )
