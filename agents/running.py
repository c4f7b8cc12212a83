"""Running the planning graph on a plan's thread: start, continue or resume it, to its next pause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.context import Progress, RunContext
from agents.drafts import forget
from agents.errors import Unfinished
from campaigns.errors import BadInput
from campaigns.workspace import Workspace

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.sqlite import SqliteSaver

    from agents.supervisor import PlanningGraph


def graph_with(keeper: SqliteSaver) -> PlanningGraph:
    """The planning graph on a checkpointer; imports langgraph."""
    from agents.supervisor import build_graph

    return build_graph(keeper)


def thread(plan_id: str) -> RunnableConfig:
    """The configuration of a plan's thread of checkpoints, with a limit on the steps of the outer graph."""
    return {"configurable": {"thread_id": plan_id}, "recursion_limit": 60}


def run(workspace: Workspace, graph: PlanningGraph, plan_id: str, given: Any, progress: Progress) -> None:
    """Run the graph to its next pause; `given` is a start state, a resume command, or None to continue.

    Errors of models come out as errors of this package. Bad input forgets a draft that has not become a plan.
    """
    from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
    from langchain.agents.middleware.tool_call_limit import ToolCallLimitExceededError

    try:
        graph.invoke(given, thread(plan_id), context=RunContext(workspace, progress), durability="sync", version="v2")
    except (ModelCallLimitExceededError, ToolCallLimitExceededError) as error:
        # The finished conversation would be returned unchanged by a resume, so the next run starts a new one; parts stay.
        _checkpoints_away(graph, plan_id)
        raise Unfinished(f"An agent used up its calls ({error}); run `twinpilot plan` again.") from None
    except Unfinished:
        _checkpoints_away(graph, plan_id)
        raise
    except BadInput:
        forget(workspace, graph.checkpointer, plan_id)
        raise


def _checkpoints_away(graph: PlanningGraph, plan_id: str) -> None:
    keeper = graph.checkpointer
    if keeper is not None and not isinstance(keeper, bool):
        keeper.delete_thread(plan_id)
