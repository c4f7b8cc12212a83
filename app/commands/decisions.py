"""`approve` and `reject`: a person's decision over exactly these bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from agents.session import DecisionOutcome
    from campaigns.workspace import Workspace

ByOption = Annotated[str, typer.Option("--by", help="Who decides.")]
NoteOption = Annotated[str, typer.Option("--note", help="Why; needed when the rehearsal cannot tell.")]
HashOption = Annotated[str | None, typer.Option("--hash", help="The hash that was looked at; another one is refused.")]


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command("approve")(approve)
    app.command("reject")(reject)


def approve(
    ctx: typer.Context,
    plan: PlanArgument,
    by: ByOption,
    note: NoteOption = "",
    plan_hash: HashOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Approve a proposed plan that is not your own; it holds for its hash, is used once, and may need a second person."""
    made = decided(opened(ctx, workspace), plan, "approve", by, note, plan_hash)
    if json:
        _as_json(made)
        return
    until = made.approval.until
    typer.echo(f"{by} approved plan {plan} with hash {made.approval.plan_hash[:12]}, valid until {until:%Y-%m-%d}.")
    if made.people_missing:
        others = "a second person" if made.people_missing == 1 else f"{made.people_missing} more people"
        typer.echo(f"Nothing can be launched yet: by the plan's risk, {others} must approve the same hash.")
        for reason in made.why:
            typer.echo(f"  {reason}")
        typer.echo(f"Next: twinpilot approve {plan} --by SOMEBODY-ELSE{flag(folder(ctx, workspace))}")
        return
    typer.echo(f"Next: twinpilot launch {plan}{flag(folder(ctx, workspace))}")


def reject(
    ctx: typer.Context,
    plan: PlanArgument,
    by: ByOption,
    note: Annotated[str, typer.Option("--note", help="Why.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Reject a proposed plan for good."""
    made = decided(opened(ctx, workspace), plan, "reject", by, note)
    if json:
        _as_json(made)
    else:
        typer.echo(f"{by} rejected plan {plan}: {note}")


def decided(
    workspace: Workspace,
    plan: str,
    decision: Literal["approve", "reject"],
    by: str,
    note: str,
    plan_hash: str | None = None,
) -> DecisionOutcome:
    """The recorded decision; Refused or BadInput, with nothing changed, when it cannot be taken."""
    from agents.session import resume_with_decision
    from app.screen import working

    with working("Recording the decision") as say:
        return resume_with_decision(workspace, plan, decision, by, note, plan_hash, progress=say)


def _as_json(made: DecisionOutcome) -> None:
    from app.screen import as_json

    as_json(
        {
            "plan_id": made.plan.plan_id,
            "state": made.state,
            "approval": made.approval.plain(),
            "people_missing": made.people_missing,
            "why": list(made.why),
        }
    )
