from __future__ import annotations

import json

from agents.twin_tool import FACTORS, PEOPLE, compared, sample, summary
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.horizon import FOLLOW_UP_DAYS
from tests.builders import snapshot
from tools.budget.compared import PART, BudgetCompared
from tools.desk import Desk


def desk_of(ws: Workspace) -> Desk:
    (record,) = Store(ws).plans()
    return Desk(ws, record.plan_id, record.revision, Store(ws).plan(record.plan_id).created_at, FOLLOW_UP_DAYS)


def test_budgets_are_compared_in_the_twin_before_the_money_is_spread(proposed: Workspace) -> None:
    desk = desk_of(proposed)
    found = desk.need(PART, BudgetCompared)
    plan = Store(proposed).plan(desk.plan_id)

    assert tuple(point.factor for point in found.points) == FACTORS
    assert {point.margin.source.kind for point in found.points} == {"twin"}
    assert all(point.margin.low <= point.margin.value <= point.margin.high for point in found.points)  # type: ignore[operator]
    assert found.sentence() in plan.assumptions


def test_the_same_draft_gives_the_same_comparison(proposed: Workspace) -> None:
    desk = desk_of(proposed)

    assert compared(desk) == desk.need(PART, BudgetCompared)


def test_a_model_is_told_aggregates_only(proposed: Workspace) -> None:
    told = json.loads(summary(desk_of(proposed).need(PART, BudgetCompared)))

    assert set(told) == {"part", "people_rehearsed", "runs", "net_margin"}
    assert [set(point) for point in told["net_margin"]] == [{"budget_factor", "mean", "low", "high"}] * len(FACTORS)


def test_a_plan_lists_the_assumptions_of_its_own_channels_only(proposed: Workspace) -> None:
    plan = Store(proposed).plan(desk_of(proposed).plan_id)

    said = " ".join(plan.assumptions)
    assert "share of read e-mails that are clicked" in said
    assert "paid impressions" not in said
    assert "text messages" not in said


def test_a_large_audience_is_sampled_by_lot() -> None:
    frame = snapshot(PEOPLE * 3)

    some = sample(frame)

    assert some.height == PEOPLE
    assert some["person_id"].is_sorted()
    assert some.equals(sample(frame))
    assert sample(snapshot(PEOPLE)).height == PEOPLE
