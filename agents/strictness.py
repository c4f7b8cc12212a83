"""A tool call with an argument that the tool does not have is refused, not silently trimmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import ToolMessage
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command


class StrictArguments(AgentMiddleware[Any, Any, Any]):
    """Answers such a call with an error that names the argument; the tool is not run."""

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """The tool's answer, or the error."""
        call = request.tool_call
        known = set() if request.tool is None else set(request.tool.args)
        unknown = sorted(set(call["args"]) - known)
        if request.tool is None or not unknown:
            return handler(request)
        takes = ", ".join(sorted(known)) or "none"
        said = (
            f"Error: {call['name']} has no argument {unknown[0][:40]!r}; its arguments are: {takes}. Nothing was done."
        )
        return ToolMessage(said, name=call["name"], tool_call_id=call["id"], status="error")
