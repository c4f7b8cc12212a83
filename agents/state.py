"""The planning graph's state: ids, names and short texts, all plain JSON; the things themselves are in the store."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints
from typing_extensions import TypedDict

from campaigns.border import Border


class PlanningState(TypedDict, total=False):
    """What the graph remembers between steps.

    `by` is who asked, when that was said; `now` is the workspace's instant at the start (ISO), `revision` counts from 0, `reasons` say why a revision was
    asked for or the plan rejected, `decision` is a Decision as JSON, `refusal` why the last one was not accepted.
    """

    plan_id: str
    words: str
    by: str
    now: str
    data_version: str
    policy_hash: str
    revision: int
    plan_hash: str
    reasons: list[str]
    decision: dict[str, str]
    refusal: str


class Decision(Border):
    """A supervisor's answer to a proposed plan: for which hash, approve or reject, who, when (ISO instant), and a note."""

    plan_hash: str
    decision: Literal["approve", "reject"]
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    at: str
    note: str = ""
