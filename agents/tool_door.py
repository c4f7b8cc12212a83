"""The door in front of every tool: each call is judged by the rules of scope `tool` before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command
from pydantic import BaseModel, ValidationError

from agents.listing import LISTING, Effect, listed, on_any_list
from agents.refusals import RefusedCall, keep
from campaigns.border import digest
from policies.evaluators.explainer import Explanation
from policies.rule import PolicySet
from policies.verdict import verdict
from tools.desk import Desk

LONGEST_NAME = 40
"""Characters of a model's own words (a tool's name, an argument's) that are repeated to it and kept."""


class ToolDoor(AgentMiddleware[Any, Any, Any]):
    """Lets an agent's call through when every rule holds; otherwise nothing runs and the model is told why.

    The refusal is kept with the desk's draft (`agents.refusals`). Policies without rules of scope `tool` permit nothing.
    """

    def __init__(self, agent: str, desk: Desk, policies: PolicySet) -> None:
        super().__init__()
        self._agent = agent
        self._desk = desk
        self._policies = policies

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """The tool's answer, or the refusal as an error."""
        call, tool = request.tool_call, request.tool
        wrong = wrong_arguments(self._agent, tool, call["name"], call["args"])
        effect = effect_of(self._agent, tool, call["name"])
        facts: dict[str, object] = {
            "known": tool is not None and on_any_list(call["name"]),
            "allowed": tool is not None and listed(self._agent, call["name"]) is not None,
            "effect": effect,
            "arguments_known": not wrong,
            "agent": self._agent,
            "tool": call["name"],
        }
        against = [one for one in verdict(self._policies, "tool", facts) if one.severity != "warn"]
        if not against:
            return handler(request)
        said = self._said(facts, wrong, against)
        self._keep(call, against, said)
        return ToolMessage(said, name=call["name"], tool_call_id=call["id"], status="error")

    def _said(self, facts: dict[str, object], wrong: str, against: list[Explanation]) -> str:
        name = _short(str(facts["tool"]))
        reasons = [] if facts["allowed"] else [f"{name} is no tool of the {self._agent} agent"]
        if facts["allowed"] and wrong:
            reasons.append(f"{name} {wrong}")
        if facts["effect"] == "send" and facts["allowed"]:
            reasons.append(f"{name} does not declare the effect it is listed with, so it counts as send")
        rules = " and ".join(f"rule {one.rule} (allowed: {one.limit})" for one in against)
        why = "; ".join(reasons) or "the policies do not permit it"
        tools = ", ".join(LISTING.get(self._agent, {})) or "none"
        remedies = "; ".join(dict.fromkeys(one.remedy for one in against))
        return f"Error: {why}; refused by {rules}. Remedy: {remedies}. Your tools are: {tools}. Nothing was done."

    def _keep(self, call: Any, against: list[Explanation], said: str) -> None:
        given = sorted(str(name) for name in call["args"])
        kept = RefusedCall(
            agent=self._agent,
            tool=_short(call["name"]),
            arguments=tuple(_short(name) for name in given),
            rules=tuple(one.rule for one in against),
            said=said,
        )
        keep(self._desk, digest([self._agent, str(call["id"]), call["name"], given], 16), kept)


def effect_of(agent: str, tool: BaseTool | None, name: str) -> Effect:
    """What a call can do at its strongest: the effect that the tool declares and is listed with, and `send` otherwise."""
    row = listed(agent, name)
    declared = set(() if tool is None else tool.tags or ())
    return row.effect if row is not None and declared == {row.effect} else "send"


def wrong_arguments(agent: str, tool: BaseTool | None, name: str, given: dict[str, Any]) -> str:
    """What is wrong with a call's arguments, as the end of a sentence; empty when each is declared and of its type."""
    row = listed(agent, name)
    known = set() if row is None or tool is None else set(row.arguments) & set(tool.args)
    unknown = sorted(set(given) - known)
    if unknown:
        return f"has no argument {_short(unknown[0])}; its arguments are: {', '.join(sorted(known)) or 'none'}"
    schema = None if tool is None else tool.args_schema
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        return "declares no arguments that could be checked"
    try:
        schema.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        return f"got an argument that it cannot take ({'.'.join(str(part) for part in first['loc'])}: {first['msg']})"
    return ""


def _short(words: str) -> str:
    """A model's own words as they may be repeated: cut, and without anything that is not printed."""
    cut = words[:LONGEST_NAME]
    return cut if cut.isidentifier() and cut.isascii() else repr(cut)
