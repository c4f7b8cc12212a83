"""Plans, their parts, checks, rehearsals and approvals in the state database; every change is one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import text
from sqlmodel import Session, col, select, update

from campaigns.approval import Approval
from campaigns.border import canonical
from campaigns.errors import BadInput, Refused
from campaigns.finding import Finding
from campaigns.lifecycle import State, step
from campaigns.plan import Plan
from campaigns.records import (
    ApprovalRecord,
    CheckRecord,
    ClockRecord,
    LifeRecord,
    PartRecord,
    PlanRecord,
    RehearsalRecord,
)
from campaigns.rehearsal import Rehearsal
from campaigns.workspace import Workspace, instant

FINDINGS = TypeAdapter(tuple[Finding, ...])


class Store:
    """What the workspace remembers of its plans."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def now(self) -> datetime:
        """The workspace's instant: `TWINPILOT_NOW`, or the clock that follows the data; BadInput before any data."""
        if self.workspace.settings.now is not None:
            return instant(self.workspace.settings.now)
        with self.workspace.session() as session:
            record = session.get(ClockRecord, 1)
        if record is None:
            raise BadInput(
                f"The workspace {self.workspace.root} has no data yet; run `twinpilot init --sample` or `twinpilot data load`."
            )
        return instant(record.now)

    def set_clock(self, now: datetime) -> None:
        """Move the workspace's clock to this instant."""
        with self.workspace.session() as session:
            session.merge(ClockRecord(id=1, now=instant(now)))

    def begin(self, plan_id: str, words: str, at: datetime) -> bool:
        """Open a draft; False when the plan exists already."""
        with self.workspace.session() as session:
            if session.get(PlanRecord, plan_id) is not None:
                return False
            session.add(PlanRecord(plan_id=plan_id, words=words, state="draft", revision=0, created_at=instant(at)))
            session.add(LifeRecord(plan_id=plan_id, at=instant(at), state="draft", by="twinpilot"))
            return True

    def record(self, plan_id: str) -> PlanRecord:
        """The row of a plan; BadInput, naming the plans there are, when it does not exist."""
        with self.workspace.session() as session:
            found = session.get(PlanRecord, plan_id)
            if found is None:
                known = [
                    row.plan_id for row in session.exec(select(PlanRecord).order_by(col(PlanRecord.created_at))).all()
                ]
                hint = f"the plans here are {', '.join(known)}" if known else 'make one with `twinpilot plan "GOAL"`'
                raise BadInput(f"There is no plan {plan_id!r} in {self.workspace.root}; {hint}.")
            return found

    def plans(self) -> list[PlanRecord]:
        """Every plan, oldest first."""
        with self.workspace.session() as session:
            return list(
                session.exec(select(PlanRecord).order_by(col(PlanRecord.created_at), col(PlanRecord.plan_id))).all()
            )

    def put_part(
        self, plan_id: str, revision: int, name: str, part: BaseModel | list[BaseModel] | dict[str, object]
    ) -> None:
        """Keep a part of a draft; the same part of the same revision is written once and then left as it is."""
        with self.workspace.session() as session:
            if session.get(PartRecord, (plan_id, revision, name)) is None:
                session.add(PartRecord(plan_id=plan_id, revision=revision, name=name, body=_text(part)))

    def part(self, plan_id: str, revision: int, name: str) -> str | None:
        """The JSON text of a part, or None when it was not made yet."""
        with self.workspace.session() as session:
            found = session.get(PartRecord, (plan_id, revision, name))
            return None if found is None else found.body

    def save_plan(self, plan: Plan) -> None:
        """Write the plan's bytes and hash on its draft; Refused unless the plan is a draft."""
        with self.workspace.session() as session:
            found = session.get(PlanRecord, plan.plan_id)
            if found is None or found.state != "draft":
                state = "unknown" if found is None else found.state
                raise Refused(f"Plan {plan.plan_id} is {state}, and only a draft can be written; revise it first.")
            found.body, found.plan_hash, found.revision = canonical(plan.plain()).decode(), plan.hash, plan.revision
            session.add(found)

    def plan(self, plan_id: str) -> Plan:
        """The plan as written; Refused when its bytes do not give the hash that was recorded with them."""
        found = self.record(plan_id)
        if not found.body:
            raise BadInput(
                f"Plan {plan_id} is still being planned; run `twinpilot plan` with its goal again to continue it."
            )
        try:
            plan = Plan.model_validate_json(found.body)
        except ValueError:
            raise Refused(f"The stored bytes of plan {plan_id} are damaged or changed; plan the goal again.") from None
        if plan.hash != found.plan_hash:
            raise Refused(
                f"Plan {plan_id} has hash {plan.hash[:12]} but {found.plan_hash[:12]} was recorded: its bytes were changed; plan the goal again."
            )
        return plan

    def move(
        self, plan_id: str, wanted: State, by: str, at: datetime, note: str = "", session: Session | None = None
    ) -> None:
        """Take one step in the plan's life, compare-and-set; Refused when the step does not exist or was taken by another."""
        if session is None:
            with self.workspace.session() as own:
                self.move(plan_id, wanted, by, at, note, own)
            return
        current: State = self.record(plan_id).state  # type: ignore[assignment]
        step(plan_id, current, wanted)
        done = session.exec(
            update(PlanRecord)
            .where(col(PlanRecord.plan_id) == plan_id, col(PlanRecord.state) == current)
            .values(state=wanted)
        )
        if done.rowcount != 1:
            raise Refused(
                f"Plan {plan_id} was changed by somebody else just now; look at it again with `twinpilot show {plan_id}`."
            )
        session.add(LifeRecord(plan_id=plan_id, at=instant(at), state=wanted, by=by, note=note))

    def life(self, plan_id: str) -> list[LifeRecord]:
        """The plan's steps in order."""
        with self.workspace.session() as session:
            return list(
                session.exec(select(LifeRecord).where(LifeRecord.plan_id == plan_id).order_by(col(LifeRecord.id))).all()
            )

    def ended_consents(self, until: datetime) -> list[tuple[str, str]]:
        """Person and channel (`*` for every one) of each consent that ended in a campaign up to this instant."""
        query = text("SELECT DISTINCT person_id, channel FROM withdrawal WHERE at <= :until ORDER BY 1, 2")
        with self.workspace.session() as session:
            rows = session.connection().execute(query, {"until": int(until.timestamp())})
            return [(str(row[0]), str(row[1])) for row in rows]

    def save_findings(self, plan_hash: str, policy_hash: str, findings: tuple[Finding, ...]) -> None:
        """Keep the findings of a policy version over a plan hash."""
        body = json.dumps([finding.plain() for finding in findings])
        with self.workspace.session() as session:
            session.merge(CheckRecord(plan_hash=plan_hash, policy_hash=policy_hash, body=body))

    def findings(self, plan_hash: str) -> tuple[Finding, ...] | None:
        """The findings over a plan hash, or None when it was not checked."""
        with self.workspace.session() as session:
            found = session.exec(select(CheckRecord).where(CheckRecord.plan_hash == plan_hash)).first()
            return None if found is None else FINDINGS.validate_json(found.body)

    def save_rehearsal(self, plan_id: str, rehearsal: Rehearsal) -> None:
        """Keep the rehearsal of a plan hash."""
        body = canonical(rehearsal.plain()).decode()
        with self.workspace.session() as session:
            session.merge(RehearsalRecord(plan_hash=rehearsal.plan_hash, plan_id=plan_id, body=body))

    def rehearsal(self, plan_hash: str) -> Rehearsal | None:
        """The rehearsal of a plan hash, or None when it was not rehearsed."""
        with self.workspace.session() as session:
            found = session.get(RehearsalRecord, plan_hash)
            return None if found is None else Rehearsal.model_validate_json(found.body)

    def save_approval(self, approval: Approval) -> None:
        """Keep a decision over these bytes in place of the same name's earlier one; Refused when that one was used."""
        with self.workspace.session() as session:
            earlier = session.exec(
                select(ApprovalRecord).where(
                    ApprovalRecord.plan_hash == approval.plan_hash, ApprovalRecord.by == approval.by
                )
            ).first()
            if earlier is not None and earlier.used_at is not None:
                raise Refused(f"Plan {approval.plan_id} was launched with the approval by {approval.by}; it is spent.")
            if earlier is not None:
                session.delete(earlier)
                session.flush()
            session.add(
                ApprovalRecord(
                    plan_id=approval.plan_id,
                    plan_hash=approval.plan_hash,
                    by=approval.by,
                    body=canonical(approval.plain()).decode(),
                )
            )

    def approval(self, plan_id: str) -> Approval | None:
        """The newest decision on a plan, used or not, or None."""
        with self.workspace.session() as session:
            found = session.exec(
                select(ApprovalRecord).where(ApprovalRecord.plan_id == plan_id).order_by(col(ApprovalRecord.id).desc())
            ).first()
            return None if found is None else Approval.model_validate_json(found.body)

    def approvers(self, plan_id: str) -> tuple[tuple[str, ...], str]:
        """Who approved a plan's newest approved bytes, used or not, in order, and the hash of those bytes."""
        with self.workspace.session() as session:
            found = session.exec(
                select(ApprovalRecord).where(ApprovalRecord.plan_id == plan_id).order_by(col(ApprovalRecord.id))
            ).all()
        read = [Approval.model_validate_json(record.body) for record in found]
        given = [approval for approval in read if approval.decision == "approve"]
        newest = given[-1].plan_hash if given else ""
        return tuple(approval.by for approval in given if approval.plan_hash == newest), newest

    def approvals(self, plan: Plan, at: datetime) -> tuple[Approval, ...]:
        """The approvals of exactly these bytes that hold at this instant and were not used, oldest first."""
        with self.workspace.session() as session:
            return tuple(approval for _, approval in _holding(session, plan, at))

    def use_approval(
        self, plan: Plan, at: datetime, by: str, needed: int = 1, person: Callable[[str], str] = str.casefold
    ) -> Approval:
        """Spend every approval of exactly these bytes and set the plan live, in one transaction; Refused otherwise.

        `needed` different people must have approved, or as many as an approval itself says when that is more; two names
        are one person when `person` makes them equal. The newest approval is returned.
        """
        with self.workspace.session() as session:
            found = session.exec(
                select(ApprovalRecord)
                .where(ApprovalRecord.plan_id == plan.plan_id)
                .order_by(col(ApprovalRecord.id).desc())
            ).first()
            if found is None:
                raise Refused(
                    f"Plan {plan.plan_id} has no approval; a supervisor gives it with `twinpilot approve {plan.plan_id} --by NAME`."
                )
            approval = Approval.model_validate_json(found.body)
            if approval.decision != "approve":
                raise Refused(f"Plan {plan.plan_id} was rejected by {approval.by}; plan the goal again.")
            if approval.plan_hash != plan.hash:
                raise Refused(
                    f"The approval by {approval.by} is for hash {approval.plan_hash[:12]}, the plan now has {plan.hash[:12]}; have these bytes approved."
                )
            if at >= approval.until:
                raise Refused(
                    f"The approval of plan {plan.plan_id} ended at {approval.until.isoformat()}; have it approved again."
                )
            if found.used_at is not None:
                raise Refused(
                    f"Plan {plan.plan_id} was launched already; an approval is used once. See `twinpilot report {plan.plan_id}`."
                )
            held = _holding(session, plan, at)
            wanted = max(needed, *(one.people_needed for _, one in held), 1)
            people = {person(one.by) for _, one in held if one.policy_hash in ("", plan.policy_hash)}
            if len(people) < wanted:
                raise Refused(
                    f"Plan {plan.plan_id} needs the approval of {wanted} different people for these bytes and policies and "
                    f"has {len(people)}; the next gives it with `twinpilot approve {plan.plan_id} --by NAME`."
                )
            for record, _ in held:
                record.used_at = instant(at)
                session.add(record)
            self.move(plan.plan_id, "live", by, at, session=session)
            return approval


def _holding(session: Session, plan: Plan, at: datetime) -> list[tuple[ApprovalRecord, Approval]]:
    """The unused approvals of a plan's bytes that hold at an instant, oldest first."""
    found = session.exec(
        select(ApprovalRecord)
        .where(
            ApprovalRecord.plan_id == plan.plan_id,
            ApprovalRecord.plan_hash == plan.hash,
            col(ApprovalRecord.used_at).is_(None),
        )
        .order_by(col(ApprovalRecord.id))
    ).all()
    read = [(record, Approval.model_validate_json(record.body)) for record in found]
    # The body is what was signed; a row whose columns say otherwise was not written by this program.
    return [
        (record, one)
        for record, one in read
        if one.decision == "approve" and one.plan_hash == plan.hash and at < one.until
    ]


def _text(part: BaseModel | list[BaseModel] | dict[str, object]) -> str:
    if isinstance(part, BaseModel):
        return canonical(part.model_dump(mode="json")).decode()
    if isinstance(part, list):
        return canonical([item.model_dump(mode="json") for item in part]).decode()
    return canonical(part).decode()
