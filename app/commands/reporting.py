"""`report`: what a campaign did, was expected to do, and cost; on the screen and as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, opened

if TYPE_CHECKING:
    from app.report.story import Story
    from campaigns.workspace import Workspace


def add(app: typer.Typer) -> None:
    """Put `report` on the command line."""
    app.command("report")(report)


def report(
    ctx: typer.Context,
    plan: PlanArgument,
    out: Annotated[
        Path | None, typer.Option("--out", help="The page's file (default: in the workspace).", show_default=False)
    ] = None,
    browse: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Measure a campaign against its control group, write the page and print the summary."""
    from app.report.summary import as_plain, show_summary
    from app.screen import as_json

    opened_ = opened(ctx, workspace)
    story, path = reported(opened_, plan, out)
    if json:
        as_json(as_plain(story, path))
    else:
        show_summary(story, path)
    if browse:
        typer.launch(str(path))


def reported(workspace: Workspace, plan: str, out: Path | None = None) -> tuple[Story, Path]:
    """The story of a plan and the page written for it; BadInput when the plan is unknown or the file cannot be written."""
    from app.report.gather import gather
    from app.report.page import write_page
    from app.screen import working

    with working("Writing the report") as say:
        say("measuring against the control group")
        story = gather(workspace, plan)
        say("drawing the pictures")
        return story, write_page(story, out or workspace.folder("reports") / f"{plan}.html")
