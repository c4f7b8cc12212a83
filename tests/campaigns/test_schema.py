from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, create_engine

import campaigns.records  # noqa: F401 - its tables are compared
import delivery.outbox.records  # noqa: F401 - its tables are compared
from campaigns.errors import BadInput
from campaigns.schema import HEAD, MIGRATIONS, upgrade, version
from campaigns.state import engine_at, server
from tests.servers import Database

ROOT = Path(__file__).parents[2]


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def tables(path: Path) -> set[str]:
    with opened(path) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_migrations_make_exactly_the_tables_that_the_records_describe(tmp_path: Path) -> None:
    upgrade(tmp_path / "state.db")

    engine = create_engine(f"sqlite:///{tmp_path / 'state.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_migrations_make_the_same_tables_on_a_server(database: Database) -> None:
    url = server(database())

    upgrade(url)
    upgrade(url)

    engine = engine_at(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()
    assert version(url) == HEAD


def test_contacts_of_the_version_before_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engine.dispose()
    with opened(path) as connection:
        for number, key in enumerate((9, 3, 7)):
            values = (key, number, number)
            connection.execute(
                "INSERT INTO contact VALUES (?, 'p', ?, 'h', ?, 0, 'email', 0, 0, 1, 0, 0, 0, 'accepted')", values
            )

    upgrade(path)

    with opened(path) as connection:
        assert connection.execute("SELECT key FROM contact ORDER BY place").fetchall() == [(9,), (3,), (7,)]


def test_head_is_the_newest_revision_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_second_upgrade_changes_nothing_and_does_not_import_alembic(tmp_path: Path) -> None:
    upgrade(tmp_path / "state.db")
    before = (tmp_path / "state.db").read_bytes()
    code = (
        "import sys; from pathlib import Path; from campaigns.schema import upgrade; "
        "upgrade(Path(sys.argv[1])); print('alembic' in sys.modules, 'sqlalchemy' in sys.modules)"
    )

    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "state.db")], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.split() == ["False", "False"]
    assert (tmp_path / "state.db").read_bytes() == before
    assert version(tmp_path / "state.db") == HEAD


def test_processes_that_open_a_fresh_workspace_at_once_all_find_it_made(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from campaigns.schema import upgrade; upgrade(Path(sys.argv[1]))"

    def run(_: int) -> int:
        return subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "state.db")], cwd=ROOT, check=False
        ).returncode

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, range(3))) == [0, 0, 0]
    assert version(tmp_path / "state.db") == HEAD


def test_a_migration_that_fails_half_way_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade_all = command.upgrade

    def then_fail(config: Config, revision: str) -> None:
        upgrade_all(config, revision)
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", then_fail)
    with pytest.raises(RuntimeError):
        upgrade(tmp_path / "state.db")
    assert tables(tmp_path / "state.db") == set()

    monkeypatch.undo()
    upgrade(tmp_path / "state.db")
    assert {"plan", "contact", "alembic_version"} <= tables(tmp_path / "state.db")


def test_a_database_from_a_newer_twinpilot_is_refused_by_its_version(tmp_path: Path) -> None:
    upgrade(tmp_path / "state.db")
    with opened(tmp_path / "state.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(BadInput, match="has schema 9999, which this Twinpilot does not know"):
        upgrade(tmp_path / "state.db")


def test_a_workspace_of_the_version_before_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    engine.dispose()
    with opened(path) as connection:
        connection.execute("INSERT INTO standing VALUES ('policy', '{}')")
    assert "policy_in_force" not in tables(path)

    upgrade(path)

    assert {"policy_in_force", "policy_version", "policy_file", "policy_proposal", "change_decision"} <= tables(path)
    with opened(path) as connection:
        assert connection.execute("SELECT action FROM standing").fetchall() == [("policy",)]
