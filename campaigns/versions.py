"""Versions of the policies: kept with every file, one in force at a time, and a history that is only added to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from campaigns.border import canonical
from campaigns.change import Decided
from campaigns.errors import Refused
from campaigns.ledger import Ledger, decisions_of
from campaigns.policy_version import Asked, Closed, InForce, Proposal, Version
from campaigns.records import PolicyFileRecord, PolicyInForceRecord, PolicyProposalRecord, PolicyVersionRecord
from campaigns.state import alone
from campaigns.workspace import Workspace

Texts = Mapping[str, str]
"""The files of a version: text by path."""


class Versions:
    """The workspace's memory of its policies.

    Texts lie in the state database by their SHA-256, and readable under `policies/` in the workspace, where they are
    loaded from; a file there that is not the one kept is found by its digest.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def current(self) -> InForce | None:
        """The version in force, or None when none ever was."""
        with self.workspace.session() as session:
            return _current(session)

    def history(self) -> tuple[InForce, ...]:
        """Every version that came into force, oldest first."""
        with self.workspace.session() as session:
            rows = session.exec(select(PolicyInForceRecord).order_by(col(PolicyInForceRecord.number))).all()
            return tuple(InForce.model_validate_json(row.body) for row in rows)

    def proposals(self) -> tuple[Asked, ...]:
        """Every proposal, oldest first, with what was said about it and what became of it."""
        with self.workspace.session() as session:
            return _proposals(session)

    def version(self, content: str) -> Version:
        """The version with this content; Refused when its record is missing or was changed."""
        with self.workspace.session() as session:
            found = session.get(PolicyVersionRecord, content)
        try:
            version = None if found is None else Version.model_validate_json(found.body)
        except ValueError:
            version = None
        if found is None or version is None or version.content != content or version.hash != found.hash:
            raise Refused(
                f"The record of policy version {content[:12]} in {self.workspace.root} is missing or was changed; "
                "restore state.db from a copy, nothing is planned or sent until then."
            )
        return version

    def texts(self, version: Version) -> dict[str, str]:
        """The files of a version as they were kept; Refused, naming the file, when one is missing or was changed."""
        with self.workspace.session() as session:
            kept = {path: session.get(PolicyFileRecord, wanted) for path, wanted in version.files.items()}
        for path, record in kept.items():
            if record is None or sha256(record.body) != version.files[path]:
                raise Refused(
                    f"The kept text of {path} of policies {version.hash[:12]} is missing or was changed; "
                    "restore state.db from a copy."
                )
        return {path: record.body for path, record in kept.items() if record is not None}

    def was_in_force(self, policy_hash: str) -> Version | None:
        """The newest version with this policy hash that came into force here, or None."""
        found = [one for one in self.history() if one.hash == policy_hash]
        return self.version(found[-1].content) if found else None

    def folder(self, version: Version) -> Path:
        """Where a version's files lie, ready to be loaded."""
        return self.workspace.folder("policies") / version.content[:16]

    def changed_files(self, version: Version) -> list[str]:
        """Paths below `folder(version)` that are missing, hold another text, or do not belong there; sorted."""
        folder = self.folder(version)
        there = (
            {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.yaml")} if folder.is_dir() else {}
        )
        same = {name for name, path in there.items() if _digest(path) == version.files.get(name)}
        return sorted(({*there} | {*version.files}) - same)

    def restore(self, version: Version) -> list[str]:
        """Put the files under `policies/` back as they were kept; the paths that were mended."""
        mended = self.changed_files(version)
        texts, folder = self.texts(version), self.folder(version)
        for name in mended:
            path = folder / name
            if name in texts:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(texts[name].encode())
            else:
                path.unlink()
        return mended

    def begin(self, version: Version, texts: Texts, by: str, at: datetime | None) -> InForce:
        """The version in force: this one when none ever was, else the one that is."""
        with self.workspace.session() as session:
            alone(session.connection())
            current = _current(session)
            if current is None:
                _keep(session, version, texts)
                current = InForce(content=version.content, hash=version.hash, by=by, at=at, direction="first")
                _add(session, current)
        self.restore(self.version(current.content))
        return current

    def propose(self, proposal: Proposal, version: Version, texts: Texts) -> None:
        """Keep a proposal that waits for approvals; Refused when it waits already or another version is in force by now."""
        with self.workspace.session() as session:
            alone(session.connection())
            self._propose(session, proposal, version, texts)

    def apply(self, proposal: Proposal, version: Version, texts: Texts) -> None:
        """Put a proposal that needs no approval in force, with its change on record, in one transaction; Refused as above."""

        def effect(session: Session) -> None:
            self._propose(session, proposal, version, texts)
            self.put_in_force(session, proposal, (), proposal.change.at)

        Ledger(self.workspace).begin(proposal.change, lambda _earlier: None, effect=effect)
        self.restore(version)

    def put_in_force(self, session: Session, proposal: Proposal, approved_by: tuple[str, ...], at: datetime) -> None:
        """Add to the history, in an open transaction; Refused when the proposal does not wait any more."""
        still_open(session, proposal)
        change = proposal.change
        _add(
            session,
            InForce(
                content=proposal.content,
                hash=proposal.hash,
                by=change.asked_by,
                at=at,
                direction=proposal.direction,
                against_hash=proposal.against_hash,
                change_id=change.change_id,
                approved_by=approved_by,
            ),
        )

    def _propose(self, session: Session, proposal: Proposal, version: Version, texts: Texts) -> None:
        if len(session.exec(select(PolicyInForceRecord.number)).all()) != proposal.after:
            raise Refused("Another policy version came into force just now; propose again.")
        for asked in _proposals(session):
            if not asked.closed and asked.proposal.content == proposal.content:
                who = asked.proposal.change.asked_by
                raise Refused(
                    f"Policies {proposal.hash[:12]} were proposed by {who} and wait for approval; "
                    f"give it with `twinpilot policy approve {proposal.hash[:12]} --by NAME`."
                )
        _keep(session, version, texts)
        session.add(
            PolicyProposalRecord(
                change_id=proposal.change.change_id,
                content=proposal.content,
                hash=proposal.hash,
                body=canonical(proposal.plain()).decode(),
            )
        )
        session.flush()


def still_open(session: Session, proposal: Proposal) -> None:
    """Nothing when a proposal waits; Refused, saying what became of it, otherwise."""
    for asked in _proposals(session):
        if asked.proposal.change.change_id == proposal.change.change_id and asked.closed:
            why = {
                "in force": "came into force before",
                "rejected": "were rejected",
                "superseded": "were proposed in place of a version that is no longer in force",
            }[asked.closed]
            raise Refused(
                f"Policies {proposal.hash[:12]} {why}; see `twinpilot policy versions`, or propose them again."
            )


def sha256(text: str) -> str:
    """The SHA-256 (64 hex digits) of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _current(session: Session) -> InForce | None:
    row = session.exec(select(PolicyInForceRecord).order_by(col(PolicyInForceRecord.number).desc())).first()
    if row is None:
        return None
    try:
        found = InForce.model_validate_json(row.body)
    except ValueError:
        found = None
    # The body is what was recorded; a row whose columns say otherwise was not written by this program.
    if found is None or (found.content, found.hash) != (row.content, row.hash):
        raise Refused(
            "The record of the policies in force was changed; restore state.db from a copy, nothing is planned or sent until then."
        )
    return found


def _proposals(session: Session) -> tuple[Asked, ...]:
    rows = session.exec(select(PolicyProposalRecord).order_by(col(PolicyProposalRecord.number))).all()
    made = session.exec(select(PolicyInForceRecord).order_by(col(PolicyInForceRecord.number))).all()
    came = [InForce.model_validate_json(row.body) for row in made]
    found = []
    for row in rows:
        proposal = Proposal.model_validate_json(row.body)
        said = decisions_of(session, row.change_id)
        found.append(Asked(proposal=proposal, decisions=said, closed=_closed(proposal, said, came)))
    return tuple(found)


def _closed(proposal: Proposal, said: tuple[Decided, ...], came: list[InForce]) -> Closed:
    if any(one.change_id == proposal.change.change_id for one in came):
        return "in force"
    if any(one.decision == "reject" for one in said):
        return "rejected"
    return "superseded" if len(came) > proposal.after else ""


def _keep(session: Session, version: Version, texts: Texts) -> None:
    for name, wanted in version.files.items():
        if session.get(PolicyFileRecord, wanted) is None:
            session.add(PolicyFileRecord(digest=wanted, body=texts[name]))
            session.flush()
    if session.get(PolicyVersionRecord, version.content) is None:
        body = canonical(version.plain()).decode()
        session.add(PolicyVersionRecord(content=version.content, hash=version.hash, body=body))


def _add(session: Session, came: InForce) -> None:
    body = canonical(came.plain()).decode()
    session.add(PolicyInForceRecord(content=came.content, hash=came.hash, body=body))
