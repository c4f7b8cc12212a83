from __future__ import annotations

from pathlib import Path

import duckdb

from app.report.gather import gather
from tests.delivery.launchable import launchable


def test_a_story_names_its_messages_by_their_place_in_the_workspace_and_no_path_of_this_machine(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=20)
    with duckdb.connect(str(ws.data_path)) as con:
        con.execute("INSERT INTO load_facts VALUES (1, 'source', 'test')")

    told = gather(ws, made.plan_id)

    assert told.messages_folder == f"outbox/{made.plan_id}"
    assert str(tmp_path) not in repr(told)
