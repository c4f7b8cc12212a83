"""How the money is spread: spend per segment x channel with its bounds and its marginal return."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from campaigns.border import Border
from campaigns.brief import Channel
from campaigns.figure import Figure


class Cell(Border):
    """One segment x channel: money (micros) planned, its upper bound, the messages that both carry, and the return of one
    more unit of money, with an interval where the planner knows how sure it is."""

    segment: str
    channel: Channel
    spend: Figure
    ceiling: Figure
    contacts: Figure
    incremental_margin: Figure
    marginal_return: Figure


class Allocation(Border):
    """Spend per cell under the budget. `total` never exceeds `budget`; `exploration_share` is the fraction of
    decisions that are spread evenly to learn.

    `contact_cost_micros` is the price of one message per channel; the offer's face value comes on top.
    """

    cells: tuple[Cell, ...]
    total: Figure
    budget: Figure
    exploration_share: Annotated[float, Field(ge=0, le=1)]
    contact_cost_micros: dict[str, int]
    pacing: str
