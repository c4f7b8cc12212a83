"""Approvals are counted again where money leaves, changes go through one door, and outcomes change autonomy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from campaigns.change import Change
from campaigns.errors import Refused
from campaigns.ledger import Ledger
from campaigns.money import Money
from campaigns.records import ApprovalRecord, StandingRecord
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.changing import begin_change
from delivery.live import launch
from delivery.track_record import evidence_of, learn, standings
from policies.load import load_policies
from tests.builders import NOW, brief
from tests.delivery.launchable import WORLD, approve, launchable, totals

LARGE = brief(budget=Money(amount_micros=50_000_000_000, currency="USD"))
"""So much money takes two people."""


def without_approvals(ws: Workspace) -> None:
    from sqlmodel import delete

    with ws.session() as session:
        session.exec(delete(ApprovalRecord))


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (("Ada",), "needs the approval of 2 different people .* has 1"),
        (("Ada", "аda"), "has 1"),
        (("Ada", "A da", "ADA"), "has 1"),
        (("Ada", "Marketing"), "approval_not_by_author"),
        (("Ada", "Ben", "mаrketing"), "approval_not_by_author"),
    ],
)
def test_a_launch_counts_people_again_whatever_state_the_plan_is_in(
    tmp_path: Path, people: tuple[str, ...], said: str
) -> None:
    ws, made = launchable(tmp_path / "ws", brief_=LARGE)
    without_approvals(ws)
    for name in people:
        approve(ws, made, by=name)

    with pytest.raises(Refused, match=said):
        launch(ws, made, WORLD, "Ada")
    assert Store(ws).record(made.plan_id).state == "approved"
    assert totals(ws, made.plan_id).count("p-") == 0


def test_approvals_given_under_other_policies_do_not_count(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", brief_=LARGE)
    without_approvals(ws)
    for name in ("Ada", "Ben"):
        approve(ws, made, by=name, policy_hash="f" * 64)

    with pytest.raises(Refused, match="for these bytes and policies and has 0"):
        launch(ws, made, WORLD, "Ada")


def test_an_approval_that_ended_does_not_count(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", brief_=LARGE)
    without_approvals(ws)
    approve(ws, made, by="Ada", until=NOW)
    approve(ws, made, by="Ben")

    with pytest.raises(Refused, match="has 1"):
        launch(ws, made, WORLD, "Ada")


def seen(plan_id: str, inside: bool = True, final: bool = True, srm: float = 0.5) -> Any:
    lines = [SimpleNamespace(metric=name, inside=inside) for name in ("measured_incremental_margin", "spend")]
    return SimpleNamespace(plan_id=plan_id, final=final, srm_p=SimpleNamespace(value=srm), forecast=lines)


def audited(violations: int = 0) -> Any:
    return SimpleNamespace(checks=[SimpleNamespace(name="to_holdout", violations=violations)])


def levels(ws: Workspace) -> dict[str, str]:
    return {one.action: one.level for one in standings(ws, load_policies())}


def test_autonomy_rises_with_outcomes_inside_their_forecasts_and_falls_on_a_broken_promise(tmp_path: Path) -> None:
    ws, policies = Workspace.create(tmp_path / "ws"), load_policies()
    assert set(levels(ws).values()) == {"suggest"}

    for number in range(6):
        learn(ws, seen(f"p-{number}"), audited(), policies, NOW)
        learn(ws, seen(f"p-{number}"), audited(), policies, NOW)
    assert levels(ws) == {
        "budget": "bounded", "audience": "approve_each", "creative": "approve_each", "cadence": "bounded",
        "policy": "suggest",
    }  # fmt: skip

    learn(ws, seen("p-6", final=False), audited(violations=1), policies, NOW)
    assert set(levels(ws).values()) == {"suggest"}
    assert "to_holdout" in standings(ws, policies)[0].because


def test_a_promise_found_broken_late_weighs_on_today_whatever_the_clock_says(tmp_path: Path) -> None:
    ws, policies = Workspace.create(tmp_path / "ws"), load_policies()
    for number in range(4):
        learn(ws, seen(f"p-{number}"), audited(), policies, NOW + timedelta(days=number))

    learn(ws, seen("p-0"), audited(violations=1), policies, NOW - timedelta(days=9))

    assert set(levels(ws).values()) == {"suggest"}


def test_an_outcome_outside_its_forecast_lowers_and_groups_of_wrong_sizes_prove_nothing(tmp_path: Path) -> None:
    ws, policies = Workspace.create(tmp_path / "ws"), load_policies()
    for number in range(3):
        learn(ws, seen(f"p-{number}"), audited(), policies, NOW)

    learn(ws, seen("p-3", inside=False, srm=0.0001), audited(), policies, NOW)
    assert levels(ws)["budget"] == "approve_each"
    learn(ws, seen("p-4", inside=False), audited(), policies, NOW)
    assert levels(ws)["budget"] == "suggest"


def test_a_campaign_that_runs_and_broke_nothing_is_not_written(tmp_path: Path) -> None:
    ws = Workspace.create(tmp_path / "ws")

    learn(ws, seen("p-1", final=False), audited(), load_policies(), NOW)

    assert Ledger(ws).evidence() == ()
    assert evidence_of(seen("p-1", final=False), audited(), NOW).inside == {}


def test_a_level_written_by_hand_gives_nothing(tmp_path: Path) -> None:
    ws, policies = Workspace.create(tmp_path / "ws"), load_policies()
    learn(ws, seen("p-1"), audited(), policies, NOW)
    with ws.session() as session:
        row = session.get_one(StandingRecord, "budget")
        row.body = row.body.replace('"suggest"', '"bounded"')
        session.add(row)

    assert levels(ws)["budget"] == "suggest"


def change(number: int = 1, by: str = "person", **fields: object) -> Change:
    given: dict[str, object] = {
        "change_id": f"c-{number:010x}", "action": "budget", "target": "p-0123456789", "unit": "micros:USD",
        "before": 1_000_000, "after": 1_090_000, "at": NOW, "asked_by": "twinpilot", "carried_out_by": by,
    }  # fmt: skip
    return Change(**{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "approvers", "owners", "verdict", "rule"),
    [
        (change(), (), (), "go", "autonomy_earned"),
        (change(), ("Twinpilot",), (), "go", "approval_not_by_author"),
        (change(), ("Marketing",), ("marketing",), "go", "approval_not_by_author"),
        (change(by="program"), ("Ada",), (), "go", "program_may_act"),
        (change(after=1_100_001), ("Ada",), (), "go", "change_limit"),
        (change(action="policy", target="policies", unit="rules"), ("Ada", "ADA"), (), "go", "four_eyes_policy"),
    ],
)
def test_a_change_that_may_not_be_is_refused_by_its_rule_and_not_kept(
    tmp_path: Path, one: Change, approvers: tuple[str, ...], owners: tuple[str, ...], verdict: Any, rule: str
) -> None:
    ws = Workspace.create(tmp_path / "ws")

    with pytest.raises(Refused, match=f"Policy {rule} "):
        begin_change(ws, one, approvers, load_policies(), NOW, owners=owners, verdict=verdict)
    assert Ledger(ws).changes() == ()


def test_a_change_in_flight_takes_room_until_it_is_withdrawn_or_a_day_old(tmp_path: Path) -> None:
    ws, policies, ledger = Workspace.create(tmp_path / "ws"), load_policies(), Ledger(Workspace.open(tmp_path / "ws"))
    begin_change(ws, change(1), ("Ada",), policies, NOW, verdict="go")

    with pytest.raises(Refused, match="change_limit"):
        begin_change(ws, change(2), ("Ada",), policies, NOW + timedelta(days=3), verdict="go")
    ledger.finish(change(1).change_id, "withdrawn", NOW)
    begin_change(ws, change(2), ("Ada",), policies, NOW, verdict="go")
    ledger.finish(change(2).change_id, "done", NOW)
    with pytest.raises(Refused, match="change_limit"):
        begin_change(ws, change(3), ("Ada",), policies, NOW + timedelta(hours=23), verdict="go")
    begin_change(ws, change(3), ("Ada",), policies, NOW + timedelta(hours=24), verdict="go")


def test_a_class_that_earned_it_changes_within_limits_without_a_person(tmp_path: Path) -> None:
    ws, policies = Workspace.create(tmp_path / "ws"), load_policies()
    for number in range(6):
        learn(ws, seen(f"p-{number}"), audited(), policies, NOW)

    begin_change(ws, change(1, by="program"), (), policies, NOW, verdict="go")
    with pytest.raises(Refused, match="autonomy_earned"):
        begin_change(ws, change(2, by="program", action="audience", unit="people"), (), policies, NOW, verdict="go")
