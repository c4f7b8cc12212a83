"""How policy versions are shown: as JSON types, and as tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from app.screen import table

if TYPE_CHECKING:
    from campaigns.policy_version import Asked, InForce, Proposal
    from policies.activation import Proposed

DIRECTIONS = {
    "first": "the first",
    "tightening": "tightens",
    "loosening": "loosens",
    "both": "tightens and loosens",
    "neither": "same meaning",
    "undecided": "not proved to tighten",
}
MOST_REASONS = 8


def show_proposed(made: Proposed, dry_run: bool, workspace: str) -> None:
    """What came of a proposal, why, and what to run next; `workspace` ends commands that are to be typed."""
    proposal = made.proposal
    short, what = proposal.hash[:12], DIRECTIONS[proposal.direction]
    if made.applied:
        typer.echo(f"Policies {short} are in force now in place of {proposal.against_hash[:12]} ({what}).")
        return
    loosens = proposal.direction not in ("tightening", "neither")
    said = "would wait for approval" if loosens else "would be in force at once"
    verb = said if dry_run else "wait for approval; those in force stay"
    typer.echo(f"Policies {short} ({what}) {verb}.")
    for reason in proposal.why[:MOST_REASONS]:
        typer.echo(f"  {reason}")
    if len(proposal.why) > MOST_REASONS:
        typer.echo(f"  and {len(proposal.why) - MOST_REASONS} more (--json lists them)")
    if not dry_run:
        typer.echo(f"Next: twinpilot policy approve {short} --by SOMEBODY-ELSE{workspace}")


def proposal_plain(proposal: Proposal) -> dict[str, object]:
    """A proposal as JSON types."""
    return {
        "hash": proposal.hash,
        "against": proposal.against_hash,
        "direction": proposal.direction,
        "why": list(proposal.why),
        "proposed_by": proposal.change.asked_by,
        "proposed_at": proposal.change.at.isoformat(),
        "change_id": proposal.change.change_id,
    }


def show_versions(history: Sequence[InForce], proposals: Sequence[Asked]) -> None:
    """The history with the version in force last, and what waits."""
    rows = [
        (
            one.hash[:12] + (" in force" if one is history[-1] else ""),
            "" if one.at is None else f"{one.at:%Y-%m-%d %H:%M} UTC",
            one.by,
            DIRECTIONS[one.direction],
            ", ".join(one.approved_by),
        )
        for one in history
    ]
    table("Policy versions", ("Hash", "Since", "Proposed by", "Change", "Approved by"), rows)
    waiting = [
        (
            one.proposal.hash[:12],
            f"{one.proposal.change.at:%Y-%m-%d %H:%M} UTC",
            one.proposal.change.asked_by,
            DIRECTIONS[one.proposal.direction],
            ", ".join(one.approved_by),
        )
        for one in proposals
        if not one.closed
    ]
    if waiting:
        table("Waiting for approval", ("Hash", "Since", "Proposed by", "Change", "Approved by"), waiting)


def versions_plain(history: Sequence[InForce], proposals: Sequence[Asked]) -> dict[str, object]:
    """The same as JSON types, with proposals that were closed."""
    return {
        "in_force": history[-1].hash,
        "versions": [
            {
                "hash": one.hash,
                "since": None if one.at is None else one.at.isoformat(),
                "by": one.by,
                "direction": one.direction,
                "against": one.against_hash,
                "approved_by": list(one.approved_by),
                "change_id": one.change_id,
            }
            for one in history
        ],
        "proposals": [
            {
                **proposal_plain(one.proposal),
                "closed": one.closed,
                "decisions": [said.plain() for said in one.decisions],
            }
            for one in proposals
        ],
    }
