"""Which decision policy a campaign decides by: the house's as its first version, and every one promoted since.

Versions are only added. One comes into force between two ticks and holds from the next one on; every tick's decision file
names the version that decided (`delivery.decision_log`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlmodel import Session, col, select

from campaigns.border import Border, canonical
from campaigns.errors import Refused
from campaigns.plan import Plan
from campaigns.records import PartRecord
from campaigns.store import Store
from campaigns.workspace import Workspace, instant
from delivery.decide.policy import DecisionPolicy, house

PART = "decision policy"
"""The name of the part of a plan that holds a version; its number stands where other parts have the draft's revision."""


class Promoted(Border):
    """The `version`-th decision policy of a campaign: who put it in force and when, who approved it, by which change, and
    `because`, what its score said. The first is the house's; `at` is None until the plan is launched."""

    version: Annotated[int, Field(ge=1)]
    policy: DecisionPolicy
    hash: str
    by: str
    at: AwareDatetime | None
    approved_by: tuple[str, ...] = ()
    change_id: str | None = None
    because: str = ""


def versions(ws: Workspace, plan: Plan) -> tuple[Promoted, ...]:
    """Every decision policy that a campaign had, oldest first; the last is in force.

    Refused when a record is missing or was changed: nothing is decided by settings that nobody promoted.
    """
    live = next((step for step in Store(ws).life(plan.plan_id) if step.state == "live"), None)
    begun = house(plan.allocation.exploration_share)
    first = Promoted(
        version=1,
        policy=begun,
        hash=begun.hash,
        by=live.by if live else plan.owner,
        at=instant(live.at) if live else None,
    )
    return (first, *promoted(ws, plan.plan_id))


def promoted(ws: Workspace, plan_id: str) -> tuple[Promoted, ...]:
    """The versions after the first; empty for a campaign that decides as it began."""
    with ws.session() as session:
        return _kept(session, plan_id)


def put_in_force(session: Session, plan_id: str, made: Promoted) -> None:
    """Add a version in an open transaction; Refused when another one came into force in the meantime."""
    kept = _kept(session, plan_id)
    if made.version != len(kept) + 2:
        raise Refused(
            f"Another decision policy of plan {plan_id} came into force just now; see `twinpilot decide policies {plan_id}`."
        )
    body = canonical(made.plain()).decode()
    session.add(PartRecord(plan_id=plan_id, revision=made.version, name=PART, body=body))


def _kept(session: Session, plan_id: str) -> tuple[Promoted, ...]:
    wanted = select(PartRecord).where(PartRecord.plan_id == plan_id, PartRecord.name == PART)
    rows = session.exec(wanted.order_by(col(PartRecord.revision))).all()
    found = []
    for number, row in enumerate(rows, start=2):
        try:
            one = Promoted.model_validate_json(row.body)
        except ValueError:
            one = None
        if one is None or (one.version, row.revision, one.hash) != (number, number, one.policy.hash):
            raise Refused(
                f"The record of decision policy {row.revision} of plan {plan_id} is missing or was changed; restore "
                "state.db from a copy, nothing is decided until then."
            )
        found.append(one)
    return tuple(found)
