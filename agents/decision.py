"""Whether a person's decision over a proposed plan can be accepted, and the approval that comes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from agents.state import Decision
from campaigns.approval import Approval
from campaigns.errors import BadInput, Refused
from campaigns.finding import denied
from campaigns.plan import Plan
from campaigns.store import Store

LONGEST = timedelta(days=14)
"""How long an approval holds at most; it never outlives its plan."""


def accepted(store: Store, plan: Plan, decision: Decision) -> Approval:
    """The approval record of a decision; Refused or BadInput, with nothing changed, when it cannot be accepted.

    Approving needs the plan's own hash, a plan that has not expired, findings without a denial and a rehearsal that did
    not say stop; when it could not tell, a note must say why the plan should run all the same.
    """
    at = datetime.fromisoformat(decision.at)
    if decision.plan_hash != plan.hash:
        raise Refused(
            f"The decision is for hash {decision.plan_hash[:12]}, plan {plan.plan_id} has {plan.hash[:12]}; look at it with `twinpilot show {plan.plan_id}` and decide on these bytes."
        )
    if decision.decision == "approve":
        _may_be_approved(store, plan, decision, at)
    return Approval(
        plan_id=plan.plan_id,
        plan_hash=plan.hash,
        decision=decision.decision,
        by=decision.by,
        at=at,
        until=min(plan.expires_at, at + LONGEST),
        scope=f"launch of plan {plan.plan_id} once, within its budget and until its expiry",
        note=decision.note,
    )


def _may_be_approved(store: Store, plan: Plan, decision: Decision, at: datetime) -> None:
    if plan.expired(at):
        raise Refused(f"Plan {plan.plan_id} expired at {plan.expires_at.isoformat()}; plan the goal again.")
    findings = store.findings(plan.hash)
    rehearsal = store.rehearsal(plan.hash)
    if findings is None or rehearsal is None:
        raise Refused(f"Plan {plan.plan_id} was not checked and rehearsed with these bytes; plan the goal again.")
    if denied(findings):
        rule = next(finding.rule for finding in findings if finding.severity == "deny")
        raise Refused(f"Plan {plan.plan_id} is denied by policy {rule}; an approval cannot lift that.")
    if rehearsal.verdict == "stop":
        raise Refused(
            f"The rehearsal of plan {plan.plan_id} says stop: {rehearsal.reasons[0].rstrip('.')}; an approval cannot lift that."
        )
    if rehearsal.verdict == "cannot_tell" and not decision.note.strip():
        raise BadInput(
            f"The rehearsal of plan {plan.plan_id} cannot tell: {rehearsal.reasons[0].rstrip('.')}; approve it with --note saying why it should run all the same."
        )
