"""`decide score`: another policy scored on what a launched plan sent, before it may act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, PlanArgument, WorkspaceOption, opened

if TYPE_CHECKING:
    from campaigns.plan import Plan
    from campaigns.workspace import Workspace
    from delivery.off_policy import Estimate, Score
    from delivery.off_policy.contacts import ContactLog


def add(app: typer.Typer) -> None:
    """Put the group `decide` on the command line."""
    group = typer.Typer(help="Ask what another way of deciding would have been worth.", no_args_is_help=True)
    group.command("score")(score)
    app.add_typer(group, name="decide")


def score(
    ctx: typer.Context,
    plan: PlanArgument,
    target: Annotated[
        str,
        typer.Option("--target", help="greedy, uniform, a creative's id, or a CSV file (see docs/off-policy.md)."),
    ] = "greedy",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Score a policy on a completed plan's messages by their logged propensities; say whether it may act."""
    from app.screen import as_json, table
    from delivery.off_policy import may_act

    made, log, found = scored(opened(ctx, workspace), plan, target)
    leave = may_act(found)
    if json:
        as_json(
            {
                "plan_id": plan,
                "target": target,
                "label": found.label,
                "may_act": leave.allowed,
                "reasons": list(leave.reasons),
                "unit": _currency(made),
                "level": found.level,
                "people": log.people,
                "messages": found.overlap.decisions,
                "messages_in_common": found.overlap.acted,
                "effective": round(found.overlap.effective, 1),
                "incremental_share": {"value": log.incremental, "error": log.incremental_error},
                "logged": _plain(found.logged),
                "gain": None if found.gain is None else _plain(found.gain),
                "estimates": {name: _plain(one) for name, one in found.estimates.items()},
            }
        )
        return
    table(
        f"Target {target} on the messages of plan {plan}",
        ("", "#Value", f"#{found.level:.0%} interval"),
        _rows(made, log, found),
    )
    typer.echo("May act." if leave.allowed else "May not act.")
    for reason in leave.reasons:
        typer.echo(f"  {reason}")


def scored(workspace: Workspace, plan_id: str, target: str) -> tuple[Plan, ContactLog, Score]:
    """The plan, its messages as a log, and the target's score on it; BadInput when one of them cannot be had."""
    from app.screen import working
    from campaigns.store import Store
    from delivery.off_policy.contacts import contacts_of, score_contacts
    from delivery.off_policy.targets import target_of
    from delivery.roster import Roster
    from tools.audience.snapshot import load

    with working("Scoring a policy on what was sent") as say:
        plan = Store(workspace).plan(plan_id)
        roster = Roster.build(plan, load(workspace, plan.audience.snapshot_id))
        say("reading messages and what came of them")
        log = contacts_of(workspace, plan, roster)
        say("weighing them by how likely the target is to send them")
        return plan, log, score_contacts(log, target_of(plan, roster, target))


def _rows(plan: Plan, log: ContactLog, found: Score) -> list[tuple[str, str, str]]:
    from app.wording import percent, whole

    currency, share = _currency(plan), log.incremental
    rows = [
        ("messages sent, people treated", f"{whole(found.overlap.decisions)}, {whole(log.people)}", ""),
        ("messages that the target may send too", whole(found.overlap.acted), ""),
        ("messages they count like", whole(found.overlap.effective), ""),
        ("incremental share of credited margin", percent(share), f"standard error {percent(log.incremental_error)}"),
        ("logged policy, per treated person", *_money(found.logged, currency)),
    ]
    names = {"ips": "target, per treated person (IPS)", "snips": "target, per message it sends (SNIPS)"}
    rows += [(names[name], *_money(one, currency)) for name, one in found.estimates.items()]
    if found.gain is not None:
        rows.append(("target less logged policy, per treated person", *_money(found.gain, currency)))
    return rows


def _money(found: Estimate, currency: str) -> tuple[str, str]:
    from app.wording import money
    from campaigns.money import MICROS

    value, low, high = (
        "–" if one is None else money(one * MICROS, currency, 4) for one in (found.value, found.low, found.high)
    )
    return value, f"{low} to {high}"


def _currency(plan: Plan) -> str:
    return plan.brief.budget.currency if plan.brief.budget else "USD"


def _plain(found: Estimate) -> dict[str, float | None]:
    return {"value": found.value, "low": found.low, "high": found.high, "error": found.error}
