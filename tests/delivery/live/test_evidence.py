"""What is known of a plan outside itself holds a launch back: the twin, an audience too like another, complaints, groups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from campaigns.errors import Refused
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.evidence import audit_of, audited
from delivery.live import launch
from delivery.outbox.reading import OutboxReader
from policies.load import load_policies
from tests.builders import NOW, snapshot
from tests.delivery.launchable import WORLD, approved, launchable, rehearsed, workspace
from tools.audience.snapshot import load


def findings(ws: Workspace, made: Plan, launching: bool = True) -> dict[str, str]:
    frame = load(ws, made.audience.snapshot_id)
    return {f.rule: f.severity for f in audited(ws, made, frame, load_policies(), NOW, launching)}


def test_without_known_groups_a_person_decides_and_nothing_is_denied(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", 120)
    assert findings(ws, made) == {
        "benefit_shown_fair": "require_approval",
        "burden_shown_fair": "require_approval",
        "no_proxies": "require_approval",
    }


@pytest.mark.parametrize("verdict", ["stop", None])
def test_a_plan_that_the_twin_stopped_or_never_saw_is_not_launched(tmp_path: Path, verdict: str | None) -> None:
    ws, made = launchable(tmp_path / "ws", 60)
    if verdict is None:
        with ws.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM rehearsal")
    else:
        Store(ws).save_rehearsal(made.plan_id, rehearsed(made).model_copy(update={"verdict": verdict}))

    with pytest.raises(Refused, match="cannot be launched by rule twin_gate"):
        launch(ws, made, WORLD, "Ada")

    assert Store(ws).record(made.plan_id).state == "approved"
    assert findings(ws, made, launching=False).get("twin_gate") is None


@pytest.mark.parametrize(("others", "denied"), [(120, False), (119, True), (71, True), (70, False)])
def test_an_audience_a_few_people_from_an_earlier_one_is_denied(tmp_path: Path, others: int, denied: bool) -> None:
    frame = snapshot(120)
    ws = workspace(tmp_path / "ws", frame)
    approved(ws, frame.head(others), plan_id="p-00000000aa")
    made = approved(ws, frame)

    assert audit_of(ws, made, load(ws, made.audience.snapshot_id), NOW).audience_difference == (120 - others or 120)
    assert (findings(ws, made).get("audience_difference") == "deny") == denied


def test_an_earlier_audience_that_cannot_be_read_counts_as_too_close(tmp_path: Path) -> None:
    frame = snapshot(120)
    ws = workspace(tmp_path / "ws", frame)
    other = approved(ws, frame.head(60), plan_id="p-00000000aa")
    made = approved(ws, frame)
    (ws.folder("snapshots") / f"{other.audience.snapshot_id}.parquet").write_bytes(b"gone")
    assert findings(ws, made)["audience_difference"] == "deny"


def test_e_mails_of_the_last_thirty_days_are_counted(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", 120)
    report = launch(ws, made, WORLD, "Ada")
    emails = sum(
        count
        for action, (count, _) in OutboxReader(ws, made, 120).sends().items()
        if made.creatives[action].channel == "email"
    )
    frame = load(ws, made.audience.snapshot_id)
    assert report.accepted >= emails > 0
    assert audit_of(ws, made, frame, report.started + timedelta(days=29)).messages_sent > 0
    assert audit_of(ws, made, frame, report.ended + timedelta(days=31)).messages_sent == 0


@pytest.mark.parametrize(("left_out", "severity"), [(0, None), (50, "require_approval"), (180, "deny")])
def test_an_offer_that_passes_a_group_by_is_seen(tmp_path: Path, left_out: int, severity: str | None) -> None:
    everybody = snapshot(400)
    ws = workspace(tmp_path / "ws", everybody)
    with duckdb.connect(str(ws.data_path)) as con:
        con.execute("UPDATE people SET age_band = CASE WHEN person_id < 'h00200' THEN '25-34' ELSE '65+' END")
    made = approved(ws, everybody.tail(400 - left_out))

    found = findings(ws, made)

    assert (found.get("benefit_not_adverse") or found.get("benefit_shown_fair")) == severity
    assert "burden_not_adverse" not in found
    assert ("no_proxies" in found) == (severity is not None)
