"""`openai:NAME` takes the same path as the playbook: the agents, tools and limits over HTTP, against a local stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from agents.errors import ModelFailed, Unfinished
from agents.intake import read_goal
from agents.session import plan_goal
from agents.team import TEAM, sub_agent, supervisor
from campaigns.audience import Audience
from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.agents.fake_openai import calling, saying, serving
from tests.agents.shop import GOAL, NOW, PEOPLE
from tools.desk import Desk


@pytest.fixture
def hosted(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return Workspace(shop.root, shop.settings.model_copy(update={"model": "openai:stand-in"}))


def desk_with_brief(workspace: Workspace) -> Desk:
    desk = Desk(workspace, "p-0000000000", 0, NOW, 3)
    desk.keep("brief", read_goal(workspace, GOAL)[1])
    return desk


def tools_of(request: dict[str, Any]) -> list[str]:
    return [tool["function"]["name"] for tool in request.get("tools", [])]


def answered(request: dict[str, Any]) -> list[str]:
    """The contents of the tool results so far."""
    return [message["content"] for message in request["messages"] if message["role"] == "tool"]


def test_a_sub_agent_makes_its_part_through_chat_openai(hosted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_with_brief(hosted)

    def script(request: dict[str, Any]) -> dict[str, Any]:
        turn = len(answered(request))
        return (calling("read_brief"), calling("propose_audience"), saying("The audience is made."))[turn]

    with serving(script) as heard:
        monkeypatch.setenv("OPENAI_BASE_URL", heard.url)
        out = sub_agent(TEAM[0], desk).invoke({"messages": [{"role": "user", "content": "Make the audience."}]})

    assert out["messages"][-1].text == "The audience is made."
    assert desk.need("audience", Audience).size.value > 0
    assert len(heard.bodies) == 3
    assert heard.keys == ["Bearer test-key"] * 3
    first = json.loads(heard.bodies[0])
    assert first["model"] == "stand-in"
    assert tools_of(first) == ["read_brief", "propose_audience", "describe_audience"]
    assert first["messages"][0]["role"] == "system"
    assert '"part": "audience"' in answered(json.loads(heard.bodies[2]))[1]


def test_no_person_reaches_the_model(hosted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_with_brief(hosted)

    def script(request: dict[str, Any]) -> dict[str, Any]:
        turn = len(answered(request))
        return (calling("propose_audience"), calling("describe_audience"), saying("Done."))[turn]

    with serving(script) as heard:
        monkeypatch.setenv("OPENAI_BASE_URL", heard.url)
        sub_agent(TEAM[0], desk).invoke({"messages": [{"role": "user", "content": "Make the audience."}]})

    sent = " ".join(heard.bodies)
    assert not any(f"h{number:04d}" in sent for number in range(PEOPLE))
    assert "@" not in sent
    sizes = json.loads(answered(json.loads(heard.bodies[-1]))[-1])
    counts = [sizes["size"], sizes["matched"], *sizes["segments"].values(), *sizes["exclusions"].values()]
    assert all(count == 0 or count == "under 50" or count >= 50 for count in counts)


def test_a_model_that_calls_out_of_order_is_told_what_is_missing(
    hosted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_with_brief(hosted)

    def script(request: dict[str, Any]) -> dict[str, Any]:
        return saying("I stop.") if answered(request) else calling("allocate_budget", "write_creatives")

    with serving(script) as heard:
        monkeypatch.setenv("OPENAI_BASE_URL", heard.url)
        out = supervisor(desk).invoke({"messages": [{"role": "user", "content": "Plan."}]})

    told = [message for message in out["messages"] if message.type == "tool"]
    assert [message.status for message in told] == ["error", "error"]
    assert all(message.content.startswith("missing: audience.") for message in told)
    assert len(heard.bodies) == 2


def test_a_model_that_stops_early_leaves_no_plan_and_says_what_is_missing(
    hosted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda _: saying("I would rather not.")) as heard:
        monkeypatch.setenv("OPENAI_BASE_URL", heard.url)
        for _ in range(2):
            with pytest.raises(Unfinished, match="audience and the creative and the experiment and the budget"):
                plan_goal(hosted, GOAL)

    assert len(heard.bodies) == 2, "the second run asks the model anew"
    assert Store(hosted).plans() == []


def test_a_model_that_loops_is_stopped_by_its_limit(hosted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda _: calling("allocate_budget")) as heard:
        monkeypatch.setenv("OPENAI_BASE_URL", heard.url)
        with pytest.raises(Unfinished, match="used up its calls"):
            plan_goal(hosted, GOAL)

    assert len(heard.bodies) <= 12


def test_a_service_that_refuses_the_key_is_one_sentence(hosted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda _: 401) as heard:
        monkeypatch.setenv("OPENAI_BASE_URL", heard.url)
        with pytest.raises(ModelFailed, match="openai:stand-in failed"):
            plan_goal(hosted, GOAL)
