"""`brief`: how a goal is understood, without planning anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from app.context import GoalArgument, JsonOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from campaigns.brief import Brief, Target


def add(app: typer.Typer) -> None:
    """Put `brief` on the command line."""
    app.command("brief")(brief)


def brief(ctx: typer.Context, goal: GoalArgument, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show how a goal is understood: what its words say, what is assumed, asked, or contradictory."""
    from agents.intake import read_goal
    from app.screen import as_json

    found = read_goal(opened(ctx, workspace), goal)[1]
    if json:
        as_json(found.plain())
    else:
        show_brief(found)


def show_brief(found: Brief) -> None:
    """Print a brief as a table, then what was assumed, asked or contradictory."""
    from app.screen import table
    from app.wording import listed, money

    rows = [
        ("Objective", found.objective.replace("_", " ")),
        ("Measured by", found.primary_metric.replace("_", " ")),
        ("Population", found.population),
        ("Markets", listed(found.markets)),
        ("Channels", listed(found.channels)),
        ("Not by", listed(found.excluded_channels)),
        ("Budget", money(found.budget.amount_micros, found.budget.currency) if found.budget else "not said"),
        ("Window", f"{found.window.start} to {found.window.end} ({found.window.days} days)"),
        ("Contacts a week, at most", str(found.max_contacts_per_week)),
        ("Target", _target(found.target)),
        ("Never", listed(found.prohibitions)),
    ]
    table("How the goal is understood", ("", ""), rows)
    if found.assumptions:
        table("Assumed", ("Field", "Value", "Why"), [(a.field, a.value, a.why) for a in found.assumptions])
    for title, lines in (("To be answered before planning", found.questions), ("Contradictory", found.conflicts)):
        if lines:
            table(title, ("",), [(line,) for line in lines])


def _target(found: Target | None) -> str:
    from app.wording import decimal, percent

    if found is None:
        return "none"
    change = percent(found.relative) if found.relative is not None else decimal(found.absolute or 0)
    return f"{found.metric.replace('_', ' ')} {change}"
