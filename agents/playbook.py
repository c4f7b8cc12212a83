"""The playbook: a deterministic chat model that plans without a key, through the same graph and the same tools.

It answers from the transcript alone: the next tool of its role's script that has not succeeded yet. It keeps no
counter, so a conversation that was interrupted continues where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

SCRIPTS: dict[str, tuple[tuple[str, str], ...]] = {
    "supervisor": (
        ("select_audience", "Everything else is sized for the audience, so it comes first."),
        ("write_creatives", "The audience and its channels are known; now what they may be told."),
        ("design_experiment", "Without a control nothing can be claimed, so the holdout comes before the money."),
        ("allocate_budget", "The last part is where the money pays, for those who are treated."),
    ),
    "audience": (
        ("read_brief", "What was asked?"),
        ("propose_audience", "The population's definition is run on the data."),
    ),
    "creative": (
        ("read_brief", "What was asked, and what is prohibited?"),
        ("propose_creatives", "Variants over channels and tones, with and without an offer."),
    ),
    "experiment": (
        ("read_brief", "Which metric has to be proven?"),
        ("design_experiment", "The smallest holdout that has the wanted power."),
    ),
    "budget": (
        ("read_brief", "What may be spent?"),
        ("what_if_budget", "What would less or more money earn? The twin compares before anything is proposed."),
        ("propose_allocation", "Spend while one more unit of money brings back more than itself."),
    ),
}
"""For each role, its tools in order, each with the reason given when it is called."""

MAKERS = {
    "audience": "select_audience",
    "creative": "write_creatives",
    "experiment": "design_experiment",
    "budget": "allocate_budget",
}
"""The supervisor's tool that makes each part."""


class Playbook(BaseChatModel):
    """A chat model that follows the script of one role (a key of `SCRIPTS`)."""

    role: str
    bound: tuple[str, ...] = ()

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[Any, AIMessage]:
        """The same model with the tools that it may call; a script's tool that is not among them is skipped."""
        names = tuple(tool.name for tool in tools if isinstance(tool, BaseTool))
        return self.model_copy(update={"bound": names})

    @property
    def _llm_type(self) -> str:
        return "playbook"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = next_turn(self.role, self.bound, messages)
        return ChatResult(generations=[ChatGeneration(message=message)])


def next_turn(role: str, bound: Sequence[str], messages: Sequence[BaseMessage]) -> AIMessage:
    """The role's next message: a tool call, or a closing sentence when its script is done or cannot go on."""
    results = [message for message in messages if isinstance(message, ToolMessage)]
    last = results[-1] if results else None
    if last is not None and last.status == "error":
        maker = MAKERS.get(str(last.content).removeprefix("missing: ").split(".")[0])
        if role != "supervisor" or maker is None or maker not in bound:
            return AIMessage(content=f"I cannot go on: {last.content}")
        return _call(role, messages, maker, f"{last.content} So that first.")
    done = {message.name for message in results if message.status == "success"}
    for tool, why in SCRIPTS[role]:
        if tool in bound and tool not in done:
            return _call(role, messages, tool, why)
    return AIMessage(content=f"Done: {role}.")


def _call(role: str, messages: Sequence[BaseMessage], tool: str, why: str) -> AIMessage:
    turn = sum(isinstance(message, AIMessage) for message in messages)
    return AIMessage(content=why, tool_calls=[{"name": tool, "args": {}, "id": f"{role}-{turn}-{tool}"}])
