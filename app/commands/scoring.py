"""`decide score`: another policy scored on what a launched plan decided, before it may act."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import promoting, reasons
from app.context import JsonOption, PlanArgument, WorkspaceOption, opened

if TYPE_CHECKING:
    from campaigns.plan import Plan
    from campaigns.workspace import Workspace
    from delivery.off_policy import Estimate, Leave, Score


@dataclass(frozen=True)
class Scored:
    """A target's score on a plan: from its decisions, or, where `fallback` says why not, from its messages alone."""

    plan: Plan
    score: Score
    people: int
    incremental: float
    incremental_error: float
    fallback: str
    leave: Leave


def add(app: typer.Typer) -> None:
    """Put the group `decide` on the command line."""
    group = typer.Typer(
        help="Ask why somebody gets what, and what another way of deciding would be worth.", no_args_is_help=True
    )
    reasons.add(group)
    group.command("score")(score)
    promoting.add(group)
    app.add_typer(group, name="decide")


def score(
    ctx: typer.Context,
    plan: PlanArgument,
    target: Annotated[
        str,
        typer.Option(
            "--target",
            help="greedy, uniform, a creative's id, a CSV file, or a decision policy's TOML file (see docs/off-policy.md).",
        ),
    ] = "greedy",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Score a policy on a plan's decisions by their logged propensities; say whether it may act.

    A decision policy is scored on a plan that still runs, too, by the decisions of the version in force.
    """
    from app.screen import as_json, table

    made = scored(opened(ctx, workspace), plan, target)
    found, leave = made.score, made.leave
    if json:
        as_json(
            {
                "plan_id": plan,
                "target": target,
                "label": found.label,
                "may_act": leave.allowed,
                "reasons": list(leave.reasons),
                "basis": "messages" if made.fallback else "decisions",
                "fallback": made.fallback,
                "unit": f"{_currency(made.plan)} per {found.per}",
                "level": found.level,
                "people": made.people,
                "logged_rows": found.overlap.decisions,
                "rows_in_common": found.overlap.acted,
                "effective": round(found.overlap.effective, 1),
                "incremental_share": {"value": made.incremental, "error": made.incremental_error},
                "logged": _plain(found.logged),
                "gain": None if found.gain is None else _plain(found.gain),
                "estimates": {name: _plain(one) for name, one in found.estimates.items()},
            }
        )
        return
    if made.fallback:
        typer.echo(f"{made.fallback} Only its messages are scored, by IPS and SNIPS.", err=True)
    table(
        f"Target {target} on the {'messages' if made.fallback else 'decisions'} of plan {plan}",
        ("", "#Value", f"#{found.level * 100:.4g}% interval"),
        _rows(made),
    )
    typer.echo("May act." if leave.allowed else "May not act.")
    for reason in leave.reasons:
        typer.echo(f"  {reason}")


def scored(workspace: Workspace, plan_id: str, target: str) -> Scored:
    """The target's score on the plan's decisions, or on its messages where those are not kept; BadInput when the plan
    or the target cannot be had."""
    from app.screen import working
    from campaigns.store import Store
    from delivery.decide import read_policy
    from delivery.decision_policy import versions
    from delivery.off_policy import BadLogs, may_act
    from delivery.off_policy.contacts import contacts_of, score_contacts
    from delivery.off_policy.decided_by import score_policy
    from delivery.off_policy.decisions import decisions_of, not_kept, score_decisions
    from delivery.off_policy.messages import messages_of
    from delivery.off_policy.targets import target_of
    from delivery.roster import Roster
    from tools.audience.snapshot import load

    with working("Scoring a policy on what was decided") as say:
        plan = Store(workspace).plan(plan_id)
        roster = Roster.build(plan, load(workspace, plan.audience.snapshot_id))
        say("reading messages and what came of them")
        if target.endswith(".toml"):
            by = score_policy(workspace, plan, roster, read_policy(Path(target)), versions(workspace, plan)[-1].version)
            if by.score is None:
                raise BadLogs(by.leave.reasons[0])
            return Scored(
                plan, by.score, len(roster.treated), by.log.incremental, by.log.incremental_error, "", by.leave
            )
        sent = messages_of(workspace, plan, roster)
        wanted = target_of(plan, roster, target)
        fallback = not_kept(workspace, plan)
        if fallback:
            say("weighing messages by how likely the target is to send them")
            found = score_contacts(contacts_of(sent, roster, len(plan.creatives)), wanted)
        else:
            say("weighing decisions by how likely the target is to take them")
            log = decisions_of(workspace, plan, roster, sent)
            found = score_decisions(log, log.by_person(wanted))
        return Scored(
            plan, found, len(roster.treated), sent.incremental, sent.incremental_error, fallback, may_act(found)
        )


NAMES = {
    "ips": "inverse propensity (IPS)",
    "snips": "self-normalised (SNIPS)",
    "dm": "direct, by the reward model (DM)",
    "dr": "doubly robust (DR)",
    "switch_dr": "switch-DR",
}


def _rows(made: Scored) -> list[tuple[str, str, str]]:
    from app.wording import percent, whole

    found, currency = made.score, _currency(made.plan)
    what = "messages" if made.fallback else "decisions"
    rows = [
        (f"{what} logged, people treated", f"{whole(found.overlap.decisions)}, {whole(made.people)}", ""),
        (f"{what} that the target may take too", whole(found.overlap.acted), ""),
        (f"{what} they count like", whole(found.overlap.effective), ""),
        ("incremental share of credited margin", percent(made.incremental), f"standard error {percent(made.incremental_error)}"),
        (f"logged policy, per {found.per}", *_money(found.logged, currency)),
    ]  # fmt: skip
    for name, one in found.estimates.items():
        per = "message it sends" if name == "snips" and made.fallback else found.per
        rows.append((f"target, per {per}: {NAMES[name]}", *_money(one, currency)))
    if found.gain is not None:
        rows.append((f"target less logged policy, per {found.per}", *_money(found.gain, currency)))
    return rows


def _money(found: Estimate, currency: str) -> tuple[str, str]:
    from app.wording import money
    from campaigns.money import MICROS

    value, low, high = (
        "–" if one is None else money(one * MICROS, currency, 4) for one in (found.value, found.low, found.high)
    )
    return value, "none" if found.low is None else f"{low} to {high}"


def _currency(plan: Plan) -> str:
    return plan.brief.budget.currency if plan.brief.budget else "USD"


def _plain(found: Estimate) -> dict[str, float | None]:
    return {"value": found.value, "low": found.low, "high": found.high, "error": found.error}
