"""A decision policy promoted: scored on what its campaign decided, put in force for the next tick, or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.change import Change
from campaigns.errors import BadInput, Refused
from campaigns.plan import Plan
from campaigns.records import PlanRecord
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.asking import ask, named
from delivery.decide import DecisionPolicy
from delivery.decision_policy import Promoted, change_id_of, put_in_force, versions
from delivery.off_policy.decided_by import PolicyScored, score_policy
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from policies.authority.people import authors
from policies.rule import PolicySet

RUNNING = ("live", "paused")
"""States in which a campaign has a next tick to decide."""


@dataclass(frozen=True, slots=True)
class PromotionAsked:
    """What came of asking for a promotion: the score that gave leave, whether the policy is in force (then `promoted`),
    who approved it, and how many others must still."""

    change: Change
    scored: PolicyScored
    promoted: Promoted | None
    approved_by: tuple[str, ...]
    people_missing: int


def promote(
    ws: Workspace,
    plan: Plan,
    roster: Roster,
    policy: DecisionPolicy,
    by: str,
    policies: PolicySet,
    now: datetime,
    why: str = "",
    dry_run: bool = False,
) -> PromotionAsked:
    """One person's word for a decision policy: the first asks for it, the others approve it, and the last one needed puts
    it in force for the next tick. It is scored afresh at every word, on the decisions of the version in force.

    Refused, with nothing put in force, when the score gives no leave (`may_act`: effective sample, support, an interval that is
    not above the present policy), when a rule of scope `change` is against it, when the campaign does not run, and for the
    plan's owners or the same person as an approver. BadInput when it has the settings in force already, or for a name or
    note that cannot be kept; NotLaunched and BadLogs when there is nothing to score on. It counts from `now`, or from the
    instant that the campaign has reached where that is later. `dry_run` says what would come of it and keeps nothing but
    that the policy was scored, which every later score on the same decisions allows for.
    """
    name = named(by, why)
    state = Store(ws).record(plan.plan_id).state
    now = max(now, OutboxReader(ws, plan, roster.size).account().until)
    if state not in RUNNING:
        raise _over(plan, state)
    present = versions(ws, plan)[-1]
    if policy.model_copy(update={"name": present.policy.name}) == present.policy:
        raise BadInput(
            f"Decision policy {policy.name} has the settings of version {present.version} ({present.policy.name}), which "
            f"is in force; change a setting."
        )
    scored = score_policy(ws, plan, roster, policy, present.version)
    if not scored.leave.allowed:
        raise Refused(_not_leave(plan, policy, present, scored.leave.reasons))
    because = scored.leave.reasons[0]
    number = present.version + 1
    change = Change(
        change_id=change_id_of(plan.plan_id, number, policy),
        action="policy",
        target=plan.plan_id,
        unit="decision policies",
        before=present.version,
        after=number,
        at=now,
        asked_by=name,
        carried_out_by="person",
        why=why,
    )
    made: list[Promoted] = []

    def carry_out(session: Session, asked: Change, approvers: tuple[str, ...]) -> None:
        # Scoring takes a while: the campaign may have ended, or been stopped, since it was looked at.
        record = session.get(PlanRecord, plan.plan_id, with_for_update=True)
        if record is None or record.state not in RUNNING:
            raise _over(plan, "gone" if record is None else record.state)
        one = Promoted(
            version=number, policy=policy, hash=policy.hash, by=asked.asked_by, at=now, approved_by=approvers,
            change_id=asked.change_id, because=because,
        )  # fmt: skip
        put_in_force(session, plan.plan_id, one)
        made.append(one)

    what = f"decision policy {policy.name} of plan {plan.plan_id}"
    done = ask(ws, change, name, policies, now, authors(plan), what, carry_out, dry_run)
    return PromotionAsked(done.change, scored, made[0] if made else None, done.approvers, done.missing)


def _over(plan: Plan, state: str) -> Refused:
    return Refused(
        f"Plan {plan.plan_id} is {state} and decides nothing any more; score the policy with "
        f"`twinpilot decide score {plan.plan_id} --target FILE` and promote it while a campaign runs."
    )


def _not_leave(plan: Plan, policy: DecisionPolicy, present: Promoted, reasons: tuple[str, ...]) -> str:
    told = "; ".join(one.rstrip(".") for one in reasons if one != "Cannot tell.")
    return (
        f"Decision policy {policy.name} may not take the place of version {present.version} ({present.policy.name}) of plan "
        f"{plan.plan_id}: {told[0].lower()}{told[1:]}."
    )
