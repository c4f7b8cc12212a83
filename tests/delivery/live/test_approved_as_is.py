from __future__ import annotations

import signal
from pathlib import Path

import duckdb
import pytest

from campaigns.errors import Refused
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.live import launch
from tests.delivery.launchable import WORLD, launchable
from tests.delivery.live.test_launch import child, state
from tools.audience.recipients import recipients_digest

MOVED = "UPDATE identifiers SET value = 'boss@x.invalid' WHERE kind = 'email' AND person_id = 'h00007'"


def run(ws: Workspace, sql: str) -> None:
    with duckdb.connect(str(ws.data_path)) as con:
        con.execute(sql)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (MOVED, "was made for the addresses"),
        ("INSERT INTO identifiers VALUES ('h00007', 'email', 'another@x.invalid', 'test')", "was made for the addresses"),
        ("UPDATE load_facts SET body = 'fedcba9876543210'", "was made from data 0123456789abcdef but fedcba9876543210"),
    ],
)  # fmt: skip
def test_what_was_approved_is_not_sent_to_other_addresses_or_from_other_data(
    tmp_path: Path, change: str, said: str
) -> None:
    ws, made = launchable(tmp_path / "ws", people=20)
    run(ws, change)

    with pytest.raises(Refused, match=said):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


def test_the_address_of_somebody_outside_the_audience_may_change(tmp_path: Path) -> None:
    ws, _made = launchable(tmp_path / "ws", people=20)
    people = [f"h{number:05d}" for number in range(10)]
    before = recipients_digest(ws, people)

    run(ws, "UPDATE identifiers SET value = 'new@x.invalid' WHERE person_id = 'h00015'")
    assert recipients_digest(ws, list(reversed(people))) == before
    run(ws, MOVED)
    assert recipients_digest(ws, people) != before


def test_messages_name_the_approved_sender_whatever_the_settings_say_by_now(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=60)
    ws.engine.dispose()
    (ws.root / "twinpilot.toml").write_text('brand = "Other Shop"\npostal_address = "9 Elsewhere Road"\n')
    changed = Workspace.open(ws.root)

    assert launch(changed, made, WORLD, "Ada").accepted > 0

    letters = [file.read_text() for file in changed.folder(f"outbox/{made.plan_id}").glob("*.eml")]
    assert letters
    assert all("From: Corner Grocer" in letter and "1 Market Street" in letter for letter in letters)
    assert not any("Other Shop" in letter or "Elsewhere" in letter for letter in letters)


@pytest.mark.parametrize(
    ("where", "after", "change"), [("after files", 5, ""), ("after files", 5, MOVED), ("approval", 0, "")]
)
def test_a_plan_killed_and_then_stopped_is_followed_up_and_closed_without_another_message(
    tmp_path: Path, where: str, after: int, change: str
) -> None:
    ws, made = launchable(tmp_path / "ws")
    assert child(ws, where, after).returncode == -signal.SIGKILL
    Store(ws).move(made.plan_id, "stopped", "Grace", Store(ws).now())
    with ws.engine.connect() as connection:
        sent = connection.exec_driver_sql("SELECT COUNT(*) FROM contact WHERE state = 'accepted'").scalar_one()
    if change:
        run(ws, change)

    report = launch(ws, made, WORLD, "Ada", resume=True)

    assert (report.stopped, report.accepted) == (True, sent)
    assert state(ws) == "stopped"
    assert Store(ws).now() == report.ended
    with ws.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*), COUNT(closed_at) FROM account").one() == (1, 1)
    with pytest.raises(Refused, match="followed up already"):
        launch(ws, made, WORLD, "Ada", resume=True)
