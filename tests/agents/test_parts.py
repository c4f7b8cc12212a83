"""The small rules of planning: slots, revisions, the playbook's next turn, the lock, prompts, lazy imports."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agents.checkpoints import saver
from agents.errors import Busy
from agents.instructions import prompt
from agents.lock import holding
from agents.playbook import SCRIPTS, next_turn
from agents.revision import NO_OFFERS, revised
from agents.slots import weekly_slots
from campaigns.brief import Brief, Window
from campaigns.errors import BadInput
from campaigns.workspace import Workspace

WINDOW = Window(start=date(2017, 10, 16), end=date(2017, 11, 30))


def brief(contacts: int = 2, prohibitions: tuple[str, ...] = ()) -> Brief:
    return Brief(
        objective="win_back", primary_metric="conversions", population="lapsed households", markets=("US",),
        channels=("email",), window=WINDOW, max_contacts_per_week=contacts, prohibitions=prohibitions,
    )  # fmt: skip


def test_two_a_week_are_tuesday_and_friday_at_ten() -> None:
    assert [(slot.weekday, slot.local_minute) for slot in weekly_slots(2, WINDOW)] == [(2, 600), (5, 600)]


@pytest.mark.parametrize("contacts", range(1, 22))
def test_there_are_never_more_slots_than_contacts_and_all_lie_in_the_day(contacts: int) -> None:
    slots = weekly_slots(contacts, WINDOW)

    assert len(set(slots)) == len(slots) == contacts
    assert all(8 * 60 <= slot.local_minute < 21 * 60 for slot in slots)


@pytest.mark.parametrize(("first", "last", "days"), [(18, 19, [3]), (17, 17, [2]), (21, 22, [6])])
def test_a_short_window_still_has_a_slot(first: int, last: int, days: list[int]) -> None:
    window = Window(start=date(2017, 10, first), end=date(2017, 10, last))

    assert [slot.weekday for slot in weekly_slots(2, window)] == days


def test_revisions_send_less_then_drop_offers_and_then_end() -> None:
    first = revised(brief(3), 1, ("it loses money",))
    assert first is not None
    second = revised(first, 2, ("it loses money",))
    assert second is not None

    assert (first.max_contacts_per_week, first.prohibitions) == (2, ())
    assert (second.max_contacts_per_week, second.prohibitions) == (1, (NO_OFFERS,))
    assert [a.field for a in second.assumptions] == ["max_contacts_per_week", "max_contacts_per_week", "prohibitions"]
    assert "it loses money" in second.assumptions[0].why
    assert revised(second, 3, ("it loses money",)) is None
    assert revised(brief(1, (NO_OFFERS,)), 1, ("it loses money",)) is None


def test_the_playbook_takes_the_next_unfinished_tool_of_its_script() -> None:
    tools = [name for name, _ in SCRIPTS["supervisor"]]
    talk = [HumanMessage("Plan."), AIMessage(""), ToolMessage("{}", name=tools[0], tool_call_id="1")]

    turn = next_turn("supervisor", tools, talk)

    assert [call["name"] for call in turn.tool_calls] == [tools[1]]
    assert next_turn("supervisor", tools, talk) == turn


def test_the_playbook_makes_a_missing_part_first_and_a_sub_agent_stops() -> None:
    refusal = ToolMessage("missing: audience. Make it.", name="allocate_budget", tool_call_id="1", status="error")

    supervisor = next_turn("supervisor", [name for name, _ in SCRIPTS["supervisor"]], [refusal])
    budget = next_turn("budget", ["propose_allocation"], [refusal])

    assert supervisor.tool_calls[0]["name"] == "select_audience"
    assert budget.tool_calls == []


@pytest.mark.parametrize("role", sorted(SCRIPTS))
def test_prompts_name_every_tool_and_are_the_same_bytes_every_time(role: str) -> None:
    duties = (("read_brief", "Read what was asked."), ("another", "Do that."))

    text = prompt(role, duties)

    assert text == prompt(role, duties)
    assert "- read_brief: Read what was asked." in text
    assert "Numbers come from tools" in text


def test_a_held_plan_is_waited_for_and_then_reported_busy(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    said: list[str] = []

    with (
        holding(workspace, "p-1"),
        pytest.raises(Busy, match="still holds"),
        holding(workspace, "p-1", said.append, 0.1),
    ):
        pass
    with holding(workspace, "p-1", said.append, 0.1):
        pass

    assert len(said) == 1


def test_damaged_checkpoints_are_bad_input(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    workspace.checkpoint_path.write_bytes(b"not a database" * 100)

    with pytest.raises(BadInput, match=r"checkpoints\.db"), saver(workspace):
        pass


def test_understanding_a_goal_and_naming_the_session_import_no_model_library() -> None:
    code = (
        "import sys, agents, agents.intake, agents.session, agents.models\n"
        "heavy = {'langchain', 'langchain_core', 'langgraph', 'openai', 'polars', 'sklearn', 'simpy', 'ibis'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[2]

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, timeout=60, check=True
    )

    assert done.stdout.strip() == "[]"


def test_langgraph_json_names_a_graph_that_can_be_shown() -> None:
    import json

    from agents.supervisor import make_graph

    config = json.loads((Path(__file__).resolve().parents[2] / "langgraph.json").read_text())
    graph = make_graph()

    assert config["graphs"] == {"planning": "./agents/supervisor.py:make_graph"}
    assert set(graph.nodes) >= {
        "intake",
        "propose",
        "assemble",
        "check",
        "rehearse",
        "revise",
        "submit",
        "approve",
        "launch",
    }
    assert graph.get_input_jsonschema()["properties"]["words"] == {"title": "Words", "type": "string"}
