"""A person's permission to launch exactly these bytes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from campaigns.border import Border


class Approval(Border):
    """Decision of one person over one plan hash, valid until `until`, used once.

    It holds under the policies with `policy_hash` only, and a launch needs as many people as `people_needed` says.
    """

    plan_id: str
    plan_hash: str
    decision: Literal["approve", "reject"]
    by: str
    at: AwareDatetime
    until: AwareDatetime
    scope: str
    note: str = ""
    policy_hash: str = ""
    people_needed: Annotated[int, Field(ge=1)] = 1
