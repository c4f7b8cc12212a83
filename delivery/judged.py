"""By what a plan's contacts are judged: the policies it was approved under and those in force, whichever refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from policies.check import check
from policies.conjunction import conjunction
from policies.errors import BadPolicy
from policies.in_force import approved_policies
from tools.audience import snapshot

if TYPE_CHECKING:
    from campaigns.finding import Finding
    from campaigns.plan import Plan
    from campaigns.workspace import Workspace
    from policies.rule import PolicySet


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """The version that a plan was approved under, the one in force, and both at once, by which its contacts are judged.

    While the two are the same so are all three. `apart` says why the two cannot judge a contact together; empty when they can.
    """

    approved: PolicySet
    in_force: PolicySet
    both: PolicySet
    apart: str = ""

    @property
    def all(self) -> tuple[PolicySet, ...]:
        """Every version that must agree."""
        return (self.in_force,) if self.approved.hash == self.in_force.hash else (self.approved, self.in_force)


def judged_by(ws: Workspace, plan: Plan, in_force: PolicySet) -> JudgedBy | None:
    """By what a plan is judged; None when it was checked under policies that were never in force here."""
    if in_force.hash == plan.policy_hash:
        return JudgedBy(in_force, in_force, in_force)
    approved = approved_policies(ws, plan.policy_hash)
    if approved is None:
        return None
    try:
        return JudgedBy(approved, in_force, conjunction(approved, in_force))
    except BadPolicy as error:
        return JudgedBy(approved, in_force, in_force, str(error))


def against(ws: Workspace, plan: Plan, by: JudgedBy, now: datetime) -> str:
    """Why nothing more of an approved plan may leave under the policies in force; empty when contacts decide it one by one.

    A rule about plan, copy or audience counts when it denies what the version of the approval did not.
    """
    if by.apart:
        return f"policies {by.in_force.hash[:12]} came into force and cannot judge it: {by.apart}"
    if by.approved.hash == by.in_force.hash:
        return ""
    frame = snapshot.load(ws, plan.audience.snapshot_id)
    # Each version is asked as if the plan had been made under it, or every change would be a finding by itself.
    before, after = (
        {
            one.rule: one
            for one in check(plan.model_copy(update={"policy_hash": version.hash}), frame, version, now)
            if one.severity == "deny"
        }
        for version in by.all
    )
    newly = [finding for rule, finding in after.items() if rule not in before]
    return f"policies {by.in_force.hash[:12]} came into force and deny it: {_said(newly[0])}" if newly else ""


def _said(finding: Finding) -> str:
    return f"rule {finding.rule} ({finding.observed}; allowed is {finding.limit})"
