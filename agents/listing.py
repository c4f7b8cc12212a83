"""Which agent may call which tool: the one declaration, asked before every call and compared with what each agent holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Effect = Literal["read", "draft", "propose", "send"]
"""What a tool can do at its strongest; a tool says so by a tag at its definition, and one that does not counts as `send`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A tool as an agent may call it: the effect that its definition must declare, and the arguments that may be given."""

    effect: Effect
    arguments: tuple[str, ...] = ()


_READ, _DRAFT, _ASK = Listed("read"), Listed("draft"), Listed("draft", ("note",))

LISTING: Mapping[str, Mapping[str, Listed]] = {
    "supervisor": {
        "select_audience": _ASK,
        "write_creatives": _ASK,
        "design_experiment": _ASK,
        "allocate_budget": _ASK,
    },
    "audience": {"read_brief": _READ, "propose_audience": _DRAFT, "describe_audience": _READ},
    "creative": {"read_brief": _READ, "propose_creatives": _DRAFT, "describe_creatives": _READ},
    "experiment": {
        "read_brief": _READ,
        "design_experiment": _DRAFT,
        "design_experiment_with_looks": _DRAFT,
        "describe_experiment": _READ,
    },
    "budget": {
        "read_brief": _READ,
        "propose_allocation": _DRAFT,
        "what_if_budget": _DRAFT,
        "describe_allocation": _READ,
    },
}
"""Every agent's tools; a new tool is a decision, so it is a row here before it can be called."""


def listed(agent: str, tool: str) -> Listed | None:
    """The tool as this agent may call it, or None when it may not."""
    return LISTING.get(agent, {}).get(tool)


def on_any_list(tool: str) -> bool:
    """Whether some agent may call a tool of this name."""
    return any(tool in tools for tools in LISTING.values())
