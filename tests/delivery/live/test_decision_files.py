"""Every decision of a launch is kept, with the probabilities of all actions, once per committed tick."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from campaigns.contact import ContactBatch, Permit, Receipts
from campaigns.experiment import TREATED
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.audit import audit
from delivery.channels.mailroom import Mailroom
from delivery.decision_log import name_of, place_of
from delivery.harm import HarmWatch
from delivery.live import launch
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from tests.builders import NOW, snapshot
from tests.delivery.launchable import WORLD, launchable
from tests.delivery.live.test_launch import child

PEOPLE = 120


def files(ws: Workspace, made: Plan) -> dict[str, bytes]:
    """The decision files of a plan by name."""
    return {path.name: path.read_bytes() for path in sorted(place_of(ws, made.plan_id).iterdir())}


def ticks(ws: Workspace, made: Plan) -> list[str]:
    """The names that the committed ticks' files must have."""
    books = SqlBooks(ws, Roster.build(made, snapshot(PEOPLE)), made)
    return [name_of(at, slot) for at, slot in books.ticks()]


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Plan]:
    """A plan that was launched and is over; not to be changed."""
    ws, made = launchable(tmp_path_factory.mktemp("decided") / "ws")
    launch(ws, made, WORLD, "Ada")
    return ws, made


def decided(ws: Workspace, made: Plan) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in sorted(place_of(ws, made.plan_id).iterdir())])


def test_everybody_due_is_in_the_file_of_their_tick_those_left_alone_included(over: tuple[Workspace, Plan]) -> None:
    ws, made = over
    roster = Roster.build(made, snapshot(PEOPLE))

    found = decided(ws, made)

    assert sorted(files(ws, made)) == sorted(ticks(ws, made))
    assert set(found["row"].unique()) == set(np.flatnonzero(roster.arm == TREATED).tolist())
    assert found.select("row", "slot").is_unique().all()
    assert (found["action"] == -1).any()
    assert (found["action"] >= 0).any()


def test_the_probabilities_of_everything_add_up_and_one_of_them_is_the_chosen_ones(
    over: tuple[Workspace, Plan],
) -> None:
    ws, made = over
    found = decided(ws, made)
    creatives = [creative.creative_id for creative in made.creatives]

    shares = found.select("p_none", *(f"p_{one}" for one in creatives)).to_numpy().astype(float)
    open_ = found.select(f"open_{one}" for one in creatives).to_numpy()
    chosen = shares[np.arange(len(shares)), found["action"].to_numpy() + 1]

    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert chosen == pytest.approx(found["propensity"].to_numpy(), abs=1e-7)
    assert not shares[:, 1:][~open_].any()
    assert (shares[:, 1:][open_] > 0).all()


def test_a_message_left_as_it_was_decided_and_nobody_is_named(over: tuple[Workspace, Plan]) -> None:
    ws, made = over
    found = decided(ws, made)

    with ws.engine.connect() as connection:
        sent = connection.exec_driver_sql('SELECT "row", slot, action, propensity FROM contact').all()
    kept = set(found.select("row", "slot", "action", "propensity").iter_rows())

    assert len(sent) > 200
    assert {tuple(row) for row in sent} <= kept
    assert not any(dtype == pl.String for dtype in found.dtypes)


def test_a_run_killed_before_its_commits_keeps_the_same_files_byte_for_byte(
    tmp_path: Path, over: tuple[Workspace, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, made = launchable(tmp_path / "ws")
    left, deliver = [0], Mailroom.deliver

    def fail_after_the_files(self: Mailroom, batch: ContactBatch, permit: Permit) -> Receipts:
        receipts = deliver(self, batch, permit)
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return receipts

    monkeypatch.setattr(Mailroom, "deliver", fail_after_the_files)
    resume = False
    for ticks_until_failure in (0, 2, 9, 1):
        left[0] = ticks_until_failure
        with pytest.raises(KeyboardInterrupt):
            launch(ws, made, WORLD, "Ada", resume=resume)
        resume = True
    monkeypatch.undo()

    launch(ws, made, WORLD, "Ada", resume=True)

    assert files(ws, made) == files(*over)


def test_a_process_killed_by_the_system_leaves_a_file_that_the_next_one_writes_again(
    tmp_path: Path, over: tuple[Workspace, Plan]
) -> None:
    ws, made = launchable(tmp_path / "ws")
    killed = child(ws, "after files", 3)
    written, committed = files(ws, made), ticks(ws, made)

    launch(ws, made, WORLD, "Ada", resume=True)

    assert killed.returncode == -signal.SIGKILL
    assert (len(written), len(committed)) == (4, 3)
    assert written.items() <= files(ws, made).items()
    assert files(ws, made) == files(*over)


def test_what_a_dead_process_decided_and_never_committed_is_gone_once_the_plan_is_stopped(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    child(ws, "after files", 3)
    (place_of(ws, made.plan_id) / "0000000001-000.parquet.part").write_bytes(b"half")
    Store(ws).move(made.plan_id, "stopped", "Grace", NOW)

    launch(ws, made, WORLD, "Ada", resume=True)

    assert sorted(files(ws, made)) == sorted(ticks(ws, made))
    assert len(files(ws, made)) == 3


def test_a_campaign_that_was_halted_decides_for_nobody_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, made = launchable(tmp_path / "ws")
    monkeypatch.setattr(HarmWatch, "shows_harm", lambda self, fraction: fraction > 0.5)

    launch(ws, made, WORLD, "Ada")

    sizes = [pl.read_parquet(place_of(ws, made.plan_id) / name).height for name in ticks(ws, made)]
    assert sizes[0] > 0
    assert sizes[-1] == 0
    assert len(sizes) == len(files(ws, made))
    assert datetime.fromtimestamp(int(ticks(ws, made)[0][:10]), UTC) < NOW + timedelta(days=3)
    assert audit(ws, made).clean
