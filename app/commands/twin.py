"""`twin`: what the digital twin has learnt, its own record, and what would be if the plan were another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, opened

if TYPE_CHECKING:
    from app.commands.twin_shown import Row


def add(app: typer.Typer) -> None:
    """Put the group `twin` on the command line."""
    twin = typer.Typer(help="The digital twin: what it learnt, and its own record.", no_args_is_help=True)
    twin.command("fit")(fit)
    twin.command("passport")(passport)
    twin.command("whatif")(whatif)
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
    from app.commands.twin_shown import parameters, plain, show
    from app.refit import refitted
    from app.screen import as_json, working
    from simulator.fitting.trial_file import read_trial

    ws = opened(ctx, workspace)
    given = [read_trial(path) for path in test or ()]
    with working("Fitting the twin") as say:
        found, version = refitted(ws, given, say)
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
    from dataclasses import asdict

    from app.commands.passport_shown import of_own, of_plan, of_workspace
    from app.screen import as_json, table, working
    from campaigns.errors import BadInput
    from campaigns.store import Store

    ws = opened(ctx, workspace)
    store = Store(ws)
    if plan is None:
        from simulator.fitting.stored import kept_forecasts
        from simulator.passport import history_of, of_everybody

        now, seed = store.now(), ws.settings.seed
        with working("Foretelling earlier campaigns"):
            history = of_everybody(ws, now, seed, history_of(ws, now, seed))
        kept = kept_forecasts(ws)
        if json:
            as_json({**history.plain(), "own_campaigns": [{**asdict(one), "error": one.error} for one in kept]})
        else:
            table("The twin's passport for this workspace", ("", ""), [*of_workspace(history), *of_own(kept)])
        return
    rehearsal = store.rehearsal(store.plan(plan).hash)
    if rehearsal is None:
        raise BadInput(f"Plan {plan} was not rehearsed with these bytes; run `twinpilot rehearse {plan}`.")
    if json:
        as_json(rehearsal.passport.plain())
    else:
        table(f"The twin's passport for plan {plan}", ("", ""), of_plan(rehearsal.passport))


def whatif(
    ctx: typer.Context,
    plan: PlanArgument,
    budget: Annotated[
        str | None, typer.Option("--budget", help="Factors on the most that the plan may spend, like 0.5,1,2.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option("--audience", help="Shares of the people, the best first, like 0.25,0.5,1.")
    ] = None,
    cadence: Annotated[str | None, typer.Option("--cadence", help="Messages a week, like 1,2,3.")] = None,
    depth: Annotated[
        str | None, typer.Option("--depth", help="Factors on the offers' face value, like 0.5,1,2.")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", help="Paired runs a point, 10 to 2,000.")] = 40,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The folder for whatif.png and whatif.json (default: whatif/PLAN in the workspace)."
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Rehearse a plan with other money, fewer people, another cadence or deeper offers; the plan stays as it is.

    Without any axis: --budget 0.5,1,2 and --audience 0.25,0.5,1. Every combination is a point, 60 at most.
    """
    from agents.slots import weekly_slots
    from app.commands.whatif_picture import writable, written
    from app.commands.whatif_shown import factors, plain, show, whole
    from app.screen import as_json, working
    from campaigns.store import Store
    from policies.in_force import policies_in_force
    from simulator.whatif import what_if
    from simulator.whatif_points import points, present
    from tools.audience.snapshot import load as load_snapshot

    ws = opened(ctx, workspace)
    made = Store(ws).plan(plan)
    asked = (
        factors("budget", budget),
        factors("audience", audience),
        whole("cadence", cadence),
        factors("depth", depth),
    )
    if not any(asked):
        asked = ((0.5, 1.0, 2.0), (0.25, 0.5, 1.0), (), ())
    tried = points(present(len(made.slots)), *asked)
    kept_in = out or ws.folder("whatif") / plan
    writable(kept_in)
    people = load_snapshot(ws, made.audience.snapshot_id)
    with working("Asking what if") as say:
        found = what_if(ws, made, people, policies_in_force(ws), tried, weekly_slots, runs, say)
        say("drawing the picture")
        files = written(found, kept_in)
    if json:
        as_json({**plain(found), "files": [str(file) for file in files]})
    else:
        show(found, files)
