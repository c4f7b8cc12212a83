"""Other policies proposed in place of those in force: what only tightens applies at once, the rest waits for approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.border import digest
from campaigns.change import Change, Standing
from campaigns.errors import BadInput, Refused
from campaigns.policy_version import InForce, Proposal, Version
from campaigns.versions import Texts, Versions
from policies.authority.earned import ladders
from policies.authority.judge import people_needed
from policies.authority.launch import change_facts
from policies.authority.people import person
from policies.direction import Judged, direction
from policies.errors import BadPolicy
from policies.kept import judges_of, load_kept, read_folder
from policies.verify.engine import installed

if TYPE_CHECKING:
    from campaigns.workspace import Workspace
    from policies.rule import PolicySet

TARGET = "policies"
"""What a change of the policies changes, in the ledger."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of a proposal; `applied` says that it is in force (never after a dry run)."""

    proposal: Proposal
    applied: bool


def propose(ws: Workspace, folder: Path | None, by: str, now: datetime, dry_run: bool = False) -> Proposed:
    """The packs of a folder (default: shipped) proposed in place of the version in force.

    A version that newly allows nothing is in force at once; any other waits (`delivery.policy_change`). BadPolicy for packs that
    cannot be used, BadInput for a name without a letter or packs that are in force, Refused for what waits already or
    packs under which nobody could change the policies again. A dry run keeps nothing.
    """
    policies, version, texts = read_folder(folder)
    if installed():
        from policies.verify.soundness import consistent

        consistent(policies, folder)
    return propose_version(ws, policies, version, texts, by, now, dry_run)


def propose_version(
    ws: Workspace, policies: PolicySet, version: Version, texts: Texts, by: str, now: datetime, dry_run: bool = False
) -> Proposed:
    """The same for a version that was read before, as for one that was in force earlier."""
    name = by.strip()
    person(name)
    versions = Versions(ws)
    history = versions.history()
    if not history:
        raise Refused(f"No policies are in force in {ws.root} yet; run `twinpilot init`.")
    current = history[-1]
    if version.content == current.content:
        raise BadInput(f"Policies {version.hash[:12]} are in force already; nothing was changed.")
    _changeable(policies, version, now)
    judged = _judged(versions, current, policies)
    proposal = _proposal(versions, version, judged, name, now)
    if dry_run:
        return Proposed(proposal, False)
    if judged.loosens:
        versions.propose(proposal, version, texts)
        return Proposed(proposal, False)
    versions.apply(proposal, version, texts)
    return Proposed(proposal, True)


def policy_change(version: Version, before: int, by: str, at: datetime, number: int = 0) -> Change:
    """The change that puts a version in force, as the ledger and the rules of scope `change` see it; sizes are rules."""
    return Change(
        change_id=f"c-{digest([version.content, by, number, at.isoformat()], 10)}",
        action="policy",
        target=TARGET,
        unit="rules",
        before=before,
        after=version.rules,
        at=at,
        asked_by=by,
        carried_out_by="person",
    )


def _judged(versions: Versions, current: InForce, policies: PolicySet) -> Judged:
    stands = versions.version(current.content)
    try:
        return direction(load_kept(versions, stands), policies)
    except BadPolicy as error:
        judges_of(versions, stands)  # files that were changed are put back first
        return Judged("undecided", (f"the version in force cannot be compared: {error}",))


def _proposal(versions: Versions, version: Version, judged: Judged, by: str, now: datetime) -> Proposal:
    history = versions.history()
    stands = versions.version(history[-1].content)
    number = len(versions.proposals())
    return Proposal(
        change=policy_change(version, stands.rules, by, now, number),
        content=version.content,
        hash=version.hash,
        after=len(history),
        against_hash=stands.hash,
        direction=judged.direction,
        why=judged.why,
    )


def _changeable(policies: PolicySet, version: Version, now: datetime) -> None:
    """Refused when under these policies nobody could change them again, which would be found out too late."""
    change = policy_change(version, version.rules, "somebody", now)
    standing = Standing(action="policy", level="suggest", in_a_row=0, because="asked beforehand")
    try:
        ladders(policies)
        people_needed(change_facts(change, (), standing, now, policies), policies)
    except (BadPolicy, Refused) as error:
        raise Refused(f"Under policies {version.hash[:12]} nobody could change the policies again: {error}") from None
