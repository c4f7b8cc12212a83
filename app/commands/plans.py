"""`plan`, `plans`, `show`, `check`, `rehearse`: from a goal to a plan that a person can decide on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.context import GoalArgument, JsonOption, PlanArgument, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from agents.session import PlanOutcome
    from campaigns.workspace import Workspace


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    for command in (plan, plans, show, check, rehearse):
        app.command(command.__name__)(command)


def plan(
    ctx: typer.Context,
    goal: GoalArgument,
    by: Annotated[
        str | None, typer.Option("--by", help="Who asks (default: the workspace's owner); they cannot approve it.")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Plan a goal up to the point where a person decides; the same goal again continues or shows the same plan."""
    from app.commands.plans_shown import show_plan
    from app.record import record_of
    from app.screen import as_json

    outcome = planned(opened(ctx, workspace), goal, by)
    record = record_of(opened(ctx, workspace), outcome.plan_id)
    if json:
        as_json(record.plain())
    else:
        show_plan(record, flag(folder(ctx, workspace)))
    if outcome.status == "rejected":
        from app.wording import sentence
        from campaigns.errors import GateFailed

        raise GateFailed(f"Plan {outcome.plan_id} was rejected: {sentence(outcome.reasons)}")


def planned(workspace: Workspace, goal: str, by: str | None = None) -> PlanOutcome:
    """The outcome of planning a goal; BadInput, with nothing planned, while the goal is contradictory or incomplete."""
    from agents.session import plan_goal
    from app.screen import working
    from campaigns.errors import BadInput

    with working("Planning") as say:
        outcome = plan_goal(workspace, goal, progress=say, by=by)
    if outcome.status == "unclear":
        brief = outcome.brief
        if brief.conflicts:
            phrases = " and ".join(f"“{phrase}”" for phrase in brief.conflicts)
            raise BadInput(f"The goal contradicts itself in {phrases}; nothing was planned, say which one holds.")
        raise BadInput(f"{' '.join(brief.questions)} Nothing was planned; say it in the goal.")
    return outcome


def plans(ctx: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the plans of the workspace, oldest first."""
    from app.screen import as_json, table
    from app.wording import STATES
    from campaigns.store import Store

    found = Store(opened(ctx, workspace)).plans()
    if json:
        rows = [
            {
                "plan_id": row.plan_id,
                "state": row.state,
                "hash": row.plan_hash,
                "revision": row.revision,
                "words": row.words,
            }
            for row in found
        ]
        as_json({"plans": rows})
    else:
        table("Plans", ("Plan", "State", "Goal"), [(row.plan_id, STATES[row.state], row.words) for row in found])


def show(ctx: typer.Context, plan: PlanArgument, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show a plan: audience, messages, money, experiment, findings, rehearsal and decision."""
    from app.commands.plans_shown import show_plan
    from app.record import record_of
    from app.screen import as_json

    record = record_of(opened(ctx, workspace), plan)
    if json:
        as_json(record.plain())
    else:
        show_plan(record, flag(folder(ctx, workspace)))


def check(ctx: typer.Context, plan: PlanArgument, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Check a plan against the policies in force now; exit code 1 when one denies it."""
    from app.commands.plans_shown import show_findings
    from app.screen import as_json
    from campaigns.errors import GateFailed
    from campaigns.finding import denied
    from campaigns.store import Store
    from delivery.evidence import audited
    from policies.check import check as examine
    from policies.check import gravest_first
    from policies.in_force import policies_in_force
    from tools.audience.snapshot import load as load_snapshot

    opened_ = opened(ctx, workspace)
    store = Store(opened_)
    made, policies = store.plan(plan), policies_in_force(opened_)
    frame, now = load_snapshot(opened_, made.audience.snapshot_id), store.now()
    findings = gravest_first([*examine(made, frame, policies, now), *audited(opened_, made, frame, policies, now)])
    if json:
        as_json(
            {
                "plan_id": plan,
                "plan_hash": made.hash,
                "policy_hash": policies.hash,
                "findings": [f.plain() for f in findings],
            }
        )
    else:
        show_findings(findings)
    if denied(findings):
        rules = ", ".join(sorted({finding.rule for finding in findings if finding.severity == "deny"}))
        raise GateFailed(f"Plan {plan} is denied by {rules}; the remedies are listed above.")


def rehearse(
    ctx: typer.Context,
    plan: PlanArgument,
    runs: Annotated[
        int | None,
        typer.Option("--runs", help="The most paired runs, 200 to 10,000; they end early when the verdict is settled."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", help="Processes to rehearse with (default: by the work); they change no number."),
    ] = None,
    ray: Annotated[bool, typer.Option("--ray", help="Spread the runs over a Ray cluster (extra `ray`).")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Rehearse a plan in the twin as the workspace stands now; exit code 1 when the verdict is stop.

    Kept when these bytes were never rehearsed before; what a plan was decided by is never replaced.
    """
    from app.commands.plans_shown import show_rehearsal
    from app.screen import as_json, working
    from app.wording import sentence
    from campaigns.errors import GateFailed
    from campaigns.store import Store
    from policies.in_force import policies_in_force
    from simulator.rehearse import rehearse as run
    from tools.audience.snapshot import load as load_snapshot

    opened_ = opened(ctx, workspace)
    store = Store(opened_)
    made = store.plan(plan)
    with working("Rehearsing") as say:
        found = run(
            opened_,
            made,
            load_snapshot(opened_, made.audience.snapshot_id),
            policies_in_force(opened_),
            made.seed,
            runs=runs if runs is not None else opened_.settings.rehearsal_runs,
            progress=say,
            workers=workers,
            cluster=ray,
        )
    if store.rehearsal(made.hash) is None:
        store.save_rehearsal(plan, found)
    if json:
        as_json(found.plain())
    else:
        show_rehearsal(found)
    if found.verdict == "stop":
        raise GateFailed(f"The rehearsal of plan {plan} says stop: {sentence(found.reasons)}")
