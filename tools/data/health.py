"""What the loaded data can carry: how much, how late, how complete and how duplicated they are, and what that costs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from campaigns.border import Border
from campaigns.store import Store
from campaigns.workspace import Workspace
from tools.data.gaps import Gap, gaps
from tools.data.tables import TABLES, Table
from tools.data.warehouse import Connection, connect, count, literal, rows, utc_naive

Share = Annotated[float, Field(ge=0, le=1)]

DUPLICATES = {
    "people": "SELECT 0",
    "identifiers": """SELECT count(*) FROM (SELECT person_id, count(DISTINCT person_id) OVER (PARTITION BY kind, value) AS holders
                      FROM identifiers) WHERE holders > 1""",
    "events": """SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT * EXCLUDE (event_id, arrived_at)
                 FROM seen WHERE kind = 'purchase')) FROM seen WHERE kind = 'purchase'""",
    "consents": "SELECT 0",
    "products": "SELECT 0",
    "campaigns": "SELECT 0",
}
"""Loading refuses a repeated key. Left are addresses that several people hold, and purchase lines that repeat another
in all but their id and arrival."""


class TableHealth(Border):
    """One canonical table as it is known at the workspace's instant.

    `rows` had arrived by then, `later_rows` had not. `completeness` is the share of rows in which a column is filled.
    Lateness is hours from the event to its arrival: the median and the 95th percentile. `origins` says who made the rows.
    """

    name: str
    rows: int
    later_rows: int
    latest_arrival: AwareDatetime | None
    completeness: dict[str, Share]
    duplicates: int
    lateness_hours_median: float | None
    lateness_hours_p95: float | None
    origins: tuple[str, ...]


class Health(Border):
    """The data of a workspace at `now`: each table, what is missing with its cost, and the notes of the load."""

    source: str
    data_version: str
    now: AwareDatetime
    tables: tuple[TableHealth, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]


def health(ws: Workspace) -> Health:
    """The health of the workspace's data at its instant; BadInput when there are none or they cannot be read."""
    con = connect(ws)
    try:
        now = Store(ws).now()
        facts = rows(con, "SELECT name, body FROM load_facts ORDER BY position")
        named = {str(name): str(body) for name, body in facts if name != "note"}
        return Health(
            source=named["source"],
            data_version=named["data_version"],
            now=now,
            tables=tuple(_table(con, table, now) for table in TABLES.values()),
            gaps=gaps(con, now),
            notes=tuple(str(body) for name, body in facts if name == "note"),
        )
    finally:
        con.disconnect()


def _table(con: Connection, table: Table, now: datetime) -> TableHealth:
    at = table.known_at
    known = f"{at} <= TIMESTAMP {literal(str(utc_naive(now)))}" if at else "true"
    seen = f"WITH seen AS (SELECT * FROM {table.name} WHERE {known})"
    filled = ", ".join(f"count({name})" for name in table.names)
    latest = f"max({at})" if at else "NULL"
    late = "date_diff('second', occurred_at, arrived_at) / 3600.0" if table.name == "events" else "NULL::DOUBLE"
    found = rows(
        con,
        f"{seen} SELECT {latest}, quantile_cont({late}, 0.5), quantile_cont({late}, 0.95), count(*), {filled} FROM seen",
    )[0]
    total = int(str(found[3]))
    origins = rows(con, f"{seen} SELECT DISTINCT origin FROM seen ORDER BY origin")
    return TableHealth(
        name=table.name,
        rows=total,
        later_rows=count(con, f"SELECT count(*) FROM {table.name}") - total,
        latest_arrival=found[0].replace(tzinfo=UTC) if isinstance(found[0], datetime) else None,
        completeness={
            name: int(str(n)) / total if total else 0.0 for name, n in zip(table.names, found[4:], strict=True)
        },
        duplicates=count(con, f"{seen} {DUPLICATES[table.name]}"),
        lateness_hours_median=_hours(found[1]),
        lateness_hours_p95=_hours(found[2]),
        origins=tuple(str(row[0]) for row in origins),
    )


def _hours(value: object) -> float | None:
    return None if value is None else round(float(str(value)), 2)
