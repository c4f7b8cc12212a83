"""The planning graph: fixed steps and edges; only `propose` holds a language model.

intake -> propose -> assemble -> check -> rehearse -> submit -> approve -> launch
             ^                     |deny      |stop              ^  (a person)   |
             +------- revise <-----+----------+                  +- one more ----+

`revise` ends in a rejected plan after two revisions; `launch` goes back to `approve` while the risk asks for more people.
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents import steps
from agents.context import RunContext
from agents.state import PlanningState

PlanningGraph = CompiledStateGraph[Any, Any, Any, Any]


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None) -> PlanningGraph:
    """The compiled planning graph; run it with a PlanningState, a RunContext as context and `durability="sync"`.

    `check`, `rehearse`, `approve` and `launch` are nodes between which no model chooses.
    """
    graph = StateGraph(PlanningState, context_schema=RunContext)
    graph.add_node("intake", steps.intake)
    graph.add_node("propose", steps.propose)
    graph.add_node("assemble", steps.assemble)
    graph.add_node("check", steps.check)
    graph.add_node("rehearse", steps.rehearse)
    graph.add_node("revise", steps.revise, destinations=("propose", END))
    graph.add_node("submit", steps.submit)
    graph.add_node("approve", steps.approve)
    graph.add_node("launch", steps.launch)
    graph.add_edge(START, "intake")
    graph.add_edge("intake", "propose")
    graph.add_edge("propose", "assemble")
    graph.add_edge("assemble", "check")
    graph.add_edge("submit", "approve")
    return graph.compile(checkpointer=checkpointer, name="planning")


def make_graph() -> PlanningGraph:
    """The graph for `langgraph dev`, which brings its own checkpointer."""
    return build_graph(None)
