"""What was changed and what it proved: changes with their progress, evidence of campaigns, autonomy per class."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.border import canonical
from campaigns.change import ActionClass, Change, Decided, Evidence, Progress, Recorded, Standing
from campaigns.errors import Refused
from campaigns.records import ChangeDecisionRecord, ChangeRecord, EvidenceRecord, StandingRecord
from campaigns.state import alone
from campaigns.workspace import Workspace, instant

Judge = Callable[[tuple[Recorded, ...]], None]
"""Returns when a change may go ahead beside those recorded before it; raises otherwise."""
Effect = Callable[[Session], None]
"""Carries a change out in the transaction that records it; nothing is kept when it raises."""


class Ledger:
    """The workspace's memory of changes to what runs, and of the autonomy that its campaigns earned."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def begin(
        self,
        change: Change,
        judge: Judge,
        approvers: tuple[str, ...] = (),
        effect: Effect | None = None,
        at: datetime | None = None,
    ) -> None:
        """Put a change in flight once `judge` has seen all those before it; nothing is kept when it raises.

        Looking and writing are one transaction that holds the write lock from its start, so of two changes begun at
        once the second is judged with the first in flight. The approvers are kept with the change. With `effect` the change
        is carried out in this transaction and is done at `at` (default: when it was asked for). Refused when the change was begun before.
        """
        with self.workspace.session() as session:
            alone(session.connection())
            if session.get(ChangeRecord, change.change_id) is not None:
                raise Refused(f"Change {change.change_id} was begun before; make a new one to change more.")
            records = session.exec(
                select(ChangeRecord).order_by(col(ChangeRecord.at), col(ChangeRecord.change_id))
            ).all()
            judge(tuple(_read(record) for record in records))
            kept = {one.by for one in decisions_of(session, change.change_id)}
            for name in dict.fromkeys(approvers):
                if name not in kept:
                    said = Decided(change_id=change.change_id, by=name, decision="approve", at=at or change.at)
                    session.add(_written(said))
            if effect is not None:
                effect(session)
            session.add(
                ChangeRecord(
                    change_id=change.change_id,
                    action=change.action,
                    target=change.target,
                    at=instant(change.at),
                    progress="in_flight" if effect is None else "done",
                    finished_at=None if effect is None else instant(at or change.at),
                    body=canonical(change.plain()).decode(),
                )
            )

    def finish(self, change_id: str, progress: Progress, at: datetime) -> None:
        """Say that a change in flight is done, or that it was withdrawn and moved nothing; Refused for any other."""
        with self.workspace.session() as session:
            alone(session.connection())
            record = session.get(ChangeRecord, change_id)
            if record is None or record.progress != "in_flight" or progress == "in_flight":
                stands = "not known" if record is None else record.progress.replace("_", " ")
                raise Refused(f"Change {change_id} is {stands} and cannot become {progress.replace('_', ' ')}.")
            record.progress, record.finished_at = progress, instant(at)
            session.add(record)

    def changes(self) -> tuple[Recorded, ...]:
        """Every change, oldest first."""
        with self.workspace.session() as session:
            records = session.exec(
                select(ChangeRecord).order_by(col(ChangeRecord.at), col(ChangeRecord.change_id))
            ).all()
            return tuple(_read(record) for record in records)

    def decide(self, said: Decided, check: Callable[[Session, tuple[Decided, ...]], None]) -> None:
        """Keep what a person says about a change once `check` has seen what was said before; nothing when it raises.

        Refused when the same name has said the same before.
        """
        with self.workspace.session() as session:
            alone(session.connection())
            before = decisions_of(session, said.change_id)
            check(session, before)
            if any((one.by, one.decision) == (said.by, said.decision) for one in before):
                raise Refused(
                    f"{said.by} has decided on change {said.change_id} before; somebody else must decide now."
                )
            session.add(_written(said))

    def decisions(self, change_id: str) -> tuple[Decided, ...]:
        """What was said about a change, in order."""
        with self.workspace.session() as session:
            return decisions_of(session, change_id)

    def learn(self, evidence: Evidence, standing: Callable[[tuple[Evidence, ...]], tuple[Standing, ...]]) -> None:
        """Keep what a campaign proved and the standings that follow from all evidence, in one transaction.

        Evidence is ordered by when it was found, and what is new is never older than what was found before, so that a
        broken promise of a campaign long over weighs on today. A promise once found broken stays broken.
        """
        with self.workspace.session() as session:
            alone(session.connection())
            history = {one.plan_id: one for one in _evidence(session)}
            earlier = history.get(evidence.plan_id)
            if earlier is not None:
                broken = tuple(dict.fromkeys((*earlier.broken, *evidence.broken)))
                evidence = evidence.model_copy(update={"broken": broken})
            found_at = max([evidence.at, *(one.at for one in history.values())])
            if earlier is None or earlier != evidence.model_copy(update={"at": earlier.at}):
                history[evidence.plan_id] = found = evidence.model_copy(update={"at": found_at})
                session.merge(EvidenceRecord(plan_id=found.plan_id, body=canonical(found.plain()).decode()))
            for one in standing(tuple(history.values())):
                session.merge(StandingRecord(action=one.action, body=canonical(one.plain()).decode()))

    def evidence(self) -> tuple[Evidence, ...]:
        """What every campaign proved, by plan id."""
        with self.workspace.session() as session:
            return _evidence(session)

    def standings(self) -> dict[ActionClass, Standing]:
        """The autonomy of every class that has some evidence."""
        with self.workspace.session() as session:
            rows = session.exec(select(StandingRecord).order_by(col(StandingRecord.action))).all()
            found = [Standing.model_validate_json(row.body) for row in rows]
            return {standing.action: standing for standing in found}


def decisions_of(session: Session, change_id: str) -> tuple[Decided, ...]:
    """What was said about a change, in order, as an open session sees it."""
    rows = session.exec(
        select(ChangeDecisionRecord)
        .where(ChangeDecisionRecord.change_id == change_id)
        .order_by(col(ChangeDecisionRecord.number))
    ).all()
    return tuple(
        Decided(change_id=row.change_id, by=row.by, decision=row.decision, at=instant(row.at), note=row.note)  # type: ignore[arg-type]
        for row in rows
    )


def _written(said: Decided) -> ChangeDecisionRecord:
    return ChangeDecisionRecord(
        change_id=said.change_id, by=said.by, decision=said.decision, at=instant(said.at), note=said.note
    )


def _evidence(session: Session) -> tuple[Evidence, ...]:
    rows = session.exec(select(EvidenceRecord).order_by(col(EvidenceRecord.plan_id))).all()
    return tuple(Evidence.model_validate_json(row.body) for row in rows)


def _read(record: ChangeRecord) -> Recorded:
    return Recorded(
        change=Change.model_validate_json(record.body),
        progress=record.progress,  # type: ignore[arg-type]
        finished=None if record.finished_at is None else instant(record.finished_at),
    )
