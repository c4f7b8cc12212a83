"""What the budget agent may call: read the brief, propose the allocation, describe it."""

from __future__ import annotations

from langchain_core.tools import BaseTool, StructuredTool

from campaigns.allocation import Allocation
from campaigns.audience import Audience
from campaigns.experiment import Experiment
from campaigns.money import MICROS
from tools.audience import snapshot
from tools.budget.propose import propose_allocation as propose
from tools.desk import Desk, Messages, told


def budget_tools(desk: Desk) -> list[BaseTool]:
    """The budget agent's tools over one draft; tag `read` changes nothing, tag `draft` writes the part once."""

    def propose_allocation() -> str:
        """Draft the allocation: spend per segment and channel under the budget, as far as a unit of money pays."""
        allocation = desk.find("budget", Allocation)
        if allocation is None:
            desk.need_before("budget")
            messages = desk.need("creative", Messages)
            frame = snapshot.load(desk.workspace, desk.need("audience", Audience).snapshot_id)
            allocation = desk.keep(
                "budget",
                propose(
                    desk.brief,
                    frame,
                    desk.need("experiment", Experiment),
                    messages.offers,
                    messages.creatives,
                    desk.workspace.settings,
                ),
            )
            desk.progress(
                f"Budget: {allocation.total.value / MICROS:,.2f} of {allocation.budget.value / MICROS:,.2f} allocated over {len(allocation.cells)} cells."
            )
        return summary(allocation)

    def describe_allocation() -> str:
        """Read the drafted allocation: spend, contacts and marginal return per segment and channel."""
        return summary(desk.need("budget", Allocation))

    return [
        StructuredTool.from_function(desk.read_brief, name="read_brief", tags=["read"]),
        StructuredTool.from_function(propose_allocation, tags=["draft"]),
        StructuredTool.from_function(describe_allocation, tags=["read"]),
    ]


def summary(allocation: Allocation) -> str:
    """The allocation per segment and channel in units of money, as JSON."""
    return told(
        {
            "part": "budget",
            "total": allocation.total.value / MICROS,
            "budget": allocation.budget.value / MICROS,
            "exploration_share": allocation.exploration_share,
            "cells": [
                {
                    "segment": cell.segment,
                    "channel": cell.channel,
                    "spend": cell.spend.value / MICROS,
                    "at_most": cell.ceiling.value / MICROS,
                    "contacts": cell.contacts.value,
                    "marginal_return": cell.marginal_return.value,
                    "marginal_return_90": [cell.marginal_return.low, cell.marginal_return.high],
                }
                for cell in allocation.cells
            ],
        }
    )
