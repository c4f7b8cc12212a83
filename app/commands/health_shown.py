"""How the health of the data and the end of a load read on the screen."""

from __future__ import annotations

from pathlib import Path

from app.context import flag
from app.screen import answer, table
from app.wording import day, decimal, listed, percent, whole
from tools.data.health import Health


def show_health(found: Health) -> None:
    """Print one line per table, then what is missing and what that costs."""
    rows = [
        (
            part.name,
            whole(part.rows),
            whole(part.later_rows),
            percent(min(part.completeness.values(), default=0.0)),
            min(part.completeness, key=lambda name: part.completeness[name], default="–"),
            whole(part.duplicates),
            "–" if part.lateness_hours_median is None else f"{decimal(part.lateness_hours_median)} h",
            listed(part.origins),
        )
        for part in found.tables
    ]
    columns = (
        "Table",
        "#Rows",
        "#Not arrived yet",
        "#Least filled",
        "Column",
        "#Duplicates",
        "#Usually late by",
        "Made by",
    )
    table(f"{found.source}, as known on {day(found.now)} (data {found.data_version})", columns, rows)
    if found.gaps:
        missing = [
            (gap.missing, f"{whole(gap.affected)} of {whole(gap.total)} {gap.unit}", gap.cost) for gap in found.gaps
        ]
        table("What is missing, and what that costs", ("Missing", "#Affected", "So"), missing)
    _notes(found)


def show_load(found: Health, root: Path) -> None:
    """Print what was loaded and what can be done next."""
    table(
        f"Loaded: {found.source}",
        ("Table", "#Rows"),
        [(part.name, whole(part.rows + part.later_rows)) for part in found.tables],
    )
    _notes(found)
    answer().print(
        f'The workspace is in {root}; its clock stands at {day(found.now)}. Next: twinpilot plan "GOAL"{flag(root)}',
        markup=False,
        soft_wrap=True,
    )


def _notes(found: Health) -> None:
    for note in found.notes:
        answer().print(f"· {note}", markup=False)
