"""`init` and `data`: make a workspace and fill it; say what its data can carry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from campaigns.workspace import Workspace


def add(app: typer.Typer) -> None:
    """Put `init` and the group `data` on the command line."""
    app.command("init")(init)
    group = typer.Typer(help="Load data and see how healthy it is.", no_args_is_help=True)
    group.command("load")(load)
    group.command("health")(health)
    app.add_typer(group, name="data")


def init(
    ctx: typer.Context,
    sample: Annotated[bool, typer.Option("--sample", help="Load the Complete Journey sample data too.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Make a workspace; with --sample, load the sample data into it."""
    from app.screen import working
    from campaigns.workspace import Workspace
    from policies.in_force import policies_in_force

    root = folder(ctx, workspace)
    made = Workspace.create(root)
    if not sample:
        policies_in_force(made)
        typer.echo(f"The workspace is in {root}. Next: twinpilot data load FOLDER{flag(root)}, or init --sample.")
        return
    from tools.data.sample import load_sample

    with working("Loading the sample data") as say:
        load_sample(made, progress=say)
    policies_in_force(made)
    _loaded(made, root)


def load(
    ctx: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder with people.csv and events.csv (or .parquet).")
    ],
    workspace: WorkspaceOption = None,
) -> None:
    """Load your own people and events (and identifiers, consents, products, if there are any)."""
    from app.screen import working
    from campaigns.workspace import Workspace
    from tools.data.load import load_folder

    root = folder(ctx, workspace)
    made = Workspace.create(root)
    with working(f"Loading {source}") as say:
        load_folder(made, source, progress=say)
    _loaded(made, root)


def health(ctx: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show which sources are connected, how late, complete and duplicated they are, and what that costs."""
    from app.screen import as_json
    from tools.data.health import health as examine

    found = examine(opened(ctx, workspace))
    if json:
        as_json(found.plain())
        return
    from app.commands.health_shown import show_health

    show_health(found)


def _loaded(workspace: Workspace, root: Path) -> None:
    from app.commands.health_shown import show_load
    from tools.data.health import health as examine

    show_load(examine(workspace), root)
