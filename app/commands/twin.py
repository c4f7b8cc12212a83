"""`twin`: what the digital twin has learnt, and its own record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from app.commands.twin_shown import Row


def add(app: typer.Typer) -> None:
    """Put the group `twin` on the command line."""
    twin = typer.Typer(help="The digital twin: what it learnt, and its own record.", no_args_is_help=True)
    twin.command("fit")(fit)
    twin.command("passport")(passport)
    app.add_typer(twin, name="twin")


def fit(
    ctx: typer.Context,
    test: Annotated[
        list[Path] | None,
        typer.Option(
            "--test",
            help="A CSV or Parquet file of a randomised test, one row per person: person_id, treated, channel, offer, "
            "conversions, and what was tracked of messages, opens, clicks, redemptions, days. May be repeated.",
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Learn behaviour from the workspace's events, campaigns and tests; rehearsals then draw from what was learnt."""
    from dataclasses import replace

    from app.commands.twin_shown import parameters, plain, show
    from app.screen import as_json, working
    from campaigns.store import Store
    from simulator.calibration import fit_workspace
    from simulator.fitting.live import lived, remember
    from simulator.fitting.stored import kept_trials, merged, save
    from simulator.fitting.trial_file import read_trial

    ws = opened(ctx, workspace)
    given = [read_trial(path) for path in test or ()]
    with working("Fitting the twin") as say:
        say("reading finished campaigns and their holdouts")
        campaigns = lived(ws)
        tests = merged(kept_trials(ws), [*given, *campaigns.trials])
        made = fit_workspace(ws, Store(ws).now(), tests, say)
        found = replace(made, forecasts=campaigns.errors, silent=campaigns.gaps)
        say("keeping the fit")
        version = save(ws, found)
        remember(ws, campaigns)
    rows: list[Row] = parameters(found)
    if json:
        as_json(plain(found, version, rows))
    else:
        show(found, version, rows)


def passport(
    ctx: typer.Context,
    plan: Annotated[
        str | None, typer.Argument(metavar="[PLAN]", help="A rehearsed plan's id; all campaigns without it.")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Show how well the twin would have foretold earlier weeks and campaigns, and where it has no support."""
    from app.commands.passport_shown import of_plan, of_workspace
    from app.screen import as_json, table, working
    from campaigns.errors import BadInput
    from campaigns.store import Store

    ws = opened(ctx, workspace)
    store = Store(ws)
    if plan is None:
        from simulator.passport import history_of

        with working("Foretelling earlier campaigns"):
            history = history_of(ws, store.now(), ws.settings.seed)
        if json:
            as_json(history.plain())
        else:
            table("The twin's passport for this workspace", ("", ""), of_workspace(history))
        return
    rehearsal = store.rehearsal(store.plan(plan).hash)
    if rehearsal is None:
        raise BadInput(f"Plan {plan} was not rehearsed with these bytes; run `twinpilot rehearse {plan}`.")
    if json:
        as_json(rehearsal.passport.plain())
    else:
        table(f"The twin's passport for plan {plan}", ("", ""), of_plan(rehearsal.passport))
