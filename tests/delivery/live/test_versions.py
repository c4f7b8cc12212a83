"""A campaign that was approved under one version of the policies while another comes into force."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.errors import BadInput, Refused
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.live import launch
from delivery.measure import measure
from delivery.outbox.reading import OutboxReader
from delivery.policy_change import approve_policy
from delivery.roster import Roster
from policies.activation import propose
from policies.conjunction import conjunction
from policies.in_force import policies_in_force
from policies.load import SHIPPED, load_policies
from tests.builders import NOW
from tests.delivery.launchable import WORLD, launchable, totals
from tools.audience import snapshot

OPEN = ("contact.yaml", "max_per_week: 4", "max_per_week: 9")


def packs(folder: Path, *edits: tuple[str, str, str]) -> Path:
    shutil.copytree(SHIPPED, folder)
    for file, old, new in edits:
        assert old in (folder / file).read_text()
        (folder / file).write_text((folder / file).read_text().replace(old, new))
    return folder


def activate(ws: Workspace, folder: Path) -> str:
    done = propose(ws, folder, "Grace", NOW)
    for name in () if done.applied else ("Ada", "Ben"):
        approve_policy(ws, done.proposal.hash, name, NOW)
    assert policies_in_force(ws).hash == done.proposal.hash
    return done.proposal.hash


def after(ticks: int, act: Callable[[], object]) -> Callable[[str], None]:
    """Acts between two ticks, as another process would."""
    said = 0

    def progress(line: str) -> None:
        nonlocal said
        said += " tick " in line
        if said == ticks and " tick " in line:
            act()

    return progress


def stricter(ws: Workspace, tmp_path: Path) -> None:
    activate(ws, packs(tmp_path / "strict", ("contact.yaml", "max_per_week: 4", "max_per_week: 1")))


def test_a_tightening_holds_from_the_next_tick_on_without_another_approval(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=72)
    policies_in_force(ws)

    report = launch(ws, made, WORLD, "Ada", after(3, lambda: stricter(ws, tmp_path)))

    assert not report.stopped
    assert Store(ws).record(made.plan_id).state == "completed"
    with ws.engine.connect() as connection:
        ticks = list(connection.exec_driver_sql("SELECT at FROM tick ORDER BY at").scalars())
        rows = connection.exec_driver_sql("SELECT \"row\", at FROM contact WHERE state = 'accepted' ORDER BY at").all()
    later = [(row, at) for row, at in rows if at > ticks[2]]
    assert later
    for row, at in later:
        assert not [one for one in rows if one.row == row and at - 7 * 86_400 < one.at < at]
    measured = measure(ws, made, Roster.build(made, snapshot.load(ws, made.audience.snapshot_id)))
    assert measured.blocked["weekly_cap"] > 0


def test_a_loosening_never_widens_what_was_approved(tmp_path: Path) -> None:
    same, made = launchable(tmp_path / "same", people=72)
    launch(same, made, WORLD, "Ada")
    ws, _ = launchable(tmp_path / "ws", people=72)
    policies_in_force(ws)

    launch(ws, made, WORLD, "Ada", after(2, lambda: activate(ws, packs(tmp_path / "open", OPEN))))

    assert totals(ws, made.plan_id) == totals(same, made.plan_id)
    assert OutboxReader(ws, made, 72).account().rules == OutboxReader(same, made, 72).account().rules


def test_a_plan_approved_before_a_tightening_is_launched_under_both(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=72)
    policies_in_force(ws)
    activate(ws, packs(tmp_path / "quiet", ("contact.yaml", "max_per_week: 4", "max_per_week: 1")))

    report = launch(ws, made, WORLD, "Ada")

    with ws.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT \"row\", at FROM contact WHERE state = 'accepted'").all()
    assert 0 < report.accepted == len(rows)
    assert not any(one.row == other.row and 0 < one.at - other.at < 7 * 86_400 for one in rows for other in rows)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("house.yaml", "min_people: 50", "min_people: 500"), "audience_minimum"),
        (("law/law_us_tcpa.yaml", "law_sms_texas: [", "law_sms_texas: [US-NV]\n  other: ["), "law_sms_texas"),
    ],
)
def test_what_newly_denies_the_plan_stops_it_with_the_reason_on_record(
    tmp_path: Path, edit: tuple[str, str, str], said: str
) -> None:
    ws, made = launchable(tmp_path / "ws", people=72)
    policies_in_force(ws)

    report = launch(ws, made, WORLD, "Ada", after(2, lambda: activate(ws, packs(tmp_path / "other", edit))))

    life = Store(ws).life(made.plan_id)[-1]
    assert report.stopped
    assert (life.state, life.by) == ("stopped", "twinpilot")
    assert said in life.note
    with ws.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM tick").scalar_one() == 2
        assert connection.exec_driver_sql("SELECT COUNT(closed_at) FROM account").scalar_one() == 1


def test_a_launch_that_the_policies_in_force_deny_is_refused_and_spends_no_approval(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=72)
    policies_in_force(ws)
    activate(ws, packs(tmp_path / "many", ("house.yaml", "min_people: 50", "min_people: 500")))

    with pytest.raises(Refused, match="deny it: rule audience_minimum"):
        launch(ws, made, WORLD, "Ada")
    assert Store(ws).record(made.plan_id).state == "approved"


def test_policies_changed_by_hand_end_the_run_and_once_put_back_it_goes_on(tmp_path: Path) -> None:
    from campaigns.versions import Versions

    ws, made = launchable(tmp_path / "ws", people=72)
    policies_in_force(ws)
    versions = Versions(ws)
    version = versions.version(versions.history()[-1].content)

    def tamper() -> None:
        path = versions.folder(version) / "contact.yaml"
        path.write_text(path.read_text().replace("max_per_week: 4", "max_per_week: 40"))

    with pytest.raises(BadInput, match=r"contact\.yaml .* policy restore"):
        launch(ws, made, WORLD, "Ada", after(2, tamper))
    with pytest.raises(BadInput, match="policy restore"):
        launch(ws, made, WORLD, "Ada", resume=True)
    versions.restore(version)

    assert launch(ws, made, WORLD, "Ada", resume=True).taken_up == 2


def test_both_versions_are_asked_and_their_hash_names_both(tmp_path: Path) -> None:
    old = load_policies()
    strict = load_policies(packs(tmp_path / "strict", ("contact.yaml", "max_per_week: 4", "max_per_week: 1")))
    loose = load_policies(packs(tmp_path / "loose", OPEN))

    assert conjunction(old, old) is old
    assert conjunction(old, strict).hash not in (old.hash, strict.hash, conjunction(strict, old).hash)
    assert [rule.id for rule in conjunction(old, loose).scope("contact")] == [r.id for r in old.scope("contact")]
    assert "&&" in conjunction(old, loose).rule("weekly_cap").must
