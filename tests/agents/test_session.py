"""From a goal to a proposed plan through the real rooms; the playbook is the only stand-in."""

from __future__ import annotations

import threading

import pytest

from agents import steps
from agents.session import PlanOutcome, plan_goal
from campaigns.errors import BadInput
from campaigns.finding import Finding
from campaigns.plan import Plan
from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.agents.conftest import Planned
from tests.agents.shop import GOAL
from tools.audience.sparing import NO_EVIDENCE


def test_a_goal_becomes_a_proposed_plan_with_every_part_and_a_rehearsal(planned: Planned) -> None:
    outcome = planned.outcome

    assert outcome.status == "proposed"
    assert outcome.plan is not None
    assert len(outcome.plan.creatives) >= 6
    assert {slot.weekday for slot in outcome.plan.slots} == {2, 5}
    assert outcome.plan.allocation.total.value <= 500_000_000
    assert outcome.rehearsal is not None
    assert outcome.rehearsal.plan_hash == outcome.plan.hash
    assert outcome.rehearsal.runs >= 200


def test_progress_is_told_in_sentences(planned: Planned) -> None:
    assert planned.said[0].startswith("Planning as p-")
    for beginning in ("Goal understood", "Audience", "Creative", "Experiment", "Budget", "Policies", "Rehearsal"):
        assert any(sentence.startswith(beginning) for sentence in planned.said)


def test_the_plan_lists_what_was_assumed(planned: Planned) -> None:
    assert planned.outcome.plan is not None
    text = " ".join(planned.outcome.plan.assumptions)
    assert "window.start = 2017-10-16" in text
    assert "The margin is 0.28 of revenue" in text
    assert "share of delivered e-mails that are read" in text
    assert NO_EVIDENCE in text


def test_the_same_goal_again_returns_the_same_plan_and_makes_nothing(
    proposed: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "supervisor", None)

    again = plan_goal(proposed, f"  {GOAL} ")

    assert again.continued
    assert again.plan == planned.outcome.plan
    assert len(Store(proposed).plans()) == 1


def test_two_runs_at_once_make_one_plan_and_the_second_waits(
    shop: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed: list[str] = []

    def rehearsal_of_the_same_plan(_workspace: Workspace, plan: Plan, *_: object, **__: object) -> Rehearsal | None:
        rehearsed.append(plan.plan_id)
        return planned.outcome.rehearsal

    monkeypatch.setattr(steps, "rehearse_plan", rehearsal_of_the_same_plan)
    outcomes: list[PlanOutcome] = []
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(plan_goal(Workspace.open(shop.root), GOAL, said.append)))
        for _ in range(2)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert [outcome.plan_id for outcome in outcomes] == [planned.outcome.plan_id] * 2
    assert sorted(outcome.continued for outcome in outcomes) == [False, True]
    assert rehearsed == [planned.outcome.plan_id]
    assert sum("waiting for it" in sentence for sentence in said) == 1
    assert len(Store(shop).plans()) == 1


@pytest.mark.parametrize(
    ("goal", "field"),
    [
        ("Win back lapsed households, no email, email only, at most $500", "conflicts"),
        ("Win back lapsed households by 2017-11-30", "questions"),
    ],
)
def test_an_unclear_goal_plans_nothing(shop: Workspace, goal: str, field: str) -> None:
    outcome = plan_goal(shop, goal)

    assert outcome.status == "unclear"
    assert getattr(outcome.brief, field)
    assert Store(shop).plans() == []
    assert not shop.checkpoint_path.exists()


def test_an_empty_audience_is_refused_and_leaves_nothing(shop: Workspace) -> None:
    goal = "Get households that bought coffee at least 90 times in the last week to buy more, at most $500, email, by 2017-11-05"

    with pytest.raises(BadInput):
        plan_goal(shop, goal)

    assert Store(shop).plans() == []
    assert left_over_parts(shop) == 0


def left_over_parts(workspace: Workspace) -> int:
    from sqlmodel import select

    from campaigns.records import PartRecord

    with workspace.session() as session:
        return len(session.exec(select(PartRecord)).all())


def test_a_denied_plan_is_revised_twice_and_then_rejected(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    denial = Finding(rule="house", severity="deny", subject="plan", observed="5", limit="4", remedy="send less")
    monkeypatch.setattr(steps, "check_policies", lambda *_: (denial,))

    outcome = plan_goal(shop, GOAL)

    assert outcome.status == "rejected"
    assert outcome.reasons == ("house: 5, limit 4",)
    assert outcome.plan is not None
    assert outcome.plan.revision == 2
    assert outcome.plan.brief.max_contacts_per_week == 1
    assert len(outcome.plan.slots) == 1
    assert outcome.plan.offers == ()
    assert any("revision 1" in sentence for sentence in outcome.plan.assumptions)
    assert [step.state for step in Store(shop).life(outcome.plan_id)] == ["draft", "rejected"]


def test_a_plan_that_the_twin_stops_goes_back_to_draft_twice_and_is_then_rejected(
    shop: Workspace, planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_workspace: Workspace, plan: Plan, *_: object, **__: object) -> Rehearsal:
        assert planned.outcome.rehearsal is not None
        changes = {"plan_hash": plan.hash, "verdict": "stop", "reasons": ("it loses money",)}
        return planned.outcome.rehearsal.model_copy(update=changes)

    monkeypatch.setattr(steps, "rehearse_plan", stop)

    outcome = plan_goal(shop, GOAL)

    assert outcome.status == "rejected"
    assert outcome.reasons == ("the rehearsal said stop", "it loses money")
    rehearsed_once = ["draft", "checked", "rehearsed"]
    assert [step.state for step in Store(shop).life(outcome.plan_id)] == [*rehearsed_once * 3, "rejected"]


@pytest.mark.parametrize("model", ["gpt", "openai:", "anthropic:claude", "openai:gpt-5"])
def test_a_model_that_cannot_be_used_is_refused(shop: Workspace, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    workspace = Workspace(shop.root, shop.settings.model_copy(update={"model": model}))

    with pytest.raises(BadInput, match=model):
        plan_goal(workspace, GOAL)

    assert Store(shop).plans() == []
