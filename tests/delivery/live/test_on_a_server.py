"""A launch whose state is on PostgreSQL leaves what it leaves in a file, one process at a time, taken up like any other."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from campaigns.errors import BadInput
from campaigns.workspace import STATE_FILE, Workspace
from delivery.audit import audit
from delivery.engine import Engine
from delivery.errors import InUse
from delivery.lease import leased
from delivery.live import launch
from tests.delivery.launchable import WORLD, launchable, totals
from tests.servers import Database


@pytest.fixture
def url(database: Database) -> str:
    return database()


def test_a_launch_on_a_server_leaves_the_same_books_as_one_in_a_file(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file, made = launchable(tmp_path / "file", 60)
    launch(in_file, made, WORLD, "Ada")
    monkeypatch.setenv("TWINPILOT_STATE_URL", url)
    on_server, same = launchable(tmp_path / "server", 60)

    report = launch(on_server, same, WORLD, "Ada")

    assert report.accepted > 0
    assert totals(on_server, made.plan_id) == totals(in_file, made.plan_id)
    assert audit(on_server, made) == audit(in_file, made)
    assert audit(on_server, made).clean
    assert not (on_server.root / STATE_FILE).exists()
    for ws in (in_file, on_server):
        ws.engine.dispose()


def test_a_run_that_died_on_a_server_is_taken_up_where_it_was(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed, made = launchable(tmp_path / "file", 60)
    launch(undisturbed, made, WORLD, "Ada")
    monkeypatch.setenv("TWINPILOT_STATE_URL", url)
    ws, _ = launchable(tmp_path / "server", 60)
    tick, done = Engine.tick, iter(range(3))

    def dying(*arguments: object) -> object:
        if next(done, None) is None:
            raise RuntimeError("power cut")
        return tick(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "tick", dying)
    with pytest.raises(RuntimeError, match="power cut"):
        launch(ws, made, WORLD, "Ada")
    monkeypatch.setattr(Engine, "tick", tick)

    report = launch(ws, made, WORLD, "Ada", resume=True)

    assert report.taken_up == 3
    assert totals(ws, made.plan_id) == totals(undisturbed, made.plan_id)
    for one in (ws, undisturbed):
        one.engine.dispose()


def test_a_plan_is_leased_once_over_all_machines_that_share_a_server(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINPILOT_STATE_URL", url)
    here, there = (Workspace.create(tmp_path / name) for name in ("here", "there"))

    with leased(here, "p-0123456789"):
        with pytest.raises(InUse, match="another machine"), leased(there, "p-0123456789"):
            pass
        with leased(there, "p-aaaaaaaaaa"):
            pass
    with leased(there, "p-0123456789"):
        pass
    for ws in (here, there):
        ws.engine.dispose()


def test_tables_of_a_newer_version_on_a_server_are_refused(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINPILOT_STATE_URL", url)
    ws = Workspace.create(tmp_path / "ws")
    with ws.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ws.engine.dispose()

    with pytest.raises(BadInput, match="has schema 9999"):
        Workspace.open(ws.root)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("mysql://me:secret@host/db", "names a 'mysql' database"),
        ("sqlite:///state.db", "names a 'sqlite' database"),
        ("secret host", "cannot be read as a URL"),
        ("postgresql://me:secret@localhost:1/db?connect_timeout=2", "start the server or mend TWINPILOT_STATE_URL"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, said: str
) -> None:
    monkeypatch.setenv("TWINPILOT_STATE_URL", wrong)

    with pytest.raises(BadInput, match=said) as caught:
        Workspace.create(tmp_path / "ws")

    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "ws" / STATE_FILE).exists()
