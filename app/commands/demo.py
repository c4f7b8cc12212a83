"""`demo`: the whole loop on the sample data, with a sentence at every step about what happens and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.context import WorkspaceOption, flag, folder
from tools.data.sample_goal import SAMPLE_GOAL

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.workspace import Workspace

SUPERVISORS = ("demo supervisor", "demo finance")
"""Two people in one program, since an offer takes two; neither is the plan's owner."""
NOTE = "given by the demo in place of a person"


def add(app: typer.Typer) -> None:
    """Put `demo` on the command line."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    pause: Annotated[
        bool, typer.Option("--pause", help="Stop at the approval and print the command that continues.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Run the whole loop on the sample data; run it again to continue where it was stopped."""
    from app import demo_said as say
    from app.commands.decisions import decided
    from campaigns.store import Store

    root = folder(ctx, workspace)
    say.data()
    opened = _workspace(root)
    say.goal(SAMPLE_GOAL)
    plan_id = _planned(opened)
    say.plan(opened, plan_id)
    state = Store(opened).record(plan_id).state
    if state == "proposed" and pause:
        say.paused(plan_id, flag(root))
        return
    if state == "proposed":
        for name in SUPERVISORS:
            if decided(opened, plan_id, "approve", name, NOTE).state == "approved":
                break
    say.approval(opened, plan_id)
    _run(opened, plan_id)
    _report(opened, plan_id)


def _workspace(root: Path) -> Workspace:
    """The demo's workspace: new, or as an earlier demo left it; BadInput when it holds other data."""
    from app.screen import working
    from campaigns.errors import BadInput
    from campaigns.workspace import Workspace
    from tools.data.sample import SOURCE, load_sample
    from tools.data.warehouse import connect, rows

    opened = Workspace.create(root)
    if not opened.data_path.exists():
        with working("Loading the sample data") as progress:
            load_sample(opened, progress=progress)
        return opened
    con = connect(opened)
    try:
        source = str(rows(con, "SELECT body FROM load_facts WHERE name = 'source'")[0][0])
    finally:
        con.disconnect()
    if source != SOURCE:
        raise BadInput(
            f"The workspace {root} holds other data ({source}); run the demo in a folder of its own with --workspace FOLDER."
        )
    return opened


def _planned(workspace: Workspace) -> str:
    """The id of the demo's plan, planned now or taken up from an earlier demo; GateFailed when it was rejected."""
    from app.commands.plans import planned
    from app.wording import sentence
    from campaigns.errors import GateFailed
    from campaigns.store import Store

    # A finished campaign has moved the clock, and the same goal would then be a goal of the past.
    for record in Store(workspace).plans():
        if record.words == SAMPLE_GOAL and record.state not in ("draft", "rejected", "expired"):
            return record.plan_id
    outcome = planned(workspace, SAMPLE_GOAL)
    if outcome.status == "rejected":
        raise GateFailed(f"The demo's plan {outcome.plan_id} was rejected: {sentence(outcome.reasons)}")
    return outcome.plan_id


def _run(workspace: Workspace, plan_id: str) -> None:
    from app import demo_said as say
    from app.commands.running import launched
    from campaigns.store import Store

    state = Store(workspace).record(plan_id).state
    say.campaign(state)
    if state in ("approved", "live"):
        say.ran(launched(workspace, plan_id, resume=state == "live"))


def _report(workspace: Workspace, plan_id: str) -> None:
    from app import demo_said as say
    from app.commands.reporting import reported
    from app.report.summary import show_summary

    say.report()
    story, path = reported(workspace, plan_id)
    show_summary(story, path)
