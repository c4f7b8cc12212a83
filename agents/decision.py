"""Whether a person's decision over a proposed plan can be accepted, and the approval that comes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from agents.state import Decision
from campaigns.approval import Approval
from campaigns.errors import BadInput, Refused
from campaigns.finding import denied
from campaigns.plan import Plan
from campaigns.store import Store
from policies.authority.judge import judge, people_needed
from policies.authority.launch import launch_facts
from policies.authority.people import authors, different, is_author, person
from policies.in_force import policies_in_force
from policies.rule import PolicySet

LONGEST = timedelta(days=14)
"""How long an approval holds at most; it never outlives its plan."""


def accepted(store: Store, plan: Plan, decision: Decision) -> Approval:
    """The approval record of a decision; Refused or BadInput, with nothing changed, when it cannot be accepted.

    Approving needs the plan's own hash and policies, a plan that has not expired, findings without a denial and a
    rehearsal that did not say stop; when it could not tell, a note must say why the plan should run all the same. Nobody
    approves a plan that they asked for or own, or the same bytes twice. Any one person may reject.
    """
    at = datetime.fromisoformat(decision.at)
    if decision.plan_hash != plan.hash:
        raise Refused(
            f"The decision is for hash {decision.plan_hash[:12]}, plan {plan.plan_id} has {plan.hash[:12]}; look at it with `twinpilot show {plan.plan_id}` and decide on these bytes."
        )
    person(decision.by)
    if decision.decision == "approve":
        policies = _in_force(store, plan)
        _may_be_approved(store, plan, decision, at)
        _may_approve(store, plan, decision, at, policies)
    return approval_of(store, plan, decision)


def approval_of(store: Store, plan: Plan, decision: Decision) -> Approval:
    """The record of a decision that was accepted; the same decision gives the same record."""
    at = datetime.fromisoformat(decision.at)
    approving = decision.decision == "approve"
    return Approval(
        plan_id=plan.plan_id,
        plan_hash=plan.hash,
        decision=decision.decision,
        by=decision.by,
        at=at,
        until=min(plan.expires_at, at + LONGEST),
        scope=f"launch of plan {plan.plan_id} once, within its budget and until its expiry",
        note=decision.note,
        policy_hash=plan.policy_hash,
        people_needed=max(1, people_to_launch(store, plan)) if approving else 1,
    )


def people_to_launch(store: Store, plan: Plan) -> int:
    """How many different people have to approve a plan before it is launched, by the policies in force."""
    return people_needed(launch_facts(plan, store.rehearsal(plan.hash)), policies_in_force(store.workspace))


def people_missing(store: Store, plan: Plan, at: datetime) -> int:
    """How many people besides those who approved these bytes have to approve them; 0 when that is enough."""
    given = different(approval.by for approval in store.approvals(plan, at))
    return max(0, people_to_launch(store, plan) - given)


def still_asked(store: Store, plan: Plan, at: datetime) -> tuple[str, ...]:
    """What keeps the approvals given from being enough, one sentence per rule."""
    given = [approval.by for approval in store.approvals(plan, at)]
    against = judge(launch_facts(plan, store.rehearsal(plan.hash)), given, policies_in_force(store.workspace))
    return tuple(f"{finding.rule}: {finding.observed}; {finding.limit}." for finding in against)


def _in_force(store: Store, plan: Plan) -> PolicySet:
    policies = policies_in_force(store.workspace)
    if policies.hash != plan.policy_hash:
        raise Refused(
            f"Plan {plan.plan_id} was checked under policies {plan.policy_hash[:12]} but {policies.hash[:12]} are in force; plan the goal again."
        )
    return policies


def _may_approve(store: Store, plan: Plan, decision: Decision, at: datetime, policies: PolicySet) -> None:
    if is_author(plan, decision.by):
        raise Refused(
            f"{decision.by} asked for plan {plan.plan_id} or owns it ({', '.join(authors(plan))}), and nobody approves what is their own; have somebody else approve it."
        )
    before = tuple(approval.by for approval in store.approvals(plan, at))
    for name in before:
        if person(name) == person(decision.by):
            missing = people_missing(store, plan, at)
            raise Refused(
                f"{decision.by} approved plan {plan.plan_id} before"
                + (f" as {name}" if name != decision.by else "")
                + (f"; {_people(missing)} else must approve it now." if missing else "; nothing more is needed.")
            )
    against = judge(launch_facts(plan, store.rehearsal(plan.hash)), (*before, decision.by), policies)
    if denied(against):
        raise Refused(
            f"Policy {against[0].rule} refuses the approval: {against[0].observed}; allowed is {against[0].limit}. To pass, {against[0].remedy}."
        )


def _people(number: int) -> str:
    return "one person" if number == 1 else f"{number} people"


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
