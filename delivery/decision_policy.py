"""Which decision policy a campaign decides by: the house's as its first version, and every one promoted since.

Versions are only added. One comes into force between two ticks and holds from the next one on; every tick's decision file
names the version that decided (`delivery.decision_log`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import literal, union_all
from sqlmodel import Session, col, select

from campaigns.border import Border, canonical, digest
from campaigns.change import Change
from campaigns.errors import Refused
from campaigns.plan import Plan
from campaigns.records import ChangeRecord, PartRecord
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

    Refused when a record is missing or was changed, or the changes on record tell of other versions: nothing is decided by
    settings that nobody promoted.
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


def change_id_of(plan_id: str, number: int, policy: DecisionPolicy) -> str:
    """The id of the change that puts a policy in force as the `number`-th of a campaign; the same for everybody who asks."""
    return f"c-{digest(['decision policy', plan_id, number, policy.hash], 10)}"


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
    rows, changes = _recorded(session, plan_id)
    found = []
    for number, (revision, body) in enumerate(rows, start=2):
        try:
            one = Promoted.model_validate_json(body)
        except ValueError:
            one = None
        if one is None or (one.version, revision, one.hash) != (number, number, one.policy.hash):
            raise _changed(plan_id, revision)
        change = changes.pop(number, None)
        wanted = (change_id_of(plan_id, number, one.policy), number - 1, one.by)
        if change is None or (change.change_id, change.before, change.asked_by) != wanted or one.change_id != wanted[0]:
            raise _changed(plan_id, number)
        found.append(one)
    if changes:
        raise _changed(plan_id, min(changes))
    return tuple(found)


def _recorded(session: Session, plan_id: str) -> tuple[list[tuple[int, str]], dict[int, Change]]:
    """The rows of a campaign's versions in order, and by their number the changes that put a version in force."""
    rows = select(col(PartRecord.revision), literal(""), col(PartRecord.body)).where(
        PartRecord.plan_id == plan_id, PartRecord.name == PART
    )
    done = select(literal(0), col(ChangeRecord.change_id), col(ChangeRecord.body)).where(
        ChangeRecord.action == "policy", ChangeRecord.target == plan_id, ChangeRecord.progress == "done"
    )
    # One statement, so that a promotion committed meanwhile is seen with both its records or not at all.
    found = [
        (int(number), str(key), str(body)) for number, key, body in session.connection().execute(union_all(rows, done))
    ]
    changes: dict[int, Change] = {}
    for _, key, body in (one for one in found if one[1]):
        try:
            change = Change.model_validate_json(body)
        except ValueError:
            change = None
        if change is None or change.change_id != key or change.after in changes:
            raise Refused(
                f"The record of change {key} of plan {plan_id} was changed; restore state.db from a copy, nothing is "
                "decided until then."
            )
        changes[change.after] = change
    return sorted((number, body) for number, key, body in found if not key), changes


def _changed(plan_id: str, number: int) -> Refused:
    return Refused(
        f"The record of decision policy {number} of plan {plan_id} is missing or was changed; restore state.db from a copy, "
        "nothing is decided until then."
    )
