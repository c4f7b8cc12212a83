"""`policy propose`, `approve`, `reject`, `versions`, `rollback`, `restore`: which version is in force, and who put it there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.workspace import Workspace
    from delivery.policy_change import PolicyDecision
    from policies.activation import Proposed

HashArgument = Annotated[
    str, typer.Argument(metavar="HASH", help="The version's hash, or its first digits (six or more).")
]
ByOption = Annotated[str, typer.Option("--by", help="Who proposes or decides.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would come of it and keep nothing.")]


def add(group: typer.Typer) -> None:
    """Put the commands into the group `policy`."""
    for command in (propose, approve, reject, versions, rollback, restore):
        group.command(command.__name__)(command)


def propose(
    ctx: typer.Context,
    by: ByOption,
    packs: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="A folder of packs (default: those shipped).")
    ] = None,
    dry_run: DryOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Propose packs: what newly allows nothing is in force at once, the rest waits for two other people."""
    from policies.activation import propose as proposed

    ws = _begun(opened(ctx, workspace))
    _said(ctx, workspace, proposed(ws, packs, by, _now(ws), dry_run), dry_run, json)


def rollback(
    ctx: typer.Context,
    wanted: HashArgument,
    by: ByOption,
    dry_run: DryOption = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Propose a version that was in force before; it is judged like any other proposal."""
    from delivery.policy_change import roll_back

    ws = _begun(opened(ctx, workspace))
    _said(ctx, workspace, roll_back(ws, wanted, by, _now(ws), dry_run), dry_run, json)


def approve(
    ctx: typer.Context,
    wanted: HashArgument,
    by: ByOption,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Approve a version that waits and is not your own; it is in force once enough different people did."""
    from app.screen import as_json
    from delivery.policy_change import approve_policy

    ws = opened(ctx, workspace)
    done = approve_policy(ws, wanted, by, _now(ws))
    if json:
        as_json(_plain(done))
        return
    short = done.proposal.hash[:12]
    if done.in_force:
        typer.echo(
            f"{by} approved policies {short}, and they are in force now (approved by {', '.join(done.approved_by)})."
        )
        return
    others = "one more person" if done.people_missing == 1 else f"{done.people_missing} more people"
    typer.echo(f"{by} approved policies {short}; {others} must approve them before they are in force.")
    typer.echo(f"Next: twinpilot policy approve {short} --by SOMEBODY-ELSE{flag(folder(ctx, workspace))}")


def reject(
    ctx: typer.Context,
    wanted: HashArgument,
    by: ByOption,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Reject a version that waits; it can be proposed again."""
    from app.screen import as_json
    from delivery.policy_change import reject_policy

    ws = opened(ctx, workspace)
    done = reject_policy(ws, wanted, by, _now(ws), note)
    if json:
        as_json(_plain(done))
    else:
        typer.echo(f"{by} rejected policies {done.proposal.hash[:12]}; those in force stay.")


def versions(ctx: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List every version that was in force, who put it there and who approved it, and what waits for approval."""
    from app.commands.policy_versions_shown import show_versions, versions_plain
    from app.screen import as_json
    from campaigns.versions import Versions
    from policies.in_force import waiting_upgrade

    ws = _begun(opened(ctx, workspace))
    kept = Versions(ws)
    if json:
        as_json(versions_plain(kept.history(), kept.proposals()))
        return
    show_versions(kept.history(), kept.proposals())
    upgrade = waiting_upgrade(ws)
    if upgrade:
        typer.echo(upgrade, err=True)


def restore(ctx: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Put the files of the version in force back as they came into force."""
    from campaigns.versions import Versions
    from policies.in_force import policies_in_force

    ws = opened(ctx, workspace)
    kept = Versions(ws)
    current = kept.current()
    mended = [] if current is None else kept.restore(kept.version(current.content))
    policies_in_force(ws)
    typer.echo(f"Put back: {', '.join(mended)}." if mended else "The files in force are as they came into force.")


def _begun(ws: Workspace) -> Workspace:
    """The workspace with a version in force, also when that one can no longer be read and another is to be proposed."""
    from campaigns.versions import Versions
    from policies.in_force import begin

    if Versions(ws).current() is None:
        begin(ws)
    return ws


def _now(ws: Workspace) -> datetime:
    from campaigns.store import Store
    from policies.clock import trusted

    return trusted(Store(ws))


def _said(ctx: typer.Context, workspace: Path | None, made: Proposed, dry_run: bool, json: bool) -> None:
    from app.commands.policy_versions_shown import proposal_plain, show_proposed
    from app.screen import as_json

    if json:
        as_json({**proposal_plain(made.proposal), "in_force": made.applied, "dry_run": dry_run})
    else:
        show_proposed(made, dry_run, flag(folder(ctx, workspace)))


def _plain(done: PolicyDecision) -> dict[str, object]:
    from app.commands.policy_versions_shown import proposal_plain

    return {
        **proposal_plain(done.proposal),
        "in_force": done.in_force,
        "approved_by": list(done.approved_by),
        "people_missing": done.people_missing,
    }
