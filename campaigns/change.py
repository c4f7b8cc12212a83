"""A change to something that runs: what is moved, from where to where, and how far it has come."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from campaigns.border import Border
from campaigns.plan import AutonomyLevel

ActionClass = Literal["budget", "audience", "creative", "cadence", "policy"]
"""What a change is about. Autonomy is earned and lost for each class by itself."""
Progress = Literal["in_flight", "done", "withdrawn"]
Whole = Annotated[int, Field(ge=0, le=2**53)]


class Change(Border):
    """One change of one class to one `target` (a plan's id, or `policies`), from `before` to `after`.

    Both are whole numbers in `unit` (micros of a currency, people, variants, messages a week, rules); `before` is read
    by code from what runs. `asked_by` is its author, `carried_out_by` the program or a person.
    """

    change_id: Annotated[str, Field(pattern=r"^c-[0-9a-f]{10}$")]
    action: ActionClass
    target: Annotated[str, Field(min_length=1)]
    unit: Annotated[str, Field(min_length=1)]
    before: Whole
    after: Whole
    at: AwareDatetime
    asked_by: Annotated[str, Field(min_length=1)]
    carried_out_by: Literal["program", "person"]
    why: str = ""


class Recorded(Border):
    """A change as the ledger has it; `finished` is the instant at which it was done or withdrawn."""

    change: Change
    progress: Progress
    finished: AwareDatetime | None = None


class Decided(Border):
    """What one person said about a change; it is kept for good."""

    change_id: str
    by: Annotated[str, Field(min_length=1)]
    decision: Literal["approve", "reject"]
    at: AwareDatetime
    note: str = ""


class Evidence(Border):
    """What one campaign says about the forecasts: per metric whether its outcome fell inside the interval.

    `at` is when it was found. `broken` names promises that the audit found broken, `final` says that the horizon was reached.
    """

    plan_id: str
    at: AwareDatetime
    final: bool
    inside: dict[str, bool]
    broken: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _only_a_final_outcome_is_inside_or_not(self) -> Self:
        if self.inside and not self.final:
            raise ValueError("an outcome is compared with its forecast when the campaign is over")
        return self


class Standing(Border):
    """The autonomy that a class of action has now, the good campaigns in a row behind it, and why it is what it is."""

    action: ActionClass
    level: AutonomyLevel
    in_a_row: Annotated[int, Field(ge=0)]
    because: str
