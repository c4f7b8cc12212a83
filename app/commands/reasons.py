"""`decide why`: what the engine weighs for one person at a send occurrence, and why this action and not another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, WorkspaceOption, instant_of, opened

if TYPE_CHECKING:
    from campaigns.plan import Plan
    from campaigns.workspace import Workspace
    from delivery.why import Why

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id in the workspace's data.")]


def add(group: typer.Typer) -> None:
    """Put the command into the group `decide`."""
    group.command("why")(why)


def why(
    ctx: typer.Context,
    person: PersonArgument,
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="The plan's id, like p-0123456789.")],
    at: Annotated[
        str | None, typer.Option("--at", help="The instant from which on the person is due (default: now).")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Show how likely each action is for a person, what it is worth by what was learnt, and what keeps others out."""
    from app.commands.reasons_shown import show_why, why_plain
    from app.screen import as_json

    made, found = asked(opened(ctx, workspace), person, plan, at)
    currency = made.brief.budget.currency if made.brief.budget else "USD"
    if json:
        as_json({"plan_id": plan, "person_id": person, **why_plain(found, currency)})
    else:
        show_why(found, person, plan, currency)


def asked(workspace: Workspace, person: str, plan_id: str, at: str | None) -> tuple[Plan, Why]:
    """The plan, and what the engine weighs for the person from an instant on; BadInput when one of them cannot be had."""
    from app.screen import working
    from campaigns.store import Store
    from delivery.roster import Roster
    from delivery.why import why as weighed
    from tools.audience.snapshot import load

    store = Store(workspace)
    plan = store.plan(plan_id)
    when = store.now() if at is None else instant_of(at)
    with working("Weighing the actions") as say:
        say("reading people and what was learnt")
        roster = Roster.build(plan, load(workspace, plan.audience.snapshot_id))
        return plan, weighed(workspace, plan, roster, person, when)
