"""The policies in force in a workspace: the one place from which everything that judges takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.errors import BadInput
from campaigns.store import Store
from campaigns.versions import Versions
from policies.activation import propose
from policies.errors import BadPolicy
from policies.kept import load_kept, read_folder, shipped_files

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.policy_version import InForce
    from campaigns.workspace import Workspace
    from policies.rule import PolicySet

PROGRAM = "twinpilot"
"""Who puts the packs shipped in force."""


def policies_in_force(ws: Workspace) -> PolicySet:
    """The policies in force; BadPolicy, naming the file and how to mend it, when they are not as they came into force.

    A workspace without any gets those shipped. When those shipped have changed since, they are proposed in place of
    the shipped ones in force: what only tightens is in force at once and on record, the rest waits (`waiting_upgrade`).
    """
    versions = Versions(ws)
    version = versions.version((versions.current() or begin(ws)).content)
    if version.origin == "package" and version.files != shipped_files():
        _upgrade(ws, versions)
    return read_in_force(ws)


def read_in_force(ws: Workspace) -> PolicySet:
    """The same, with nothing written, as inside a transaction; BadPolicy when nothing is in force."""
    versions = Versions(ws)
    current = versions.current()
    if current is None:
        raise BadPolicy(f"No policies are in force in {ws.root}; run `twinpilot init`.")
    return load_kept(versions, versions.version(current.content))


def begin(ws: Workspace) -> InForce:
    """The version in force, which is the one shipped when there was none."""
    _, version, texts = read_folder()
    return Versions(ws).begin(version, texts, PROGRAM, _clock(ws))


def approved_policies(ws: Workspace, policy_hash: str) -> PolicySet | None:
    """The policies with this hash when they were in force here at any time, else None; BadPolicy as above."""
    versions = Versions(ws)
    version = versions.was_in_force(policy_hash)
    return None if version is None else load_kept(versions, version)


def waiting_upgrade(ws: Workspace) -> str:
    """What to run when packs shipped with this Twinpilot wait for approval; empty when none do."""
    for asked in reversed(Versions(ws).proposals()):
        if not asked.closed and asked.proposal.change.asked_by == PROGRAM:
            short = asked.proposal.hash[:12]
            return (
                f"The packs of this Twinpilot ({short}) may allow more than the policies in force and wait for approval: "
                f"`twinpilot policy approve {short} --by NAME`, or `twinpilot policy reject {short} --by NAME`."
            )
    return ""


def _upgrade(ws: Workspace, versions: Versions) -> None:
    """Propose the packs shipped in place of the version in force, unless that was done before."""
    now = _clock(ws)
    _, version, _ = read_folder()
    after = len(versions.history())
    asked = any(one.proposal.content == version.content and one.proposal.after == after for one in versions.proposals())
    if now is not None and not asked:
        propose(ws, None, PROGRAM, now)


def _clock(ws: Workspace) -> datetime | None:
    try:
        return Store(ws).now()
    except BadInput:
        return None
