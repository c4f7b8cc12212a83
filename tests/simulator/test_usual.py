"""Business as usual is read from what these people were sent, and from nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from delivery.decide import Asked
from delivery.roster import Roster
from simulator.usual import Broadcast, Usual, usual_of
from tests.agents.shop import NOW, open_shop
from tests.builders import plan, snapshot
from tools.data.warehouse import open_file

INTO_EVENTS = (
    "INSERT INTO events BY NAME SELECT * REPLACE ('campaign' AS kind, 'c1' AS campaign_id, {at} AS occurred_at, {at} AS "
    "arrived_at, event_id || '-{weeks}' AS event_id) FROM (SELECT * FROM events WHERE person_id = '{person}' LIMIT 1)"
)


def test_the_record_is_of_these_people_in_these_weeks_loaded_or_sent_from_here(tmp_path: Path) -> None:
    ws = open_shop(tmp_path / "workspace", tmp_path / "files")
    roster = Roster.build(plan(60), snapshot(60).with_columns(person_id=pl.Series([f"h{n:04d}" for n in range(60)])))
    con = open_file(ws.data_path, read_only=False)
    for person, weeks in (("h0003", 2), ("h0003", 11), ("h0004", 13), ("h0200", 2), ("h0005", -1)):
        at = f"TIMESTAMP '{NOW - timedelta(weeks=weeks):%Y-%m-%d %H:%M:%S}'"
        con.raw_sql(INTO_EVENTS.format(person=person, at=at, weeks=weeks))
    con.disconnect()
    days = ((1, "accepted"), (20, "refused"), (100, "accepted"))
    rows = [
        (place + 1, "p-other", place, "h0007", place, int((NOW - timedelta(days=ago)).timestamp()), "email", 0, 0, 0.5, 1, 0, 0, state)
        for place, (ago, state) in enumerate(days)
    ]  # fmt: skip
    with ws.engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO contact VALUES ({', '.join('?' * 14)}, 0)", rows)

    found = usual_of(ws, roster, NOW)

    assert found.messages == 3
    assert found.per_week == pytest.approx(3 / (12 * 60))
    ws.engine.dispose()


def test_without_a_record_it_is_no_campaign() -> None:
    assert "the same as no campaign" in Usual(0.0, 0).told


def test_everybody_gets_as_many_messages_as_the_share_says() -> None:
    rng = np.random.default_rng(3)
    people, allowed = np.arange(2_000), np.ones((2_000, 2), bool)
    allowed[:500, 0] = False
    keys = np.zeros(2_000, np.uint64)
    chooser = Broadcast(rng.random(2_000), 0.3)
    sent = np.zeros(2_000, np.int64)
    for _ in range(10):
        choice = chooser.choose(Asked(0, 0, people, keys, people, allowed))
        chosen = choice.action >= 0
        sent += chosen
        assert (choice.action[chosen & (people < 500)] == 1).all()
        assert (choice.action[chosen & (people >= 500)] == 0).all()
    assert set(sent.tolist()) == {3}
