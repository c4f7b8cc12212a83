"""The agents that plan: one supervisor, and four sub-agents that it calls as tools, each with its own tools and limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelCallLimitMiddleware,
    ToolCallLimitMiddleware,
    ToolErrorMiddleware,
)
from langchain_core.messages import HumanMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt.tool_node import ToolCallRequest
from pydantic import Field

from agents.instructions import prompt
from agents.models import chat_model
from agents.tool_door import ToolDoor
from agents.twin_tool import twin_tools
from policies.in_force import policies_in_force
from tools.audience.toolset import audience_tools
from tools.budget.toolset import budget_tools
from tools.creative.toolset import creative_tools
from tools.desk import KINDS, Desk, MissingPart, told
from tools.experiment.toolset import experiment_tools

MODEL_CALLS = 12
TOOL_CALLS = 12
"""Limits of every agent in one run; going beyond them ends the run with an error, never with a half answer."""
LONGEST_NOTE = 2_000
"""Characters of a note of the supervisor to a sub-agent."""


@dataclass(frozen=True)
class SubAgent:
    """One sub-agent: the part it makes, the supervisor's tool that calls it, and the tools that it has itself."""

    part: str
    tool: str
    purpose: str
    tools: Callable[[Desk], list[BaseTool]]


TEAM = (
    SubAgent("audience", "select_audience", "Have the audience agent choose whom to contact.", audience_tools),
    SubAgent("creative", "write_creatives", "Have the creative agent write the message variants.", creative_tools),
    SubAgent("experiment", "design_experiment", "Have the experiment agent design the control and its power.", experiment_tools),
    SubAgent("budget", "allocate_budget", "Have the budget agent spread the money.", lambda desk: [*budget_tools(desk), *twin_tools(desk)]),
)  # fmt: skip

Agent = CompiledStateGraph[Any, Any, Any, Any]


def supervisor(desk: Desk) -> Agent:
    """The supervisor over one draft; its tools are the four sub-agents."""
    return _agent("supervisor", desk, [_as_tool(member, desk) for member in TEAM])


def sub_agent(member: SubAgent, desk: Desk) -> Agent:
    """One sub-agent over one draft."""
    return _agent(member.part, desk, member.tools(desk))


def _agent(role: str, desk: Desk, tools: list[BaseTool]) -> Agent:
    duties = tuple((tool.name, tool.description) for tool in tools)
    limits: list[AgentMiddleware[Any, Any, Any]] = [
        ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=TOOL_CALLS, exit_behavior="error"),
        ToolErrorMiddleware(_said_to_the_model),
        ToolDoor(role, desk, policies_in_force(desk.workspace)),
    ]
    model = chat_model(desk.workspace.settings, role)
    return create_agent(model, tools, system_prompt=prompt(role, duties), name=role, middleware=limits)


def _said_to_the_model(error: Exception, _request: ToolCallRequest) -> str | None:
    """What the model is told of an error: a missing part, which it can mend; every other error ends the run."""
    return str(error) if isinstance(error, MissingPart) else None


def _as_tool(member: SubAgent, desk: Desk) -> BaseTool:
    def ask(note: Annotated[str, Field(max_length=LONGEST_NOTE)] = "") -> str:
        desk.need_before(member.part)
        request = f"Make the {member.part} part of the plan." + (f" Note of the supervisor: {note}" if note else "")
        answer = sub_agent(member, desk).invoke({"messages": [HumanMessage(request)]})
        desk.need(member.part, KINDS[member.part])
        return told({"part": member.part, "made": True, "agent_says": str(answer["messages"][-1].text)[:500]})

    return StructuredTool.from_function(ask, name=member.tool, description=member.purpose, tags=["draft"])
