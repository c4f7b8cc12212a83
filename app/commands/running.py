"""`launch`, `status`, `stop`, `resume`: run an approved plan, see what runs, end it, go on after the program paused it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from campaigns.lifecycle import State
    from campaigns.store import Store
    from campaigns.workspace import Workspace
    from delivery.live import LaunchReport

STOP_SECONDS = 60
"""How long the kill switch tries to get between two ticks."""


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    for command in (launch, status, stop, resume):
        app.command(command.__name__)(command)


def launch(
    ctx: typer.Context,
    plan: PlanArgument,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue a launch whose process ended before the plan did.")
    ] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who launches (default: the workspace's owner).")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Run an approved plan against the sandbox audience, to the end of its follow-up."""
    from app.screen import as_json
    from app.wording import money, whole
    from campaigns.store import Store
    from delivery.srm_watch import paused_because

    done = launched(opened(ctx, workspace), plan, by, resume)
    if json:
        as_json(
            {
                "plan_id": done.plan_id,
                "started": done.started.isoformat(),
                "ended": done.ended.isoformat(),
                "ticks": done.ticks,
                "taken_up": done.taken_up,
                "accepted": done.accepted,
                "refused": done.refused,
                "spent_micros": done.spent_micros,
                "halted": done.halted,
                "stopped": done.stopped,
                "paused": done.paused,
            }
        )
        return
    if done.paused:
        why = paused_because(Store(opened(ctx, workspace)), plan)
        typer.echo(f"Plan {plan} is paused and sends nothing more: {why}")
        typer.echo(f"Next: twinpilot report {plan}{flag(folder(ctx, workspace))}, then twinpilot resume or stop it")
        return
    how = (
        "was stopped; followed up"
        if done.stopped
        else "sent no more when the control group showed harm; followed up"
        if done.halted
        else "ran"
    )
    typer.echo(
        f"Plan {plan} {how} to {done.ended:%Y-%m-%d}: {whole(done.accepted)} messages sent, {money(done.spent_micros)} spent."
    )
    typer.echo(f"Next: twinpilot report {plan}{flag(folder(ctx, workspace))}")


def launched(workspace: Workspace, plan: str, by: str | None = None, resume: bool = False) -> LaunchReport:
    """What the launch did; Refused, with nothing changed, unless exactly these bytes are approved and not launched yet.

    Once the campaign is over the twin is fitted anew from its control group, which is said in one line on stderr.
    """
    from app.refit import learnt_of
    from app.report.gather import outcome
    from app.screen import working
    from campaigns.store import Store
    from delivery.live import launch as run
    from simulator.sandbox import Sandbox

    with working("Running the campaign") as say:
        made = Store(workspace).plan(plan)
        done = run(
            workspace,
            made,
            Sandbox(workspace.settings.seed),
            by or workspace.settings.owner,
            progress=say,
            resume=resume,
        )
        say("comparing with the forecast")
        outcome(workspace, made)
        learnt = learnt_of(workspace, plan, say)
    typer.echo(learnt, err=True)
    return done


def status(ctx: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show the workspace's clock, its plans, what each launched plan has sent and spent, and the autonomy earned."""
    from app.screen import as_json, table
    from app.wording import STATES, day, money, whole
    from campaigns.store import Store
    from delivery.track_record import standings
    from policies.in_force import policies_in_force, waiting_upgrade

    opened_ = opened(ctx, workspace)
    store = Store(opened_)
    now, rows = store.now(), []
    for record in store.plans():
        sent, spent = _progress(opened_, record.plan_id, record.state)
        rows.append(
            {
                "plan_id": record.plan_id,
                "state": record.state,
                "sent": sent,
                "spent_micros": spent,
                "words": record.words,
            }
        )
    earned = standings(opened_, policies_in_force(opened_))
    if json:
        as_json({"now": now.isoformat(), "plans": rows, "autonomy": [standing.plain() for standing in earned]})
        return
    shown = [
        (
            str(row["plan_id"]),
            STATES[str(row["state"])],
            *(("–", "–") if row["sent"] is None else (whole(row["sent"]), money(row["spent_micros"]))),
            str(row["words"]),
        )
        for row in rows
    ]
    table(f"Workspace {folder(ctx, workspace)}, {day(now)}", ("Plan", "State", "#Sent", "#Spent", "Goal"), shown)
    levels = [(standing.action, standing.level.replace("_", " "), standing.because) for standing in earned]
    table("What the program may do by itself", ("Changes of", "Level", "Because"), levels)
    upgrade = waiting_upgrade(opened_)
    if upgrade:
        typer.echo(upgrade, err=True)


def stop(
    ctx: typer.Context,
    plan: Annotated[str | None, typer.Argument(metavar="[PLAN]", help="The plan to stop.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Stop every running plan and reject every approved one.")
    ] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who stops it (default: the workspace's owner).")] = None,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Kill switch: a stopped plan sends nothing more and cannot be started again; an approved one is rejected."""
    from campaigns.errors import BadInput
    from campaigns.store import Store

    store = Store(opened(ctx, workspace))
    if (plan is None) != everything:
        raise BadInput(
            "Say which plan to stop, like `twinpilot stop p-0123456789`, or `--all` for every running or approved plan."
        )
    ends = ("live", "paused", "approved")
    names = [record.plan_id for record in store.plans() if record.state in ends] if plan is None else [plan]
    for name in names:
        state = _stop(store, name, by or store.workspace.settings.owner, note)
        what = "stopped" if state == "stopped" else "rejected: its approval is withdrawn and it can no longer launch"
        typer.echo(f"Plan {name} is {what}.")
    if not names:
        typer.echo("No plan is running or approved.")


def resume(
    ctx: typer.Context,
    plan: PlanArgument,
    by: Annotated[str, typer.Option("--by", help="The person who looked into it.")],
    note: Annotated[str, typer.Option("--note", help="What was found out.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Set a plan live again that the program paused because its groups are not of the planned sizes."""
    from campaigns.store import Store
    from delivery.srm_watch import set_going

    store = Store(opened(ctx, workspace))
    set_going(store, plan, by, note, store.now())
    typer.echo(f"Plan {plan} is live again; what its groups show stays without a claim.")
    typer.echo(f"Next: twinpilot launch {plan} --resume{flag(folder(ctx, workspace))}")


def _stop(store: Store, plan: str, by: str, note: str) -> State:
    """The state that ends the plan: `rejected` for one that is only approved, else `stopped`.

    It is set between two ticks of a campaign that writes all the time, and also when a launch comes in between.

    SQLite's own waiting looks again every 100 ms and finds the next tick at work each time, so this looks every 2 ms.
    """
    from sqlalchemy.exc import OperationalError

    from campaigns.errors import Refused
    from campaigns.state import is_server

    at, until = store.now(), time.monotonic() + STOP_SECONDS
    while True:
        before = store.record(plan).state
        wanted: State = "rejected" if before == "approved" else "stopped"
        try:
            with store.workspace.session() as session:
                if not is_server(session.connection()):  # PostgreSQL queues whoever waits, and wakes them at once
                    session.connection().exec_driver_sql("PRAGMA busy_timeout=0")
                store.move(plan, wanted, by, at, note, session)
            return wanted
        except Refused:
            if store.record(plan).state == before:
                raise
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.002)


def _progress(workspace: Workspace, plan_id: str, state: str) -> tuple[int | None, int | None]:
    """Messages sent and micros spent by a launched plan; a pair of None before a launch."""
    from campaigns.store import Store
    from delivery.errors import NotLaunched
    from delivery.outbox.reading import OutboxReader

    if state not in ("live", "paused", "completed", "stopped"):
        return None, None
    plan = Store(workspace).plan(plan_id)
    reader = OutboxReader(workspace, plan, int(plan.audience.size.value))
    try:
        return reader.states().get("accepted", 0), reader.account().spent
    except NotLaunched:  # its process ended between taking the approval and opening the account
        return 0, 0
