from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import delivery.audit
import delivery.redrawn
from campaigns.experiment import TREATED
from campaigns.money import Money
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.audit import audit
from delivery.decision_log import counted, name_of, place_of
from delivery.live import launch
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.budget_change import move_budget
from delivery.redrawn import may_be_contacted
from delivery.roster import Roster
from policies.load import load_policies
from tests.builders import NOW, brief, plan, snapshot
from tests.delivery.launchable import WORLD, launchable

USD = 1_000_000
START = int(NOW.timestamp())
CONSENT, QUIET, CAP = "without_consent", "in_quiet_hours", "over_weekly_cap"


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Plan]:
    ws, made = launchable(tmp_path_factory.mktemp("audit") / "ws")
    launch(ws, made, WORLD, "Ada")
    return ws, made


def broken(ws: Workspace, made: Plan) -> dict[str, int]:
    return {check.name: check.violations for check in audit(ws, made).checks if check.violations}


def test_a_real_launch_breaks_nothing_and_every_contact_was_looked_at(launched: tuple[Workspace, Plan]) -> None:
    ws, made = launched

    found = audit(ws, made)

    assert found.clean
    assert found.contacts > 200
    assert {check.name for check in found.checks} >= {CONSENT, QUIET, CAP, "to_holdout", "over_budget", "duplicates"}
    of = {check.name: check.of for check in found.checks}
    ticks = of.pop("unmatched_decisions")
    assert ticks > 10
    assert {of[name] for name in of if "budget" not in name and "money" not in name} == {found.contacts}
    assert [one.version for one in found.decided_by] == [1]
    assert found.decided_by[0].decisions > found.contacts


def test_a_plan_that_sent_nothing_has_nothing_broken(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=20)

    assert audit(ws, made).clean
    assert audit(ws, made).contacts == 0


WRITE = (
    "UPDATE contact SET {} WHERE key = (SELECT MIN(key) FROM contact WHERE state = 'accepted' AND channel = 'email')"
)
OF_ONE = "(SELECT person_id FROM contact WHERE state = 'accepted' ORDER BY key LIMIT 1)"


@pytest.mark.parametrize(
    ("sabotage", "name"),
    [
        (WRITE.format("channel = 'push', person_id = (SELECT MIN(person_id) FROM contact WHERE person_id LIKE '%2')"), CONSENT),
        (WRITE.format("at = at + 13 * 3600"), QUIET),
        (WRITE.format("at = at + 90 * 86400"), "outside_window"),
        (f"UPDATE contact SET at = at - 5 * 86400 WHERE person_id = {OF_ONE} AND slot IN (2, 3)", CAP),
        (f"UPDATE contact SET person_id = (SELECT 'h00000') WHERE person_id = {OF_ONE}", "to_holdout"),
        (f"INSERT INTO withdrawal (person_id, channel, at, kind, plan_id) VALUES ({OF_ONE}, '*', {START}, 'complaint', 'x')", "after_withdrawal"),
        (f"UPDATE contact SET slot = 0, \"row\" = \"row\" + 1000 WHERE person_id = {OF_ONE} AND slot = 1", "duplicates"),
        (WRITE.format("cost_micros = 6000000000"), "over_budget"),
        ("UPDATE account SET spent_micros = spent_micros + 1", "unexplained_money"),
        (WRITE.format("state = 'refused'"), "unmatched_messages"),
        ("UPDATE contact SET person_id = (SELECT MAX(person_id) FROM contact) WHERE key = (SELECT MAX(key) FROM contact WHERE state = 'accepted')", "to_another_address"),
    ],
)  # fmt: skip
def test_each_broken_promise_is_found(
    tmp_path: Path, launched: tuple[Workspace, Plan], sabotage: str, name: str
) -> None:
    ws, made = launched
    roster = Roster.build(made, snapshot(120))
    held_out = next(person for person, arm in zip(roster.person_id, roster.arm.tolist(), strict=True) if arm != 0)
    with ws.engine.connect() as connection:
        tables = {
            table: connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            for table in ("contact", "account", "withdrawal")
        }
        connection.exec_driver_sql(sabotage.replace("h00000", held_out))
        connection.commit()
        try:
            assert name in broken(ws, made)
        finally:
            for table, rows in tables.items():
                connection.exec_driver_sql(f"DELETE FROM {table}")
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", [tuple(row) for row in rows])
            connection.commit()
    assert audit(ws, made).clean


def mended(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    change(pl.read_parquet(path)).write_parquet(path)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda path: path.unlink(), {"undecided", "unmatched_decisions"}),
        (lambda path: path.write_bytes(path.read_bytes()[:100]), {"undecided", "unmatched_decisions"}),
        (lambda path: mended(path, lambda one: one.with_columns(propensity=pl.lit(0.0))), {"undecided"}),
        (lambda path: mended(path, lambda one: one.with_columns(propensity=pl.lit(None, pl.Float64))), {"undecided"}),
        (lambda path: mended(path, lambda one: one.with_columns(propensity=pl.col("propensity") / 2)), {"undecided"}),
        (lambda path: mended(path, lambda one: one.with_columns(action=pl.col("action") * 0)), {"undecided"}),
        (lambda path: mended(path, lambda one: one.filter(pl.col("action") < 0)), {"undecided"}),
        (lambda path: mended(path, lambda one: pl.concat([one, one])), {"undecided"}),
        (lambda path: mended(path, lambda one: pl.concat([one, one.with_columns(action=pl.lit(-1, pl.Int16))])), {"undecided"}),
        (lambda path: mended(path, lambda one: one.with_columns(policy=pl.lit(2, pl.Int16))), {"unmatched_decisions"}),
    ],
    ids=["lost", "torn", "never", "unknown", "other chance", "other action", "missing", "twice", "also none", "policy"],
)  # fmt: skip
def test_a_contact_without_its_one_logged_decision_is_found(
    launched: tuple[Workspace, Plan], change: Callable[[Path], None], names: set[str]
) -> None:
    ws, made = launched
    path = sorted(place_of(ws, made.plan_id).iterdir())[0]
    kept = path.read_bytes()
    try:
        change(path)
        assert set(broken(ws, made)) == names
    finally:
        path.write_bytes(kept)
    assert audit(ws, made).clean


def test_decisions_that_are_all_gone_break_no_promise_and_are_said_not_to_be_kept(
    launched: tuple[Workspace, Plan],
) -> None:
    ws, made = launched
    place, away = place_of(ws, made.plan_id), ws.root / "away"
    place.rename(away)
    try:
        found = audit(ws, made)
    finally:
        away.rename(place)

    assert found.clean
    of = {check.name: (check.violations, check.of, check.meaning) for check in found.checks}
    for name in ("undecided", "unmatched_decisions"):
        assert of[name][:2] == (0, 0)
        assert of[name][2].startswith("not kept")
    assert found.decided_by == ()


def test_decisions_written_before_there_were_versions_were_made_by_the_first(launched: tuple[Workspace, Plan]) -> None:
    ws, made = launched
    kept = {path: path.read_bytes() for path in place_of(ws, made.plan_id).iterdir()}
    as_now = audit(ws, made).decided_by
    try:
        for path in kept:
            mended(path, lambda one: one.drop("policy", strict=False))
        found, numbers = audit(ws, made), counted(ws, made.plan_id)
    finally:
        for path, body in kept.items():
            path.write_bytes(body)

    assert found.clean
    assert found.decided_by == as_now
    assert numbers == {1: as_now[0].decisions}


@pytest.mark.parametrize("chance", [0.0, 1.5])
def test_a_propensity_that_is_no_chance_is_found_also_when_the_outbox_has_the_same(
    launched: tuple[Workspace, Plan], chance: float
) -> None:
    ws, made = launched
    path = sorted(place_of(ws, made.plan_id).iterdir())[0]
    kept, at = path.read_bytes(), int(path.name[:10])
    with ws.engine.begin() as connection:
        before = connection.exec_driver_sql("SELECT propensity, key FROM contact WHERE at = ?", (at,)).all()
        connection.exec_driver_sql("UPDATE contact SET propensity = ? WHERE at = ?", (chance, at))
    mended(path, lambda one: one.with_columns(propensity=pl.lit(chance)))
    try:
        assert broken(ws, made) == {"undecided": len(before)}
    finally:
        path.write_bytes(kept)
        with ws.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE contact SET propensity = ? WHERE key = ?", [tuple(row) for row in before]
            )


def test_what_a_dead_process_decided_and_did_not_commit_breaks_nothing(launched: tuple[Workspace, Plan]) -> None:
    ws, made = launched
    stray = place_of(ws, made.plan_id) / name_of(START, 99)
    stray.write_bytes(b"half")

    found = audit(ws, made)

    stray.unlink()
    assert found.clean


@pytest.mark.parametrize("moves", [(520,), (520, 510, 505)])
def test_a_budget_that_was_lawfully_moved_is_the_one_that_holds_from_then_on(
    tmp_path: Path, moves: tuple[int, ...]
) -> None:
    ws, made, books = funded(tmp_path)
    for days, after in enumerate(moves, start=1):
        move_budget(ws, made, after * USD, "Ada", ("Ben", "Cem"), load_policies(), NOW + timedelta(days=2 * days))
        assert books.account().budget == after * USD
    last = NOW + timedelta(days=10)

    paid(ws, made, 1, NOW, 500)
    assert "over_budget" not in broken(ws, made)
    paid(ws, made, 2, last, moves[-1] - 500)
    assert "over_budget" not in broken(ws, made)
    paid(ws, made, 3, last, 1)
    assert broken(ws, made)["over_budget"] == USD


def test_money_spent_before_the_budget_was_moved_is_held_against_the_old_one(tmp_path: Path) -> None:
    ws, made, _ = funded(tmp_path)
    move_budget(ws, made, 520 * USD, "Ada", ("Ben", "Cem"), load_policies(), NOW + timedelta(days=5))

    paid(ws, made, 1, NOW + timedelta(days=4), 510)

    assert broken(ws, made)["over_budget"] == 10 * USD


def test_a_move_that_does_not_follow_from_the_budget_raises_nothing(tmp_path: Path) -> None:
    ws, made, _ = funded(tmp_path)
    move_budget(ws, made, 520 * USD, "Ada", ("Ben", "Cem"), load_policies(), NOW)
    with ws.engine.begin() as connection:
        body = connection.exec_driver_sql("SELECT body FROM change").scalar_one()
        forged = body.replace('"before":500000000', '"before":400000000')
        connection.exec_driver_sql("UPDATE change SET body = ?", (forged,))

    paid(ws, made, 1, NOW + timedelta(days=4), 510)

    assert broken(ws, made)["over_budget"] == 10 * USD


def funded(root: Path) -> tuple[Workspace, Plan, SqlBooks]:
    """A workspace with an open account of USD 500 and nothing sent."""
    of = plan(30, budget_micros=500 * USD, brief_=brief(budget=Money(amount_micros=500 * USD, currency="USD")))
    ws, made = launchable(root / "ws", 30, allocation=of.allocation, brief=of.brief)
    books = SqlBooks(ws, Roster.build(made, snapshot(30)), made)
    books.begin(NOW, ("consent",))
    return ws, made, books


def paid(ws: Workspace, made: Plan, number: int, at: datetime, units: int) -> None:
    """A message that cost so much, as the outbox has one."""
    row = (number, made.plan_id, number, f"h{number:05d}", int(at.timestamp()), units * USD)
    with ws.engine.begin() as connection:
        connection.exec_driver_sql(
            'INSERT INTO contact (key, plan_id, "row", person_id, slot, at, channel, action, cell, propensity, cost_micros, '
            "liability_micros, open_micros, state) VALUES (?, ?, ?, ?, 0, ?, 'email', 0, 0, 0.5, ?, 0, 0, 'accepted')",
            row,
        )


@pytest.mark.parametrize(("suffix", "mine", "theirs"), [("eml", b"To: h", b"To: x"), ("json", b'"token-', b'"other-')])
def test_a_file_addressed_to_somebody_else_is_found(
    launched: tuple[Workspace, Plan], suffix: str, mine: bytes, theirs: bytes
) -> None:
    ws, made = launched
    file = next(ws.folder(f"outbox/{made.plan_id}").glob(f"*.{suffix}"))
    body = file.read_bytes()
    file.write_bytes(body.replace(mine, theirs))
    try:
        assert broken(ws, made) == {"to_another_address": 1}
    finally:
        file.write_bytes(body)


def test_the_audit_draws_the_lots_by_itself_and_as_the_launch_did() -> None:
    made = plan(2_000)
    roster = Roster.build(made, snapshot(2_000))

    redrawn = [may_be_contacted(made.experiment, person) for person in roster.person_id]

    assert redrawn == (roster.arm == TREATED).tolist()
    assert "tools.experiment" not in inspect.getsource(delivery.audit) + inspect.getsource(delivery.redrawn)
