"""Moving the budget of a campaign that runs: a change like any other, and as large in a day as the policies allow.

One person asks, and others say the same until there are as many as the policies want; then it is moved. What was asked for
holds for the budget that it was about: once that is moved, somebody has to ask anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.change import Change
from campaigns.errors import BadInput, Refused
from campaigns.keys import key_of
from campaigns.ledger import Ledger
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.asking import ask, named
from delivery.changing import begin_change
from delivery.errors import NotLaunched
from delivery.outbox import statements as sql
from delivery.outbox.reading import OutboxReader
from policies.authority.people import authors
from policies.rule import PolicySet


@dataclass(frozen=True, slots=True)
class BudgetAsked:
    """What came of asking for a budget: whether it is moved, who approved it, and how many others must still."""

    change: Change
    moved: bool
    approved_by: tuple[str, ...]
    people_missing: int


def ask_budget(
    ws: Workspace,
    plan: Plan,
    after: int,
    by: str,
    policies: PolicySet,
    now: datetime,
    why: str = "",
    dry_run: bool = False,
) -> BudgetAsked:
    """One person's word for a budget (micros): the first asks for it, the others approve it, and the last one needed moves it.

    Raises as `move_budget` does; Refused too for the plan's owners as approvers, and for somebody who asked for it or
    approved it before; BadInput for a name or note that cannot be kept. It counts from `now`, or from the instant that the
    campaign has reached where that is later. `dry_run` says what would come of it and keeps nothing.
    """
    name = named(by, why)
    change = budget_change(ws, plan, after, name, now, why)
    now = max(now, OutboxReader(ws, plan, 0).account().until)
    change = change.model_copy(update={"at": now})
    done = ask(
        ws, change, name, policies, now, authors(plan), f"this budget of plan {plan.plan_id}",
        lambda session, asked, _approvers: _move(ws, plan, asked, session), dry_run,
    )  # fmt: skip
    return BudgetAsked(done.change, done.carried_out, done.approvers, done.missing)


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
    change = budget_change(ws, plan, after, by, now, why)
    owners = authors(plan)
    begin_change(
        ws, change, approvers, policies, now, owners=owners, effect=lambda session: _move(ws, plan, change, session)
    )
    return change


def budget_change(ws: Workspace, plan: Plan, after: int, by: str, now: datetime, why: str = "") -> Change:
    """The change from the budget of an open account to another (micros); the same for everybody who asks for it.

    BadInput for a budget below one micro or as it is, NotLaunched without an account, Refused when it is closed or more
    is spent and reserved.
    """
    if after < 1:
        raise BadInput(f"A budget of {after} micros cannot be spent; give one above zero.")
    with ws.engine.connect() as connection:
        row = connection.execute(sql.said(connection, sql.ACCOUNT), {"plan": plan.plan_id}).one_or_none()
    if row is None:
        raise NotLaunched(
            f"Plan {plan.plan_id} has no account yet; its budget is that of its plan until it is launched."
        )
    before = int(row.budget_micros)
    if before == after:
        raise BadInput(f"The budget of plan {plan.plan_id} is {_units(ws, plan, after)} already; nothing was changed.")
    if row.closed_at is not None or row.spent_micros + row.reserved_micros > after:
        raise _stays(ws, plan, before, after)
    moves = sum(one.change.action == "budget" and one.change.target == plan.plan_id for one in Ledger(ws).changes())
    return Change(
        change_id=f"c-{key_of(f'budget {plan.plan_id} {moves} {before} {after}'):016x}"[:12],
        action="budget",
        target=plan.plan_id,
        unit=f"micros:{_currency(ws, plan)}",
        before=before,
        after=after,
        at=now,
        asked_by=by,
        carried_out_by="person",
        why=why,
    )


def _move(ws: Workspace, plan: Plan, change: Change, session: Session) -> None:
    connection = session.connection()
    values = {"plan": plan.plan_id, "before": change.before, "after": change.after}
    if connection.execute(sql.said(connection, sql.MOVE_BUDGET), values).rowcount != 1:
        raise _stays(ws, plan, change.before, change.after)


def _stays(ws: Workspace, plan: Plan, before: int, after: int) -> Refused:
    return Refused(
        f"The budget of plan {plan.plan_id} stays at {_units(ws, plan, before)}: its account is closed, was "
        f"moved just now, or has more than {_units(ws, plan, after)} spent and reserved; look at it with "
        f"`twinpilot show {plan.plan_id}`."
    )


def _units(ws: Workspace, plan: Plan, micros: int) -> str:
    return f"{_currency(ws, plan)} {micros / MICROS:,.2f}"


def _currency(ws: Workspace, plan: Plan) -> str:
    return plan.brief.budget.currency if plan.brief.budget else ws.settings.currency
