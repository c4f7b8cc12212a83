"""Which messages of a running campaign count: those whose answers had their time, and the time to be reported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.errors import Refused
from campaigns.workspace import Workspace
from delivery.horizon import horizon_end
from delivery.measuring.looks import REPORTED
from delivery.off_policy.messages import SEEN_DAYS, messages_of
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from tests.builders import plan, snapshot

PEOPLE = 200
_SENT = """
INSERT INTO contact (key, plan_id, "row", person_id, slot, at, channel, action, cell, propensity, cost_micros,
                     liability_micros, open_micros, place, state)
VALUES (?, ?, ?, ?, ?, ?, 'email', 0, 0, 0.5, 1000, 0, 0, ?, 'accepted')
"""


def test_the_last_purchase_that_counts_has_been_reported(tmp_path: Path) -> None:
    made = plan(PEOPLE)
    ws, roster = Workspace.create(tmp_path / "ws"), Roster.build(made, snapshot(PEOPLE))
    books, now = SqlBooks(ws, roster, made), horizon_end(made) - timedelta(days=5)
    books.begin(now - timedelta(days=25), ("consent",))
    books.seen(now)
    latest = int((now - REPORTED - timedelta(days=SEEN_DAYS)).timestamp())
    with ws.engine.begin() as connection:
        for key, at in enumerate((latest - 1, latest, latest + 1), start=1):
            row = int(roster.treated[key])
            connection.exec_driver_sql(_SENT, (key, made.plan_id, row, roster.person_id[row], key, at, key))

    found = messages_of(ws, made, roster, running=True)

    assert found.until == latest
    assert found.slot.tolist() == [1, 2]
    with pytest.raises(Refused, match="is not over"):
        messages_of(ws, made, roster)
