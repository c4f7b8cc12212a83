"""A workspace with data, a snapshot and an approved plan: everything that a launch needs, made in a moment."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from sqlalchemy import text

from campaigns.approval import Approval
from campaigns.contact import ContactBatch
from campaigns.creative import Creative
from campaigns.keys import contact_keys, key_of
from campaigns.plan import Plan
from campaigns.rehearsal import Passport, Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.roster import Roster
from policies.load import load_policies
from simulator.sandbox import Sandbox
from tests.builders import NOW, figure, plan, snapshot
from tools.audience.canonical import rounded, rows_digest
from tools.audience.recipients import recipients_digest
from tools.audience.snapshot import SCHEMA, path_of
from tools.data.tables import LOAD_FACTS, TABLES
from tools.data.version import data_version

WHY = "You get this e-mail because you agreed to hear from {{ brand }}."
MJML = (
    '<mjml><mj-body><mj-section><mj-column><mj-text font-family="Arial">Fresh {{ category }} at {{ brand }}.%s '
    + WHY
    + ' {{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>'
)
UNTIL = " Until {{ offer_until }}."
WORLD = Sandbox(seed=11)


def workspace(root: Path, frame: pl.DataFrame, no_address: tuple[str, ...] = ()) -> Workspace:
    """A new workspace whose data file holds these people with their zones, consents and addresses."""
    ws = Workspace.create(root)
    people = frame.select(
        "person_id", "country", pl.lit(None, pl.String).alias("region"), "time_zone",
        pl.lit(None, pl.String).alias("age_band"), pl.lit(None, pl.String).alias("attributes"),
        pl.lit("test").alias("origin"), pl.lit("test").alias("zone_origin"),
    ).rows()  # fmt: skip
    identifiers = [
        (person, kind, value, "test")
        for person in frame["person_id"]
        for kind, value in (("email", f"{person}@mail.invalid"), ("push_token", f"token-{person}"))
        if person not in no_address
    ]
    consents = [
        (person, channel, "marketing", "granted" if state == 1 else "withdrawn", NOW.replace(tzinfo=None) - timedelta(30), "form", "test")
        for channel in ("email", "push")
        for person, state in zip(frame["person_id"], frame[f"consent_{channel}"], strict=True)
        if state != -1
    ]  # fmt: skip
    with duckdb.connect(str(ws.data_path)) as con:
        for table in TABLES.values():
            con.execute(table.ddl)
        con.execute(LOAD_FACTS)
        con.execute("INSERT INTO load_facts VALUES (0, 'data_version', '0123456789abcdef')")
        for name, rows in (("people", people), ("identifiers", identifiers), ("consents", consents)):
            if rows:
                marks = ", ".join(["unnest(?)"] * len(rows[0]))
                con.execute(f"INSERT INTO {name} SELECT {marks}", [list(column) for column in zip(*rows, strict=True)])
    Store(ws).set_clock(NOW)
    return ws


def sendable(creatives: tuple[Creative, ...]) -> tuple[Creative, ...]:
    """The creatives as they may leave: HTML in each e-mail, and every disclosure of the brand file in each body."""
    made = []
    for creative in creatives:
        until = UNTIL if creative.offer_id else ""
        body = creative.body + until
        changes: dict[str, object] = {"body": body}
        if creative.channel == "email":
            changes = {"body": f"{body}\n{WHY}\n", "html": MJML % until}
        if until:
            changes["slots"] = (*creative.slots, "offer_until")
        made.append(creative.model_copy(update=changes))
    return tuple(made)


def approved(ws: Workspace, frame: pl.DataFrame, **changes: object) -> Plan:
    """A plan over these people, written, approved and ready to launch."""
    if "observed_days" not in frame.columns:
        frame = frame.with_columns(observed_days=pl.lit(288, pl.Int32))
    frame = rounded(frame.select(*SCHEMA).cast(SCHEMA))  # type: ignore[arg-type]
    snapshot_id = rows_digest(frame)
    frame.write_parquet(path_of(ws, snapshot_id))
    made = plan(len(frame))
    made = plan(
        len(frame),
        **{
            "audience": made.audience.model_copy(update={"snapshot_id": snapshot_id}),
            "creatives": sendable(made.creatives),
            "policy_hash": load_policies().hash,
            "data_version": data_version(ws),
            "recipients_digest": recipients_digest(ws, frame["person_id"].to_list()),
            **changes,
        },
    )
    store = Store(ws)
    store.begin(made.plan_id, made.goal.words, NOW)
    store.save_plan(made)
    for state in ("checked", "rehearsed", "proposed", "approved"):
        store.move(made.plan_id, state, "test", NOW)  # type: ignore[arg-type]
    store.save_rehearsal(made.plan_id, rehearsed(made))
    for name in ("Ada", "Ben"):
        approve(ws, made, by=name)
    return made


def rehearsed(made: Plan) -> Rehearsal:
    """A rehearsal of these bytes that could not tell, so that nothing but the plan itself speaks for it."""
    share = figure(0.1, "share")
    passport = Passport(twin_version="1", fitted_on="test", origins=4, coverage=share, direction=share, supported=False)
    return Rehearsal(
        plan_hash=made.hash, verdict="cannot_tell", reasons=(), runs=200, seed=1, outcomes={}, p_harm=share,
        p_breach=share, blocked={}, drivers=(), assumptions=(), fan=(), passport=passport,
    )  # fmt: skip


def approve(ws: Workspace, made: Plan, **changes: object) -> None:
    """An approval of exactly this plan's bytes, or with its fields changed."""
    fields: dict[str, object] = {
        "plan_id": made.plan_id,
        "plan_hash": made.hash,
        "decision": "approve",
        "by": "Ada",
        "at": NOW,
        "until": NOW + timedelta(days=7),
        "scope": "launch",
    }
    Store(ws).save_approval(Approval(**{**fields, **changes}))  # type: ignore[arg-type]


def launchable(root: Path, people: int = 120, **changes: object) -> tuple[Workspace, Plan]:
    """A workspace with one approved plan over the builders' people."""
    frame = snapshot(people)
    ws = workspace(root, frame)
    return ws, approved(ws, frame, **changes)


def letters(
    made: Plan, rows: list[int], slot: int = 0, at: int = int(NOW.timestamp()) + 36_000, people: int = 30
) -> ContactBatch:
    """One plain e-mail to each of these rows of the builders' people."""
    roster = Roster.build(made, snapshot(people))
    row, size = np.array(rows, np.int64), len(rows)
    return ContactBatch(
        at=at,
        key=contact_keys(key_of(made.plan_id), roster.person_key[row], slot),
        row=row,
        action=np.zeros(size, np.int16),
        slot=np.full(size, slot, np.int64),
        cell=np.zeros(size, np.int16),
        propensity=np.full(size, 0.5),
        cost_micros=np.full(size, 2_000, np.int64),
        liability_micros=np.zeros(size, np.int64),
    )


def totals(ws: Workspace, plan_id: str) -> str:
    """Everything that the outbox holds of a plan, as one text to compare runs by."""
    queries = {
        "contact": 'SELECT key, "row", slot, at, channel, action, propensity, state, open_micros FROM contact WHERE plan_id = :plan ORDER BY key',
        "outcome": 'SELECT kind, "row", at, key, revenue_micros, cost_micros FROM outcome WHERE plan_id = :plan ORDER BY at, kind, "row", key',
        "refusal": 'SELECT "row", at, mask FROM refusal WHERE plan_id = :plan ORDER BY at, "row"',
        "tick": "SELECT at, slot FROM tick WHERE plan_id = :plan ORDER BY at, slot",
        "account": "SELECT spent_micros, reserved_micros, cell_used, closed_at FROM account WHERE plan_id = :plan",
        "withdrawal": "SELECT person_id, channel, at, kind FROM withdrawal WHERE plan_id = :plan ORDER BY at, person_id, kind",
    }
    with ws.engine.connect() as connection:
        found = {
            name: [list(row) for row in connection.execute(text(query), {"plan": plan_id})]
            for name, query in queries.items()
        }
    files = sorted(file.name for file in ws.folder(f"outbox/{plan_id}").iterdir())
    return json.dumps({**found, "files": files})
