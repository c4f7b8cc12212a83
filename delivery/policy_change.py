"""A policy version that may newly allow something: approved by different people, or rejected by one, and put in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.change import Decided
from campaigns.errors import BadInput, Refused
from campaigns.ledger import Ledger
from campaigns.policy_version import Asked, Proposal
from campaigns.versions import Versions, still_open
from campaigns.workspace import Workspace
from delivery.changing import begin_change, people_for
from policies.activation import Proposed, propose_version
from policies.authority.people import different, person
from policies.kept import judges_of, load_kept
from policies.rule import PolicySet

SHORTEST = 6
"""Digits of a hash that are needed to tell versions apart."""


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """What came of a decision: whether the version is in force now, who approved it, and how many others must still."""

    proposal: Proposal
    in_force: bool
    approved_by: tuple[str, ...]
    people_missing: int


def approve_policy(ws: Workspace, wanted: str, by: str, now: datetime) -> PolicyDecision:
    """An approval of the waiting proposal with this hash (or its first digits), and the version in force once it is enough.

    How many people it takes, and who, the rules of scope `change` in force say. BadInput for an unknown hash or a name
    without a letter; Refused, with nothing kept, for the proposer, the workspace's owner, the same person again, and
    a proposal that does not wait.
    """
    versions, name = Versions(ws), by.strip()
    asked = waiting(versions, wanted)
    proposal, policies = asked.proposal, _judging(versions)
    owners = (ws.settings.owner,)
    needed = people_for(ws, proposal.change, (*asked.approved_by, name), policies, now, owners)

    def unspoken(session: Session, before: tuple[Decided, ...]) -> None:
        still_open(session, proposal)
        for one in before:
            if person(one.by) == person(name):
                raise Refused(
                    f"{name} approved policies {proposal.hash[:12]} before; somebody else must approve them now."
                )

    # A process that ended between the last approval and its effect left enough of them; any of those people ends it.
    if different((*asked.approved_by, name)) > different(asked.approved_by) or different(asked.approved_by) < needed:
        said = Decided(change_id=proposal.change.change_id, by=name, decision="approve", at=now)
        Ledger(ws).decide(said, unspoken)
    given = _approvers(ws, proposal)
    missing = max(0, needed - different(given))
    if missing:
        return PolicyDecision(proposal, False, given, missing)

    def effect(session: Session) -> None:
        versions.put_in_force(session, proposal, given, now)

    begin_change(ws, proposal.change, given, policies, now, owners=owners, effect=effect)
    versions.restore(versions.version(proposal.content))
    return PolicyDecision(proposal, True, given, 0)


def reject_policy(ws: Workspace, wanted: str, by: str, now: datetime, note: str = "") -> PolicyDecision:
    """The end of a waiting proposal, which any one person may give it; BadInput and Refused as for an approval."""
    name = by.strip()
    person(name)
    proposal = waiting(Versions(ws), wanted).proposal
    said = Decided(change_id=proposal.change.change_id, by=name, decision="reject", at=now, note=note)
    Ledger(ws).decide(said, lambda session, _before: still_open(session, proposal))
    return PolicyDecision(proposal, False, (), 0)


def roll_back(ws: Workspace, wanted: str, by: str, now: datetime, dry_run: bool = False) -> Proposed:
    """A version that was in force before, proposed like any other; BadInput when there is none with this hash."""
    versions = Versions(ws)
    came = list(reversed(versions.history()))
    found = _one(wanted, [one.hash for one in came], "was ever in force here; `twinpilot policy versions` lists them")
    version = versions.version(next(one.content for one in came if one.hash == found))
    if version.content == came[0].content:
        raise BadInput(f"Policies {found[:12]} are in force already; nothing was changed.")
    versions.restore(version)
    return propose_version(ws, load_kept(versions, version), version, versions.texts(version), by, now, dry_run)


def waiting(versions: Versions, wanted: str) -> Asked:
    """The proposal with this hash that waits; BadInput when there is none, Refused when it does not wait any more."""
    every = list(reversed(versions.proposals()))
    found = _one(
        wanted, [one.proposal.hash for one in every], "was proposed here; `twinpilot policy versions` lists what was"
    )
    asked = next(
        (one for one in every if one.proposal.hash == found and not one.closed),
        next(one for one in every if one.proposal.hash == found),
    )
    if asked.closed:
        with versions.workspace.session() as session:
            still_open(session, asked.proposal)
    return asked


def _judging(versions: Versions) -> PolicySet:
    current = versions.current()
    if current is None:
        raise Refused(f"No policies are in force in {versions.workspace.root} yet; run `twinpilot init`.")
    return judges_of(versions, versions.version(current.content))


def _approvers(ws: Workspace, proposal: Proposal) -> tuple[str, ...]:
    said = Ledger(ws).decisions(proposal.change.change_id)
    return tuple(one.by for one in said if one.decision == "approve")


def _one(wanted: str, hashes: Iterable[str], otherwise: str) -> str:
    """The one hash that begins with what was given; BadInput when none or more than one does."""
    digits = wanted.strip().lower()
    if len(digits) < SHORTEST:
        raise BadInput(f"{wanted!r} is too short to tell policies by; give at least {SHORTEST} digits of the hash.")
    found = sorted({one for one in hashes if one.startswith(digits)})
    if not found:
        raise BadInput(f"No policy version with hash {wanted!r} {otherwise}.")
    if len(found) > 1:
        raise BadInput(f"{len(found)} policy versions begin with {wanted!r}; give more digits of the hash.")
    return found[0]
