"""Messages are answered in blocks: how long they are kept back changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from campaigns.contact import ContactBatch
from simulator.reached import Backlog
from simulator.world import SimWorld
from tests.simulator.stagings import GUARD
from tests.simulator.test_reference import ALL_ON, hours, schedule, stage


def letters(at: int, rows: range) -> ContactBatch:
    none = np.zeros(len(rows), np.int64)
    keys = np.arange(len(rows), dtype=np.uint64) + np.uint64(1)
    return ContactBatch(at, keys, np.array(rows), none, none, none, np.ones(len(rows)), none, none)


def test_people_answer_alike_whether_somebody_looks_after_every_message_or_at_the_end() -> None:
    # Every person has messages of many instants, and most batches share nobody with the one before.
    on, batches = stage(), schedule(stage(), 8, hours(8), 0.04)
    worlds = [SimWorld(on, ALL_ON, GUARD, 8) for _ in range(2)]
    for batch in batches:
        for world in worlds:
            world.advance(datetime.fromtimestamp(batch.at, UTC))
            world.respond(batch)
        worlds[0].outcomes(datetime.fromtimestamp(on.start, UTC))
    looked, waited = worlds
    assert np.array_equal(looked.history(), waited.history())
    assert looked.history().shape[1] > 1_000
    assert np.array_equal(looked.lost(), waited.lost())
    assert looked.lost().shape[1] > 0
    assert looked.truth() == waited.truth()


def test_a_second_message_to_somebody_has_to_wait_for_the_first_to_be_answered() -> None:
    backlog = Backlog(10)
    backlog.add(letters(100, range(4)))
    assert backlog.fits(letters(200, range(4, 10)))
    assert not backlog.fits(letters(200, range(3, 6)))
    (reached,) = backlog.take()
    assert reached.row.tolist() == [0, 1, 2, 3]
    backlog.add(letters(200, range(3, 6)))
    assert backlog.fits(letters(300, range(3)))
    assert [block.row.tolist() for block in backlog.take()] == [[3, 4, 5]]
    assert not list(backlog.take())


@pytest.mark.parametrize("sizes", [(3, 2), (1, 9), (7,), (5, 4), (20,)])
def test_messages_leave_in_order_with_their_instants(sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.reached.BLOCK", 4)
    backlog, first = Backlog(40), 0
    for place, size in enumerate(sizes):
        assert backlog.fits(letters(place, range(first, first + size)))
        backlog.add(letters(place, range(first, first + size)))
        first += size
    blocks = list(backlog.take())
    assert [row for block in blocks for row in block.row.tolist()] == list(range(first))
    expected = np.repeat(np.arange(len(sizes)), sizes).tolist()
    assert [at for block in blocks for at in block.at.tolist()] == expected
    assert max(len(block.row) for block in blocks) < 2 * 4
    assert backlog.fits(letters(0, range(40)))
