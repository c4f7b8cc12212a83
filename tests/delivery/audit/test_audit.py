from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import delivery.audit
import delivery.redrawn
from campaigns.experiment import TREATED
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.audit import audit
from delivery.live import launch
from delivery.redrawn import may_be_contacted
from delivery.roster import Roster
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import WORLD, launchable

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
    assert all(
        check.of == found.contacts for check in found.checks if "budget" not in check.name and "money" not in check.name
    )


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
