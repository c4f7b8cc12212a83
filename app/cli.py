"""The `twinpilot` command: its groups in the order of the loop, and the options that stand before a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands import (
    data,
    decisions,
    demo,
    moving,
    plans,
    policy,
    predicting,
    quality,
    reporting,
    running,
    scoring,
    twin,
    understanding,
)
from app.front import FrontDoor

GROUPS = (
    demo,
    data,
    understanding,
    plans,
    policy,
    decisions,
    running,
    moving,
    reporting,
    scoring,
    predicting,
    twin,
    quality,
)


def build() -> typer.Typer:
    """The command line with every group on it."""
    app = typer.Typer(
        name="twinpilot",
        cls=FrontDoor,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="A goal in words becomes a campaign that is checked, rehearsed, approved, run and measured.",
    )

    @app.callback()
    def before(
        ctx: typer.Context,
        workspace: Annotated[
            Path | None,
            typer.Option(
                "--workspace",
                "-w",
                help="The workspace's folder (default .twinpilot).",
                envvar="TWINPILOT_WORKSPACE",
                show_envvar=False,
            ),
        ] = None,
    ) -> None:
        ctx.obj = workspace

    for group in GROUPS:
        group.add(app)
    return app


def main() -> None:
    """Entry point of the `twinpilot` script."""
    build()()


if __name__ == "__main__":
    main()
