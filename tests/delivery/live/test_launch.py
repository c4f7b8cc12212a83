from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from campaigns.contact import ContactBatch, Permit, Receipts
from campaigns.errors import BadInput, Refused
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.channels.mailroom import Mailroom
from delivery.errors import InUse
from delivery.harm import HarmWatch
from delivery.horizon import horizon_end
from delivery.lease import leased
from delivery.live import launch
from delivery.outbox.reading import OutboxReader
from tests.builders import NOW, creatives, plan, snapshot
from tests.delivery.launchable import WORLD, approve, approved, launchable, totals, workspace

CHILD = """
import os, signal, sys
from pathlib import Path
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.channels.mailroom import Mailroom
from delivery.live import launch
from tests.delivery.launchable import WORLD
ws = Workspace.open(Path(sys.argv[1]))
where, after = sys.argv[2], int(sys.argv[3])
done = 0
def count(point):
    global done
    done += point == where
    if done > after:
        os.kill(os.getpid(), signal.SIGKILL)
deliver = Mailroom.deliver
def deliver_and_maybe_die(self, batch, permit):
    receipts = deliver(self, batch, permit)
    count("after files")
    return receipts
Mailroom.deliver = deliver_and_maybe_die
set_clock = Store.set_clock
Store.set_clock = lambda self, now: (set_clock(self, now), count("clock"))
use = Store.use_approval
Store.use_approval = lambda self, *a: (use(self, *a), count("approval"))
launch(ws, Store(ws).plan("p-0123456789"), WORLD, "Ada")
"""


def child(ws: Workspace, where: str, after: int) -> subprocess.CompletedProcess[str]:
    """A launch in a process of its own, which kills itself at a named point."""
    root = str(Path(__file__).parents[3])
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(ws.root), where, str(after)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )


def state(ws: Workspace) -> str:
    return Store(ws).record("p-0123456789").state


def test_a_launch_sends_completes_closes_and_moves_the_clock(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    lines: list[str] = []

    report = launch(ws, made, WORLD, "Ada", lines.append)

    assert state(ws) == "completed"
    assert Store(ws).now() == horizon_end(made) == report.ended
    assert report.accepted > 200
    assert report.accepted == len(list(ws.folder(f"outbox/{made.plan_id}").iterdir()))
    account = OutboxReader(ws, made, 120).account()
    assert account.closed
    assert account.reserved == 0
    assert account.spent == report.spent_micros <= account.budget
    assert len(lines) == report.ticks
    assert "tick 1 of" in lines[0]


def test_a_second_launch_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    launch(ws, made, WORLD, "Ada")
    before = totals(ws, made.plan_id)

    for resume in (False, True):
        with pytest.raises(Refused, match="launched already" if not resume else "completed"):
            launch(ws, made, WORLD, "Ada", resume=resume)
    assert totals(ws, made.plan_id) == before


@pytest.mark.parametrize(("where", "after"), [("approval", 0), ("after files", 5), ("clock", 0)])
def test_a_killed_launch_is_taken_up_with_nothing_twice_and_nothing_lost(
    tmp_path: Path, unkilled: str, where: str, after: int
) -> None:
    ws, made = launchable(tmp_path / "ws")
    killed = child(ws, where, after)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert state(ws) == "live"

    with pytest.raises(Refused, match="--resume"):
        launch(ws, made, WORLD, "Ada")
    launch(ws, made, WORLD, "Ada", resume=True)

    assert state(ws) == "completed"
    assert totals(ws, made.plan_id) == unkilled


def test_a_launch_that_fails_again_and_again_ends_as_if_it_never_had(
    tmp_path: Path, unkilled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, made = launchable(tmp_path / "ws")
    deliver, left = Mailroom.deliver, [0]

    def fail_after_the_files(self: Mailroom, batch: ContactBatch, permit: Permit) -> Receipts:
        receipts = deliver(self, batch, permit)
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return receipts

    monkeypatch.setattr(Mailroom, "deliver", fail_after_the_files)
    resume = False
    for ticks_until_failure in (0, 2, 0, 7, 3, 1, 11):
        left[0] = ticks_until_failure
        with pytest.raises(KeyboardInterrupt):
            launch(ws, made, WORLD, "Ada", resume=resume)
        resume = True
    monkeypatch.undo()

    report = launch(ws, made, WORLD, "Ada", resume=True)

    assert report.taken_up == 24
    assert totals(ws, made.plan_id) == unkilled


@pytest.fixture(scope="module")
def unkilled(tmp_path_factory: pytest.TempPathFactory) -> str:
    ws, made = launchable(tmp_path_factory.mktemp("unkilled") / "ws")
    launch(ws, made, WORLD, "Ada")
    told = totals(ws, made.plan_id)
    assert len(json.loads(told)["contact"]) > 200
    return told


def test_a_plan_that_is_stopped_sends_nothing_more_and_is_still_measured(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    said: list[str] = []

    def stop_after_five(line: str) -> None:
        said.append(line)
        if len(said) == 5:
            Store(ws).move(made.plan_id, "stopped", "Grace", NOW)

    report = launch(ws, made, WORLD, "Ada", stop_after_five)

    assert report.stopped
    assert len(said) == 5
    assert state(ws) == "stopped"
    assert len(json.loads(totals(ws, made.plan_id))["tick"]) == 5
    assert OutboxReader(ws, made, 120).account().closed


def test_a_campaign_that_was_halted_for_harm_stays_halted_when_it_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, made = launchable(tmp_path / "ws")
    said: list[str] = []

    def die_after_six(line: str) -> None:
        said.append(line)
        if len(said) == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(HarmWatch, "shows_harm", lambda self, fraction: len(said) == 4)
    with pytest.raises(KeyboardInterrupt):
        launch(ws, made, WORLD, "Ada", die_after_six)
    monkeypatch.setattr(HarmWatch, "shows_harm", lambda self, fraction: False)

    report = launch(ws, made, WORLD, "Ada", resume=True)

    assert report.halted
    assert said[4].endswith("nothing sent, the control group shows harm")
    with ws.engine.connect() as connection:
        last_sent, halted = connection.exec_driver_sql("SELECT MAX(contact.at), halted_at FROM contact, account").one()
    assert last_sent < halted


def test_a_plan_that_a_living_process_runs_is_not_taken_up(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")

    with leased(ws, made.plan_id), pytest.raises(InUse, match=f"process {os.getpid()}"):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


def test_a_plan_that_is_not_live_is_not_resumed(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")

    with pytest.raises(Refused, match="only a live plan can be resumed"):
        launch(ws, made, WORLD, "Ada", resume=True)


def test_an_approval_for_another_hash_is_refused_and_not_spent(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    approve(ws, made, plan_hash="f" * 64, by="Grace")

    with pytest.raises(Refused, match="for hash ffffffffffff"):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"
    assert totals(ws, made.plan_id).count("p-") == 0


def test_one_changed_byte_of_the_plan_refuses_the_launch(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    edited = made.model_copy(update={"exit_condition": made.exit_condition + " "})

    with pytest.raises(Refused, match="is stored"):
        launch(ws, edited, WORLD, "Ada")
    with ws.session() as session:
        session.connection().exec_driver_sql(
            "UPDATE plan SET body = replace(body, 'the window ends', 'the window end')"
        )
    with pytest.raises(Refused, match="bytes were changed"):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


def test_policies_other_than_those_checked_refuse_the_launch(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", policy_hash="2" * 64)

    with pytest.raises(Refused, match="policies 222222222222"):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


def test_a_changed_snapshot_refuses_the_launch(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    snapshot(119).write_parquet(ws.folder("snapshots") / f"{made.audience.snapshot_id}.parquet")

    with pytest.raises(BadInput, match="not those it was made with"):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


@pytest.mark.parametrize(("days", "said"), [(46, "no send moment left"), (60, "expired at")])
def test_a_launch_too_late_is_refused(tmp_path: Path, days: int, said: str) -> None:
    ws, made = launchable(tmp_path / "ws")
    Store(ws).set_clock(NOW + timedelta(days=days))

    with pytest.raises(Refused, match=said):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


def test_a_slot_that_nothing_can_fill_is_found_before_the_approval_is_spent(tmp_path: Path) -> None:
    odd = creatives()[2].model_copy(update={"body": "Until {{ offer_until }}", "slots": ("category", "offer_until")})
    ws, made = launchable(tmp_path / "ws", creatives=(odd,))

    with pytest.raises(BadInput, match="offer_until"):
        launch(ws, made, WORLD, "Ada")
    assert state(ws) == "approved"


def test_a_consent_withdrawn_after_the_snapshot_is_honoured(tmp_path: Path) -> None:
    frame = snapshot(120)
    ws = workspace(tmp_path / "ws", frame)
    made = approved(ws, frame)
    with duckdb.connect(str(ws.data_path)) as con:
        con.execute(
            "INSERT INTO consents SELECT person_id, channel, purpose, 'withdrawn', TIMESTAMP '2017-10-15 12:00:00', source, "
            "origin FROM consents WHERE person_id < 'h00060'"
        )

    launch(ws, made, WORLD, "Ada")

    with ws.engine.connect() as connection:
        lowest = connection.exec_driver_sql("SELECT MIN(person_id) FROM contact").scalar_one()
    assert lowest >= "h00060"


def test_who_has_no_address_receives_nothing_and_costs_nothing(tmp_path: Path) -> None:
    frame = snapshot(120)
    ws = workspace(tmp_path / "ws", frame, no_address=tuple(frame["person_id"].to_list()))
    made = approved(ws, frame)

    report = launch(ws, made, WORLD, "Ada")

    assert report.refused > 0
    assert (report.accepted, report.spent_micros) == (0, 0)
    assert plan(120).plan_id == made.plan_id
