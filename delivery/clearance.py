"""Whether the approvals of a plan are enough for the policies in force, asked again when it is launched."""

from __future__ import annotations

from datetime import datetime

from campaigns.errors import Refused
from campaigns.finding import denied
from campaigns.plan import Plan
from campaigns.store import Store
from policies.authority.judge import judge, people_needed
from policies.authority.launch import launch_facts
from policies.rule import PolicySet


def people_to_launch(store: Store, plan: Plan, policies: PolicySet, at: datetime) -> int:
    """How many different people must have approved a plan; `Store.use_approval` counts them.

    Refused when a rule denies the launch whoever approves, or because of somebody who did, as its author may not.
    """
    proposal = launch_facts(plan, store.rehearsal(plan.hash))
    people = people_needed(proposal, policies)
    against = judge(proposal, [approval.by for approval in store.approvals(plan, at)], policies)
    if denied(against):
        raise Refused(
            f"Policy {against[0].rule} refuses {proposal.subject}: {against[0].observed}; allowed is {against[0].limit}. "
            f"To pass, {against[0].remedy}."
        )
    return people
