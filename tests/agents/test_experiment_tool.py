"""The experiment agent may plan looks by a tool that takes no number; the plan then holds what each of them may spend."""

from __future__ import annotations

import json

from campaigns.experiment import Experiment
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.horizon import FOLLOW_UP_DAYS
from tools.desk import Desk, Messages
from tools.experiment.toolset import experiment_tools


def desk_of(ws: Workspace, revision: int) -> Desk:
    """A revision whose experiment was not designed yet, with the parts of the plan that stands."""
    store = Store(ws)
    (record,) = store.plans()
    plan = store.plan(record.plan_id)
    desk = Desk(ws, record.plan_id, revision, plan.created_at, FOLLOW_UP_DAYS)
    for name, part in (
        ("brief", plan.brief),
        ("audience", plan.audience),
        ("creative", Messages(offers=plan.offers, creatives=plan.creatives)),
    ):
        desk.keep(name, part)
    return desk


def test_looks_are_planned_where_the_agent_asks_for_them_and_only_there(proposed: Workspace) -> None:
    told = {}
    for revision, name in ((90, "design_experiment"), (91, "design_experiment_with_looks")):
        desk = desk_of(proposed, revision)
        tools = {tool.name: tool for tool in experiment_tools(desk)}
        told[name] = json.loads(tools[name].invoke({}))
        assert json.loads(tools["describe_experiment"].invoke({})) == told[name]
        made = desk.need("experiment", Experiment)
        assert bool(made.looks) == (name == "design_experiment_with_looks")

    assert told["design_experiment"]["looks"] == "one, at the end"
    looks = told["design_experiment_with_looks"]["looks"]
    assert len(looks) == 2
    assert [look["day"] for look in looks][-1] == made.horizon_days
    assert looks[0]["spent"] < looks[-1]["spent"] == made.alpha
    # A second call in the same revision changes nothing.
    assert json.loads(tools["design_experiment"].invoke({}))["looks"] == looks
