"""Counts of broken promises in the outbox, by queries that share no code with the engine, the guard or the books.

Consents, zones and addresses come from the canonical tables, arms from `redrawn`, local times from `zoneinfo`,
recipients and decisions from the written files, budgets from the ledger of changes; the rest is SQL over what was sent. A promise that was kept shows as 0 of what was looked at.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from campaigns.border import Border
from campaigns.ledger import Ledger
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.redrawn import may_be_contacted
from tools.data import warehouse

WEEK_SECONDS = 7 * 86_400
QUIET_FROM, QUIET_UNTIL = 21 * 60, 8 * 60
"""Minutes of the person's local day between which nothing may arrive: 21:00 to 08:00."""

_KEY = re.compile(r"[0-9a-f]{16}")
_TO = re.compile(rb"^To: (.*?)\r?$", re.MULTILINE)
_SENT = "FROM contact AS c WHERE c.plan_id = :plan AND c.state = 'accepted'"
_CONTACT_CHECKS = {
    "without_consent": (
        "contacts whose person had no granted marketing consent for the channel at that instant",
        """AND COALESCE((SELECT status FROM known_consent AS k WHERE k.person_id = c.person_id AND k.channel = c.channel
        AND k.recorded_at <= c.at ORDER BY k.recorded_at DESC, k.status DESC LIMIT 1), 'unknown') <> 'granted'""",
    ),
    "after_withdrawal": (
        "contacts at or after an unsubscribe, complaint or withdrawal of the person",
        """AND EXISTS (SELECT 1 FROM withdrawal AS w WHERE w.person_id = c.person_id
        AND w.channel IN ('*', c.channel) AND w.at <= c.at)""",
    ),
    "in_quiet_hours": (
        "contacts between 21:00 and 08:00 of the person's local time, or with an unknown zone",
        """AND COALESCE(local_minute(c.at, (SELECT time_zone FROM known_person AS p WHERE p.person_id = c.person_id)), 0)
        NOT BETWEEN :first_minute AND :last_minute""",
    ),
    "outside_window": (
        "contacts on a local day before the first or after the last of the plan's window",
        """AND COALESCE(local_day(c.at, (SELECT time_zone FROM known_person AS p WHERE p.person_id = c.person_id)), '')
        NOT BETWEEN :first_day AND :last_day""",
    ),
    "over_weekly_cap": (
        "contacts that were one too many for their person within 168 hours, those of other plans counted",
        """AND (SELECT COUNT(*) FROM contact AS o WHERE o.person_id = c.person_id AND o.state = 'accepted'
        AND o.at > c.at - :week AND o.at <= c.at) > :cap""",
    ),
    "to_holdout": (
        "contacts to a person of the campaign holdout or the global holdout",
        "AND NOT EXISTS (SELECT 1 FROM treated_person AS t WHERE t.person_id = c.person_id)",
    ),
    "duplicates": (
        "contacts beyond the first for the same person and send occurrence",
        """AND EXISTS (SELECT 1 FROM contact AS o WHERE o.plan_id = c.plan_id AND o.person_id = c.person_id
        AND o.slot = c.slot AND o.state = 'accepted' AND o.key < c.key)""",
    ),
    "to_another_address": (
        "contacts whose message went to an address that the data do not hold for their person",
        """AND EXISTS (SELECT 1 FROM message_to AS m WHERE m.key = c.key AND NOT EXISTS (
        SELECT 1 FROM known_address AS a WHERE a.person_id = c.person_id AND a.value = m.value))""",
    ),
}
_TABLES = ("contact", "outcome", "withdrawal", "account", "tick")
_PAID = """(SELECT at, cost_micros FROM contact WHERE plan_id = :plan AND state = 'accepted'
UNION ALL SELECT at, cost_micros FROM outcome WHERE plan_id = :plan AND kind = 'redemption')"""
_SPENT = f"SELECT COALESCE(SUM(cost_micros), 0) FROM {_PAID}"
_OVER = f"""
SELECT COALESCE(MAX(spent - (SELECT micros FROM budget AS b WHERE b.since <= paid.at ORDER BY b.since DESC, b.number DESC LIMIT 1)), 0)
FROM (SELECT at, SUM(cost_micros) OVER (ORDER BY at) AS spent FROM {_PAID}) AS paid
"""
"""The most by which everything paid up to an instant was above the budget in force at that instant."""
_UNDECIDED = """
AND ((SELECT COUNT(*) FROM decision AS d WHERE d."row" = c."row" AND d.slot = c.slot) <> 1
OR NOT EXISTS (SELECT 1 FROM decision AS d WHERE d."row" = c."row" AND d.slot = c.slot AND d.at = c.at
AND d.action = c.action AND d.propensity = c.propensity AND d.propensity > 0 AND d.propensity <= 1))
"""
_DECISION = {
    "row": pl.Int64, "slot": pl.Int64, "at": pl.Int64, "action": pl.Int64, "propensity": pl.Float64, "policy": pl.Int64,
}  # fmt: skip
"""The columns of a decision file that are looked at."""
_FIRST_POLICY = 1
"""Every campaign has this version of a decision policy; its promotions are numbered from the next on. Files of earlier
versions of the program do not name it."""
_NOT_KEPT = "not kept: the plan's decisions were erased, moved away or never written, so none was looked at"
"""What takes the place of a check of decisions whose files are all gone, which breaks no promise."""


class Check(Border):
    """One promise: how often it was broken, of how many that were looked at (contacts, or micros of money)."""

    name: str
    meaning: str
    violations: int
    of: int


class DecidedBy(Border):
    """How many decisions, those for no contact included, a version of the campaign's decision policy made."""

    version: int
    decisions: int


class Audit(Border):
    """Every promise about a plan's contacts, checked one by one, and which decision policies decided."""

    plan_id: str
    contacts: int
    checks: tuple[Check, ...]
    decided_by: tuple[DecidedBy, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing was broken."""
        return all(check.violations == 0 for check in self.checks)


def audit(ws: Workspace, plan: Plan) -> Audit:
    """The audit of everything that a plan has sent so far; a plan that sent nothing has 0 of 0.

    BadInput when the workspace's data cannot be read.
    """
    with closing(_outbox(ws)) as con:
        con.create_function("local_minute", 2, _local_minute, deterministic=True)
        con.create_function("local_day", 2, _local_day, deterministic=True)
        _known_facts(ws, con)
        _treated(con, plan)
        _budgets(ws, con, plan)
        kept, decided, decided_by = _decisions(ws, con, plan)
        files = _recipients(ws, con, plan)
        values: dict[str, str | int] = {
            "plan": plan.plan_id,
            "first_minute": QUIET_UNTIL,
            "last_minute": QUIET_FROM - 1,
            "first_day": plan.brief.window.start.isoformat(),
            "last_day": plan.brief.window.end.isoformat(),
            "week": WEEK_SECONDS,
            "cap": plan.brief.max_contacts_per_week,
        }
        contacts = _count(con, f"SELECT COUNT(*) {_SENT}", values)
        checks = [
            Check(
                name=name,
                meaning=meaning,
                violations=_count(con, f"SELECT COUNT(*) {_SENT} {broken}", values),
                of=contacts,
            )
            for name, (meaning, broken) in _CONTACT_CHECKS.items()
        ]
        checks.append(
            Check(
                name="undecided",
                meaning="contacts without their one logged decision, or with another action, or a propensity not above 0 and up to 1"
                if kept
                else _NOT_KEPT,
                violations=_count(con, f"SELECT COUNT(*) {_SENT} {_UNDECIDED}", values) if kept else 0,
                of=contacts if kept else 0,
            )
        )
        return Audit(
            plan_id=plan.plan_id,
            contacts=contacts,
            checks=(*checks, *_money(con, values), _files(con, plan, files), decided),
            decided_by=decided_by,
        )


def _outbox(ws: Workspace) -> sqlite3.Connection:
    """The outbox as SQLite: the workspace's file, read only, or a copy in memory of what a server has."""
    place = ws.state_place
    if isinstance(place, Path):
        return sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    con = sqlite3.connect(":memory:")
    with ws.engine.connect() as server:
        for table in _TABLES:
            found = server.exec_driver_sql(f"SELECT * FROM {table}")
            names = [f'"{name}"' for name in found.keys()]  # noqa: SIM118 - these are columns, not rows
            con.execute(f"CREATE TABLE {table} ({', '.join(names)})")
            rows = (tuple(row) for row in found)
            con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
    con.execute("CREATE INDEX contact_by_person ON contact (person_id, at)")
    con.execute("CREATE INDEX withdrawal_by_person ON withdrawal (person_id)")
    con.execute("CREATE INDEX outcome_by_plan ON outcome (plan_id, kind)")
    return con


def _known_facts(ws: Workspace, con: sqlite3.Connection) -> None:
    """Consents, zones and addresses of the canonical tables, as temporary tables beside the outbox."""
    con.execute("CREATE TEMP TABLE known_consent (person_id TEXT, channel TEXT, status TEXT, recorded_at INTEGER)")
    con.execute("CREATE TEMP TABLE known_person (person_id TEXT PRIMARY KEY, time_zone TEXT)")
    data = warehouse.connect(ws)
    try:
        consents = warehouse.rows(
            data,
            "SELECT person_id, channel, status, epoch(recorded_at)::BIGINT FROM consents WHERE purpose = 'marketing'",
        )
        people = warehouse.rows(data, "SELECT person_id, time_zone FROM people")
        addresses = warehouse.rows(data, "SELECT person_id, value FROM identifiers")
    finally:
        data.disconnect()
    con.executemany("INSERT INTO known_consent VALUES (?, ?, ?, ?)", consents)
    con.executemany("INSERT INTO known_person VALUES (?, ?)", people)
    con.execute("CREATE TEMP TABLE known_address (person_id TEXT, value TEXT)")
    con.executemany("INSERT INTO known_address VALUES (?, ?)", addresses)
    con.execute("CREATE INDEX temp.address_of_person ON known_address (person_id, value)")
    con.execute("CREATE INDEX temp.consent_of_person ON known_consent (person_id, channel, recorded_at)")


def _treated(con: sqlite3.Connection, plan: Plan) -> None:
    """The contacted people whom the hash puts into the treated arm."""
    query = "SELECT DISTINCT person_id FROM contact WHERE plan_id = ? ORDER BY person_id"
    people = [row[0] for row in con.execute(query, (plan.plan_id,))]
    con.execute("CREATE TEMP TABLE treated_person (person_id TEXT PRIMARY KEY)")
    treated = [(person,) for person in people if may_be_contacted(plan.experiment, person)]
    con.executemany("INSERT INTO treated_person VALUES (?)", treated)


def _recipients(ws: Workspace, con: sqlite3.Connection, plan: Plan) -> list[str]:
    """The keys of the written messages, with repeats; whom each one is addressed to becomes a temporary table."""
    files = list((ws.root / "outbox" / plan.plan_id).glob("*.*"))
    con.execute("CREATE TEMP TABLE message_to (key INTEGER, value TEXT)")
    # SQLite holds the 64 bits of a key as a signed number.
    found = (
        (int.from_bytes(bytes.fromhex(file.stem), "big", signed=True), _recipient(file))
        for file in files
        if _KEY.fullmatch(file.stem)
    )
    con.executemany("INSERT INTO message_to VALUES (?, ?)", found)
    con.execute("CREATE INDEX temp.recipient_of_key ON message_to (key)")
    return [file.stem for file in files]


def _recipient(file: Path) -> str:
    """The address in a written message; an empty text, which is nobody's address, when it cannot be read."""
    body = file.read_bytes()
    try:
        if file.suffix == ".json":
            return str(json.loads(body)["to"])
        line = _TO.search(body.partition(b"\r\n\r\n")[0])
        return "" if line is None else line.group(1).decode()
    except (ValueError, KeyError, TypeError):
        return ""


def _budgets(ws: Workspace, con: sqlite3.Connection, plan: Plan) -> None:
    """The brief's budget and every lawful one after it, each from its instant on, as a temporary table.

    A move counts from when it was carried out, and only if it begins where the one before it ended.
    """
    budget = plan.brief.budget.amount_micros if plan.brief.budget else 0
    of_plan = ("budget", plan.plan_id, "done")
    moves = [
        (int(one.finished.timestamp()), one.change)
        for one in Ledger(ws).changes()
        if (one.change.action, one.change.target, one.progress) == of_plan and one.finished is not None
    ]
    rows = [(0, 0, budget)]
    while follows := [move for move in moves if move[1].before == rows[-1][2]]:
        since, change = move = min(follows, key=lambda one: one[0])
        moves.remove(move)
        rows.append((len(rows), max(since, rows[-1][1]), change.after))
    con.execute("CREATE TEMP TABLE budget (number INTEGER, since INTEGER, micros INTEGER)")
    con.executemany("INSERT INTO budget VALUES (?, ?, ?)", rows)


def _decisions(ws: Workspace, con: sqlite3.Connection, plan: Plan) -> tuple[bool, Check, tuple[DecidedBy, ...]]:
    """The logged decisions that matter to contacts as a temporary table, whether any are kept, the check that every
    committed tick has its file, and who decided. A file whose tick is not committed yet breaks nothing: the run takes it
    away or up again. Nor do files that are all gone, as erasure leaves it; one that is missing among others does."""
    query = "SELECT at, slot FROM tick WHERE plan_id = ? ORDER BY at, slot"
    wanted = [f"{at:010d}-{slot:03d}.parquet" for at, slot in con.execute(query, (plan.plan_id,))]
    folder, frames, wrong = ws.root / "decisions" / plan.plan_id, [pl.DataFrame(schema=_DECISION)], 0
    kept = not wanted or any((folder / name).exists() for name in wanted)
    for name in wanted if kept else []:
        try:
            frame = pl.read_parquet(folder / name)
            if frame.is_empty():
                continue
            if "policy" not in frame.columns:
                frame = frame.with_columns(policy=pl.lit(_FIRST_POLICY, pl.Int64))
            frames.append(frame.select(pl.col(column).cast(kind) for column, kind in _DECISION.items()))
        except (pl.exceptions.PolarsError, OSError):
            wrong += 1
    every = pl.concat(frames)
    counted = sorted(every.group_by("policy").len().iter_rows())
    wrong += sum(version not in _in_force(ws, plan) for version, _ in counted)
    # Columns without a type would be compared one by one, past the index.
    columns = ", ".join(f'"{name}" {"REAL" if kind == pl.Float64 else "INTEGER"}' for name, kind in _DECISION.items())
    con.execute(f"CREATE TEMP TABLE decision ({columns})")
    # A decision for no contact matters only beside another one for the same person and occurrence.
    matter = every.filter((pl.col("action") >= 0) | pl.struct("row", "slot").is_duplicated())
    con.executemany(f"INSERT INTO decision VALUES ({', '.join('?' * len(_DECISION))})", matter.iter_rows())
    con.execute('CREATE INDEX temp.decision_by_person ON decision ("row", slot)')
    check = Check(
        name="unmatched_decisions",
        meaning="ticks without their readable file of decisions, and decision policies that decided and were never in force"
        if kept
        else _NOT_KEPT,
        violations=wrong,
        of=len(wanted) if kept else 0,
    )
    return kept, check, tuple(DecidedBy(version=version, decisions=number) for version, number in counted)


def _in_force(ws: Workspace, plan: Plan) -> set[int]:
    """The decision policies that the campaign ever had: the first, and those that changes on record put in force."""
    of_plan = ("policy", plan.plan_id, "done")
    found = [one for one in Ledger(ws).changes() if (one.change.action, one.change.target, one.progress) == of_plan]
    return {_FIRST_POLICY, *(one.change.after for one in found)}


def _money(con: sqlite3.Connection, values: dict[str, str | int]) -> tuple[Check, Check]:
    spent = _count(con, _SPENT, values)
    booked = _count(con, "SELECT COALESCE(SUM(spent_micros), 0) FROM account WHERE plan_id = :plan", values)
    return (
        Check(
            name="over_budget",
            meaning="money spent on messages and redeemed offers beyond the budget in force at that time",
            violations=max(0, _count(con, _OVER, values)),
            of=spent,
        ),
        Check(
            name="unexplained_money",
            meaning="money by which the account differs from its messages and redemptions",
            violations=abs(booked - spent),
            of=booked,
        ),
    )


def _files(con: sqlite3.Connection, plan: Plan, files: list[str]) -> Check:
    """Every accepted contact has one message file, and every message file one accepted contact."""
    keys = con.execute(f"SELECT c.key {_SENT}", {"plan": plan.plan_id})
    rows = {f"{key & 0xFFFFFFFFFFFFFFFF:016x}" for (key,) in keys}
    wrong = len(rows ^ set(files)) + len(files) - len(set(files))
    return Check(
        name="unmatched_messages",
        meaning="message files without an accepted contact, accepted contacts without their one file",
        violations=wrong,
        of=len(files),
    )


def _count(con: sqlite3.Connection, query: str, values: dict[str, str | int]) -> int:
    return int(con.execute(query, values).fetchone()[0])


@lru_cache(maxsize=65_536)
def _local(at: int, zone: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)) if zone else None
    except (KeyError, ValueError, OSError):
        return None


def _local_minute(at: int, zone: str | None) -> int | None:
    local = _local(at, zone)
    return None if local is None else local.hour * 60 + local.minute


def _local_day(at: int, zone: str | None) -> str | None:
    local = _local(at, zone)
    return None if local is None else local.date().isoformat()
