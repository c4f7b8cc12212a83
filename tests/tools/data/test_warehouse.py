"""The data file is read-only to everybody but the loader, and a bad one is told in a sentence."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from campaigns.errors import BadInput
from campaigns.workspace import Workspace
from tests.tools.data.conftest import EVENTS, Folder
from tools.data.errors import WarehouseFault
from tools.data.load import load_folder
from tools.data.version import data_version
from tools.data.warehouse import connect, rows, visible


def test_a_workspace_without_data_says_how_to_load_some(workspace: Workspace) -> None:
    for read in (connect, data_version):
        with pytest.raises(WarehouseFault, match="init --sample"):
            read(workspace)


def test_a_damaged_file_and_a_foreign_one_are_bad_input(workspace: Workspace) -> None:
    workspace.data_path.write_bytes(b"this is no database" * 100)
    with pytest.raises(BadInput, match=r"cannot be read .* load again"):
        connect(workspace)
    workspace.data_path.unlink()
    duckdb.connect(str(workspace.data_path)).close()
    with pytest.raises(BadInput, match="it has no table consents"):
        connect(workspace)


def test_a_truncated_file_is_bad_input(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    whole = workspace.data_path.read_bytes()
    workspace.data_path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadInput, match="cannot be read"):
        connect(workspace)


def test_nobody_writes_through_a_connection(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    con = connect(workspace)

    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.raw_sql("DELETE FROM people")
    con.disconnect()


def test_an_open_reader_keeps_its_data_while_new_data_are_loaded(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    reader = connect(workspace)

    load_folder(workspace, folder(events=EVENTS + "a,2024-03-03,9\n"))

    assert rows(reader, "SELECT count(*) FROM events") == [(2,)]
    reader.disconnect()
    fresh = connect(workspace)
    assert rows(fresh, "SELECT count(*) FROM events") == [(3,)]
    fresh.disconnect()


def test_another_database_attached_by_a_reader_is_not_taken_for_the_workspaces(
    workspace: Workspace, folder: Folder
) -> None:
    load_folder(workspace, folder())
    reader = connect(workspace)
    other = workspace.root / "a.duckdb"
    duckdb.connect(str(other)).execute("CREATE TABLE t AS SELECT range AS n FROM range(500000)").close()
    reader.raw_sql(f"ATTACH '{other}' AS a (READ_ONLY)")

    second = connect(workspace)

    assert rows(second, "SELECT count(*) FROM events") == [(2,)]
    second.disconnect()
    reader.disconnect()


def test_visible_compares_instants_whatever_their_zone(workspace: Workspace, folder: Folder) -> None:
    load_folder(
        workspace, folder(consents="person_id,channel,status,recorded_at\na,email,granted,2024-03-01T10:00:00Z\n")
    )
    con = connect(workspace)
    tokyo = timezone(timedelta(hours=9))
    at = datetime(2024, 3, 1, 19, tzinfo=tokyo)

    for name in ("events", "consents"):
        assert visible(con, name, at).count().to_pyarrow().as_py() == 1
        assert visible(con, name, at - timedelta(seconds=1)).count().to_pyarrow().as_py() == 0
    assert visible(con, "people", at).count().to_pyarrow().as_py() == 2
    con.disconnect()


def test_the_session_zone_does_not_move_an_instant(workspace: Workspace, folder: Folder) -> None:
    load_folder(workspace, folder())
    script = (
        "import sys; from pathlib import Path; from campaigns.workspace import Workspace; from tools.data import warehouse;"
        "con = warehouse.connect(Workspace.open(Path(sys.argv[1])));"
        "print(warehouse.rows(con, 'SELECT min(occurred_at)::VARCHAR FROM events')[0][0])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(workspace.root)],
        env={"TZ": "Asia/Tokyo", "PATH": ""},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "2024-03-01 10:00:00"
