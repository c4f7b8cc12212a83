"""Moving the budget of a campaign that runs: a change like any other, and as large in a day as the policies allow."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from campaigns.change import Change
from campaigns.errors import BadInput, Refused
from campaigns.keys import key_of
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.changing import begin_change
from delivery.errors import NotLaunched
from delivery.outbox import statements as sql
from policies.rule import PolicySet


def move_budget(
    ws: Workspace,
    plan: Plan,
    after: int,
    by: str,
    approvers: tuple[str, ...],
    policies: PolicySet,
    now: datetime,
    why: str = "",
) -> Change:
    """Set the budget (micros) of an open account, as a change judged by the policies: how much a day is `change_limit`'s.

    Looking, judging and writing are one transaction. Refused, with nothing kept, when a rule is against it, when more
    is spent or reserved than the budget would hold, or when the account is closed; NotLaunched when there is none.
    A step no larger than the policies allow cannot be a slip of a digit.
    """
    if after < 1:
        raise BadInput(f"A budget of {after} micros cannot be spent; give one above zero.")
    with ws.engine.connect() as connection:
        row = connection.execute(sql.said(connection, sql.ACCOUNT), {"plan": plan.plan_id}).one_or_none()
    if row is None:
        raise NotLaunched(
            f"Plan {plan.plan_id} has no account yet; its budget is that of its plan until it is launched."
        )
    before, currency = int(row.budget_micros), plan.brief.budget.currency if plan.brief.budget else ws.settings.currency
    change = Change(
        change_id=f"c-{key_of(f'budget {plan.plan_id} {before} {after} {now.isoformat()}'):016x}"[:12],
        action="budget",
        target=plan.plan_id,
        unit=f"micros:{currency}",
        before=before,
        after=after,
        at=now,
        asked_by=by,
        carried_out_by="person",
        why=why,
    )

    def effect(session: Session) -> None:
        connection = session.connection()
        values = {"plan": plan.plan_id, "before": before, "after": after}
        if connection.execute(sql.said(connection, sql.MOVE_BUDGET), values).rowcount != 1:
            raise Refused(
                f"The budget of plan {plan.plan_id} stays at {currency} {before / MICROS:,.2f}: its account is closed, was "
                f"moved just now, or has more than {currency} {after / MICROS:,.2f} spent and reserved; look at it with "
                f"`twinpilot show {plan.plan_id}`."
            )

    begin_change(ws, change, approvers, policies, now, owners=(plan.goal.owner,), effect=effect)
    return change
