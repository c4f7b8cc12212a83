"""Every tool call is judged before it runs; a refused one runs nothing, says why, and stays in the plan's history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.prebuilt.tool_node import ToolCallRequest

from agents.listing import LISTING
from agents.models import without_key
from agents.refusals import refused_calls
from agents.team import TEAM, sub_agent, supervisor
from agents.tool_door import ToolDoor, effect_of, wrong_arguments
from campaigns.workspace import Workspace
from policies.load import load_policies
from policies.rule import PolicySet
from tools.desk import Desk

POLICIES = load_policies()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of an empty workspace."""
    return Desk(Workspace.create(tmp_path / "workspace"), "p-0123456789", 0, datetime(2017, 10, 16, tzinfo=UTC), 14)


def tool(tags: list[str] | None, name: str = "select_audience") -> StructuredTool:
    """A tool that takes a note, with these tags."""

    def act(note: str = "") -> str:
        """Act."""
        return f"ran {note}"

    return StructuredTool.from_function(act, name=name, tags=tags)


def asked(
    desk: Desk,
    called: StructuredTool | None,
    arguments: dict[str, object],
    agent: str = "supervisor",
    name: str = "select_audience",
    policies: PolicySet = POLICIES,
) -> ToolMessage:
    """The answer to one call through the door."""
    ran: list[str] = []

    def run(request: ToolCallRequest) -> ToolMessage:
        ran.append(request.tool_call["name"])
        return ToolMessage(called.invoke(arguments) if called else "", tool_call_id="c1")

    call = {"name": name, "args": arguments, "id": "c1", "type": "tool_call"}
    request = ToolCallRequest(tool_call=call, tool=called, state={}, runtime=None)  # type: ignore[arg-type, typeddict-item]
    answer = ToolDoor(agent, desk, policies).wrap_tool_call(request, run)
    assert isinstance(answer, ToolMessage)
    assert bool(ran) == (answer.status != "error")
    return answer


def test_a_listed_tool_with_its_declared_arguments_runs(desk: Desk) -> None:
    assert asked(desk, tool(["draft"]), {"note": "x"}).content == "ran x"
    assert refused_calls(desk.workspace, desk.plan_id) == ()


@pytest.mark.parametrize("extra", [{"budget": -1}, {"note": "x", "approved": True}, {"": 1}, {"note": {"$set": 1}}])
def test_an_argument_that_is_not_declared_or_not_of_its_type_runs_nothing(desk: Desk, extra: dict[str, object]) -> None:
    said = str(asked(desk, tool(["draft"]), extra).content)

    assert said.startswith("Error: select_audience ")
    assert "refused by rule tool_listed (allowed: a listed tool with declared arguments)" in said


@pytest.mark.parametrize("tags", [None, [], ["read"], ["draft", "send"], ["send"], ["harmless"]])
def test_a_tool_that_does_not_declare_its_listed_effect_counts_as_sending(desk: Desk, tags: list[str] | None) -> None:
    said = str(asked(desk, tool(tags), {}).content)

    assert "tool_effect" in said
    assert "counts as send" in said


def test_a_tool_of_another_agent_or_of_nobody_is_refused_with_rule_limit_and_remedy(desk: Desk) -> None:
    for agent, name in (("audience", "allocate_budget"), ("supervisor", "send_email"), ("nobody", "read_brief")):
        said = str(asked(desk, tool(["draft"], name), {}, agent, name).content)

        assert f"{name} is no tool of the {agent} agent" in said
        assert "Remedy: use a tool of the list" in said


def test_without_rules_of_the_scope_nothing_runs(desk: Desk) -> None:
    bare = replace(POLICIES, rules=tuple(rule for rule in POLICIES.rules if rule.scope != "tool"))

    assert "no_rule_permits" in str(asked(desk, tool(["draft"]), {}, policies=bare).content)


def test_a_refused_call_stays_in_the_plans_history_once_and_without_the_values(desk: Desk) -> None:
    for _ in range(2):
        asked(desk, None, {"to": "every secret person"}, name="send_email\x1b[2J" + "x" * 99)

    (kept,) = refused_calls(desk.workspace, desk.plan_id)
    assert (kept.agent, kept.arguments, kept.rules) == ("supervisor", ("to",), ("tool_listed", "tool_effect"))
    assert kept.tool.startswith("'send_email\\x1b[2J")
    assert "secret" not in kept.model_dump_json()
    assert "\x1b" not in kept.said


def test_every_tool_that_an_agent_holds_is_let_through_and_only_there(desk: Desk) -> None:
    agents = {"supervisor": supervisor(desk)} | {member.part: sub_agent(member, desk) for member in TEAM}
    held = {role: agent.nodes["tools"].bound.tools_by_name for role, agent in agents.items()}

    for role, tools in held.items():
        for name, one in tools.items():
            assert effect_of(role, one, name) == LISTING[role][name].effect
            assert wrong_arguments(role, one, name, dict.fromkeys(LISTING[role][name].arguments, "x")) == ""
            for other in set(held) - {role}:
                listed = name in LISTING[other]
                assert (effect_of(other, one, name) == "send") is not listed


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.integers(), st.text(max_size=4)), max_size=3))
def test_only_a_note_in_words_passes_for_arguments(arguments: dict[str, object]) -> None:
    fine = set(arguments) <= {"note"} and all(isinstance(value, str) for value in arguments.values())

    assert (wrong_arguments("supervisor", tool(["draft"]), "select_audience", arguments) == "") is fine


def test_a_key_is_taken_out_of_a_services_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local-key-of-this-house")

    said = without_key("bad local-key-of-this-house, and sk-abc123DEF456 too")

    assert said == "bad sk-..., and sk-... too"
