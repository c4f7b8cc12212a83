"""`decide promote` and `decide policies`: the settings by which a running campaign decides, and who put them in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, flag, folder, opened

if TYPE_CHECKING:
    from campaigns.workspace import Workspace
    from delivery.decision_policy import Promoted
    from delivery.promotion import PromotionAsked

PolicyOption = Annotated[Path, typer.Option("--policy", help="A TOML file with the settings (see docs/decisions.md).")]


def add(group: typer.Typer) -> None:
    """Put the commands into the group `decide`."""
    group.command("promote")(promote)
    group.command("policies")(policies)


def promote(
    ctx: typer.Context,
    plan: PlanArgument,
    policy: PolicyOption,
    by: Annotated[str, typer.Option("--by", help="Who asks for it, or approves what somebody else asked for.")],
    why: Annotated[str, typer.Option("--note", help="Why.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come of it and keep nothing but that it was scored.")
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Score a decision policy on a running campaign's decisions and, once others said the same, decide by it from the next tick on."""
    from app.screen import as_json

    done = asked(opened(ctx, workspace), plan, policy, by, why, dry_run)
    change, scored = done.change, done.scored
    if json:
        as_json(
            {
                "change": change.plain(),
                "may_act": scored.leave.allowed,
                "reasons": list(scored.leave.reasons),
                "scored_on_version": scored.version,
                "decisions": len(scored.log.action),
                "effective": None if scored.score is None else round(scored.score.overlap.effective, 1),
                "promoted": None if done.promoted is None else done.promoted.plain(),
                "approved_by": list(done.approved_by),
                "people_missing": done.people_missing,
                "dry_run": dry_run,
            }
        )
        return
    typer.echo(" ".join(scored.leave.reasons))
    if done.promoted is not None:
        typer.echo(
            f"Plan {plan} decides by {_name(done.promoted)} from its next tick on "
            f"(approved by {', '.join(done.approved_by) or 'nobody'})."
        )
        return
    others = "one more person" if done.people_missing == 1 else f"{done.people_missing} more people"
    wanted = f"{others} must approve it" if done.people_missing else "nobody else has to approve it"
    if dry_run:
        typer.echo(
            f"It may take the place of version {change.before} of plan {plan}: {wanted}. Nothing was kept but that it was scored."
        )
        return
    typer.echo(f"{by} spoke for it as version {change.after} of plan {plan}; {wanted} before it decides.")
    typer.echo(
        f"Next: twinpilot decide promote {plan} --policy {policy} --by SOMEBODY-ELSE{flag(folder(ctx, workspace))}"
    )


def policies(
    ctx: typer.Context, plan: PlanArgument, workspace: WorkspaceOption = None, json: JsonOption = False
) -> None:
    """List the decision policies that a campaign had, who put each in force, and how many decisions each made."""
    from app.screen import as_json, table
    from app.wording import whole
    from campaigns.store import Store
    from delivery.decision_log import counted as counted_in
    from delivery.decision_policy import versions

    ws = opened(ctx, workspace)
    made = Store(ws).plan(plan)
    found = versions(ws, made)
    counted = counted_in(ws, plan)
    if json:
        as_json(
            {
                "plan_id": plan,
                "in_force": found[-1].version,
                "versions": [{**one.plain(), "decisions": counted.get(one.version, 0)} for one in found],
            }
        )
        return
    rows = [
        (
            str(one.version), one.policy.name, f"{one.at:%Y-%m-%d %H:%M}" if one.at else "not launched yet", one.by,
            ", ".join(one.approved_by) or "–", whole(counted.get(one.version, 0)), _settings(one),
        )
        for one in found
    ]  # fmt: skip
    title = f"Decision policies of plan {plan}; the last is in force"
    table(title, ("#Version", "Name", "Since", "By", "Approved by", "#Decisions", "Settings"), rows)


def asked(workspace: Workspace, plan_id: str, file: Path, by: str, why: str, dry_run: bool) -> PromotionAsked:
    """What came of it; BadInput or Refused, with nothing changed, when it cannot be."""
    from app.screen import working
    from campaigns.store import Store
    from delivery.decide import read_policy
    from delivery.promotion import promote as promoted
    from delivery.roster import Roster
    from policies.clock import trusted
    from policies.in_force import policies_in_force
    from tools.audience.snapshot import load

    policy = read_policy(file)
    store = Store(workspace)
    plan = store.plan(plan_id)
    now = trusted(store, plan)
    with working("Scoring the decision policy on what was decided"):
        roster = Roster.build(plan, load(workspace, plan.audience.snapshot_id))
        return promoted(workspace, plan, roster, policy, by, policies_in_force(workspace), now, why, dry_run)


def _name(one: Promoted) -> str:
    return f"decision policy {one.version} ({one.policy.name})"


def _settings(one: Promoted) -> str:
    plain = one.policy.model_dump(exclude={"name"})
    return ", ".join(f"{name} {value:g}" for name, value in plain.items())
