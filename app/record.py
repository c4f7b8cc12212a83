"""A plan with all that the workspace keeps about it, as commands print it."""

from __future__ import annotations

from typing import Any

from agents.refusals import RefusedCall, refused_calls
from campaigns.approval import Approval
from campaigns.border import Border
from campaigns.finding import Finding
from campaigns.lifecycle import State
from campaigns.plan import Plan
from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace


class Record(Border):
    """State, hash and content of a plan, the findings and the rehearsal of exactly these bytes, and the last decision.

    `approved_by` are all who approved the newest bytes that anybody approved; `refused_calls` are the tool calls that the
    policies refused while the plan was made.
    """

    plan_id: str
    state: State
    hash: str
    plan: Plan
    findings: tuple[Finding, ...]
    rehearsal: Rehearsal | None
    approval: Approval | None
    approved_by: tuple[str, ...]
    refused_calls: tuple[RefusedCall, ...]


def record_of(workspace: Workspace, plan_id: str) -> Record:
    """The record of a plan; BadInput when it does not exist, Refused when its bytes were changed."""
    store = Store(workspace)
    plan = store.plan(plan_id)
    content: dict[str, Any] = {
        "plan_id": plan_id,
        "state": store.record(plan_id).state,
        "hash": plan.hash,
        "plan": plan,
        "findings": store.findings(plan.hash) or (),
        "rehearsal": store.rehearsal(plan.hash),
        "approval": store.approval(plan_id),
        "approved_by": store.approvers(plan_id)[0],
        "refused_calls": refused_calls(workspace, plan_id),
    }
    return Record(**content)
