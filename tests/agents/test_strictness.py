"""What a model gives beyond a tool's arguments is refused, and what a service says back never holds the key."""

from __future__ import annotations

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.prebuilt.tool_node import ToolCallRequest

from agents.models import without_key
from agents.strictness import StrictArguments


def asked(arguments: dict[str, object]) -> ToolMessage:
    """The answer to a call of a tool that takes a note."""

    def note_down(note: str = "") -> str:
        """Note."""
        return f"noted {note}"

    tool = StructuredTool.from_function(note_down)
    call = {"name": "note_down", "args": arguments, "id": "c1", "type": "tool_call"}
    request = ToolCallRequest(tool_call=call, tool=tool, state={}, runtime=None)
    answer = StrictArguments().wrap_tool_call(
        request, lambda given: ToolMessage(tool.invoke(given.tool_call["args"]), tool_call_id="c1")
    )
    assert isinstance(answer, ToolMessage)
    return answer


def test_a_known_argument_reaches_the_tool() -> None:
    assert asked({"note": "x"}).content == "noted x"


@pytest.mark.parametrize("extra", [{"budget": -1}, {"note": "x", "approved": True}, {"": 1}])
def test_an_unknown_argument_stops_the_call(extra: dict[str, object]) -> None:
    answer = asked(extra)

    assert answer.status == "error"
    assert "has no argument" in str(answer.content)


def test_a_key_is_taken_out_of_a_services_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local-key-of-this-house")

    said = without_key("bad local-key-of-this-house, and sk-abc123DEF456 too")

    assert said == "bad sk-..., and sk-... too"
