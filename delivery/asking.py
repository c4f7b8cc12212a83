"""One person asks for a change, others say the same until there are as many as the policies want."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.change import Change, Decided
from campaigns.errors import BadInput, Refused
from campaigns.ledger import Ledger
from campaigns.workspace import Workspace
from delivery.changing import begin_change, people_for
from policies.authority.people import different, person, unprintable
from policies.rule import PolicySet

CarryOut = Callable[[Session, Change, tuple[str, ...]], None]
"""Carries a change that these people approved out in the transaction that records it; nothing is kept when it raises."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A change with everybody who spoke for it: the first asked, `approvers` are the others; `missing` people must still."""

    change: Change
    approvers: tuple[str, ...]
    missing: int
    carried_out: bool


def named(by: str, note: str) -> str:
    """The name of somebody who speaks for a change, as it is kept; BadInput when nobody can be told by it, or when the name
    or the note holds control characters (a note may have lines)."""
    name = by.strip()
    person(name)
    if unprintable(note.replace("\n", " ").replace("\t", " ")):
        raise BadInput("The note has control characters; give plain text with --note.")
    return name


def ask(
    ws: Workspace,
    change: Change,
    by: str,
    policies: PolicySet,
    now: datetime,
    owners: tuple[str, ...],
    what: str,
    carry_out: CarryOut,
    dry_run: bool = False,
) -> Spoken:
    """One person's word for a change, whose id is the same for everybody who asks for the same; the last one needed
    carries it out.

    Refused, naming the rule, when it may not be, for an owner as an approver, and for somebody who spoke for it before;
    `what` names it in the sentence. `dry_run` says what would come of it and keeps nothing.
    """
    name = named(by, change.why)
    key = person(name)
    ledger = Ledger(ws)
    said = ledger.decisions(change.change_id)
    if said:
        change = change.model_copy(update={"asked_by": said[0].by, "at": said[0].at, "why": said[0].note})
    if any(person(one.by) == key for one in said):
        raise Refused(f"{name} has spoken for {what} before; somebody else must approve it now.")
    approvers = tuple(one.by for one in said[1:]) + ((name,) if said else ())
    missing = max(0, people_for(ws, change, approvers, policies, now, owners=owners) - different(approvers))
    if dry_run:
        return Spoken(change, approvers, missing, False)

    def unspoken(_session: Session, before: tuple[Decided, ...]) -> None:
        if before != said:
            raise Refused(f"Somebody else spoke for {what} just now; ask again.")

    if missing or not said:
        word = Decided(change_id=change.change_id, by=name, decision="approve", at=now, note=change.why)
        ledger.decide(word, unspoken)
    if missing:
        return Spoken(change, approvers, missing, False)

    def effect(session: Session) -> None:
        carry_out(session, change, approvers)

    begin_change(ws, change, approvers, policies, now, owners=owners, effect=effect)
    return Spoken(change, approvers, 0, True)
