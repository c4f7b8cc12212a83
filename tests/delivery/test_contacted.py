"""A rehearsal counts what other campaigns sent, as the live books do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np

from campaigns.workspace import Workspace
from delivery.books_columns import ColumnBooks
from delivery.contacted import contacted
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from tests.builders import NOW, plan, snapshot


def test_earlier_messages_count_in_the_twin_as_they_do_live(tmp_path: Path) -> None:
    ws, made, frame = Workspace.create(tmp_path / "workspace"), plan(60), snapshot(60)
    roster = Roster.build(made, frame)
    hours = (1, 23, 25, 24 * 6, 24 * 8)
    rows = [
        (place + 1, "p-other", place, f"h{place % 5:05d}", place, int((NOW - timedelta(hours=ago)).timestamp()), "email", 0, 0, 0.5, 1, 0, 0, state)
        for place, (ago, state) in enumerate((ago, state) for ago in hours for state in ("accepted", "refused"))
    ]  # fmt: skip
    with ws.engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO contact VALUES ({', '.join('?' * 14)}, 0)", rows)

    twin = ColumnBooks(roster, made)
    twin.sent_before(*contacted(ws, roster, NOW))

    everybody = np.arange(roster.size)
    seen, live = twin.facts(everybody, NOW), SqlBooks(ws, roster, made).facts(everybody, NOW)
    assert (seen.sends_1d.sum(), seen.sends_7d.sum()) == (2, 4)
    for name in ("sends_1d", "sends_7d", "sends_local_day"):
        assert np.array_equal(getattr(seen, name), getattr(live, name))
    ws.engine.dispose()
