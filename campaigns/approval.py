"""A person's permission to launch exactly these bytes."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from campaigns.border import Border


class Approval(Border):
    """Decision of one person over one plan hash, valid until `until`, used once."""

    plan_id: str
    plan_hash: str
    decision: Literal["approve", "reject"]
    by: str
    at: AwareDatetime
    until: AwareDatetime
    scope: str
    note: str = ""
