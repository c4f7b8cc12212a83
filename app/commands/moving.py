"""`budget move`: another budget for a campaign that runs, as far in a day as the policies allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from campaigns.workspace import Workspace
    from delivery.outbox.budget_change import BudgetAsked


def add(app: typer.Typer) -> None:
    """Put the group `budget` on the command line."""
    group = typer.Typer(help="Move the money of a campaign that runs.", no_args_is_help=True)
    group.callback()(_group)
    group.command("move")(move)
    app.add_typer(group, name="budget")


def _group() -> None:
    """Move the money of a campaign that runs."""


def move(
    ctx: typer.Context,
    plan: PlanArgument,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="The whole budget afterwards, like 5500 or 5500.50.")],
    by: Annotated[str, typer.Option("--by", help="Who asks for it, or approves what somebody else asked for.")],
    why: Annotated[str, typer.Option("--note", help="Why.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it and keep nothing.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Ask for another budget of a running plan; it is moved once as many other people asked for it as the policies want."""
    from app.screen import as_json
    from app.wording import money

    done = asked(opened(ctx, workspace), plan, amount, by, why, dry_run)
    change = done.change
    if json:
        as_json(
            {
                "change": change.plain(),
                "moved": done.moved,
                "approved_by": list(done.approved_by),
                "people_missing": done.people_missing,
                "dry_run": dry_run,
            }
        )
        return
    currency = change.unit.removeprefix("micros:")
    step = f"from {money(change.before, currency)} to {money(change.after, currency)}"
    if done.moved:
        typer.echo(
            f"The budget of plan {plan} was moved {step} (approved by {', '.join(done.approved_by) or 'nobody'})."
        )
        return
    others = "one more person" if done.people_missing == 1 else f"{done.people_missing} more people"
    wanted = f"{others} must approve it" if done.people_missing else "nobody else has to approve it"
    if dry_run:
        typer.echo(f"Moving the budget of plan {plan} {step} may be done: {wanted}. Nothing was kept.")
        return
    typer.echo(f"{by} spoke for moving the budget of plan {plan} {step}; {wanted} before it is moved.")
    typer.echo(f"Next: twinpilot budget move {plan} {amount} --by SOMEBODY-ELSE{flag(folder(ctx, workspace))}")


def asked(workspace: Workspace, plan_id: str, amount: str, by: str, why: str, dry_run: bool) -> BudgetAsked:
    """What came of it; BadInput or Refused, with nothing changed, when it cannot be."""
    from campaigns.money import micros
    from campaigns.store import Store
    from delivery.outbox.budget_change import ask_budget
    from policies.clock import trusted
    from policies.in_force import policies_in_force

    store = Store(workspace)
    plan = store.plan(plan_id)
    after, now = micros(amount), trusted(store, plan)
    return ask_budget(workspace, plan, after, by, policies_in_force(workspace), now, why, dry_run)
