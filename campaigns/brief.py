"""What was asked (`Goal`) and how it was understood (`Brief`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from campaigns.border import Border
from campaigns.money import Money

Objective = Literal["win_back", "retain", "activate", "acquire", "cross_sell", "upsell", "reengage"]
Metric = Literal[
    "incremental_margin", "incremental_revenue", "conversions", "visits", "redemptions", "retention_90d", "new_customers"
]  # fmt: skip
Channel = Literal["email", "push", "sms", "onsite", "ads"]


class Goal(Border):
    """The marketer's words as they were said, by whom and when, for which brand."""

    words: Annotated[str, Field(min_length=1, max_length=4000)]
    owner: Annotated[str, Field(min_length=1)]
    brand: Annotated[str, Field(min_length=1)]
    said_at: AwareDatetime


class Window(Border):
    """First and last day of contact, both included, as ISO dates in the person's own zone."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the window ends ({self.end}) before it starts ({self.start})")
        return self

    @property
    def days(self) -> int:
        """Number of days, first and last included."""
        return (self.end - self.start).days + 1


class Target(Border):
    """A change asked for in a metric: a share of its baseline (`relative`) or a number of units (`absolute`)."""

    metric: Metric
    relative: float | None = None
    absolute: float | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.relative is None) == (self.absolute is None):
            raise ValueError("a target is either relative or absolute")
        return self


class Assumption(Border):
    """A field that the words did not settle, the value taken for it, and why."""

    field: str
    value: str
    why: str


class Brief(Border):
    """A goal as it was understood; what was assumed, what must be asked, and which phrases exclude each other."""

    objective: Objective
    primary_metric: Metric
    population: str
    markets: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...]
    channels: tuple[Channel, ...]
    excluded_channels: tuple[Channel, ...] = ()
    budget: Money | None = None
    window: Window
    max_contacts_per_week: Annotated[int, Field(ge=1, le=21)]
    target: Target | None = None
    prohibitions: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    questions: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def plannable(self) -> bool:
        """Whether planning may start: no open question and no conflict."""
        return not self.questions and not self.conflicts


def said(words: str, owner: str, brand: str, now: datetime) -> Goal:
    """A goal from words with surrounding white space removed; pydantic's ValidationError if nothing is left."""
    return Goal(words=words.strip(), owner=owner, brand=brand, said_at=now)
