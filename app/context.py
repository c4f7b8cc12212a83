"""What every command shares: the workspace it works in, and the options that are spelled alike everywhere."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from campaigns.workspace import Workspace

DEFAULT_WORKSPACE = Path(".twinpilot")

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="The workspace's folder.", envvar="TWINPILOT_WORKSPACE", show_default=".twinpilot"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON on stdout.")]
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id, like p-0123456789.")]
GoalArgument = Annotated[str, typer.Argument(metavar="GOAL", help="The goal in your own words, in quotes.")]


def folder(ctx: typer.Context, given: Path | None = None) -> Path:
    """The workspace's folder: the command's own option, else the one before the command, else `.twinpilot`."""
    return given or ctx.obj or DEFAULT_WORKSPACE


def opened(ctx: typer.Context, given: Path | None = None) -> Workspace:
    """The open workspace; BadInput when there is none or it cannot be read."""
    from campaigns.workspace import Workspace

    return Workspace.open(folder(ctx, given))


def instant_of(written: str) -> datetime:
    """The instant of `--at`, UTC when it names no zone; BadInput when it is none."""
    from campaigns.errors import BadInput
    from campaigns.workspace import instant

    try:
        return instant(datetime.fromisoformat(written))
    except ValueError:
        raise BadInput(
            f"--at {written!r} is not an instant; write it like 2017-10-17T14:00:00+00:00, UTC when no zone is given."
        ) from None


def command() -> str:
    """What to type for this command: `twinpilot` where it is on the path, else the file that was started."""
    return "twinpilot" if shutil.which("twinpilot") or Path(sys.argv[0]).name != "twinpilot" else sys.argv[0]


def flag(root: Path) -> str:
    """` --workspace X` for commands that a user is told to type, empty for the default folder."""
    return "" if root == DEFAULT_WORKSPACE else f" --workspace {root}"
