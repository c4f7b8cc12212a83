"""The version of the loaded data: a digest of the rows, whatever order they were written in."""

from __future__ import annotations

from campaigns.border import digest
from campaigns.workspace import Workspace
from tools.data.tables import TABLES, Table
from tools.data.warehouse import Connection, connect, rows

LAYOUT = 2
"""Raised when the canonical tables change their meaning, so that older plans are not taken for plans on the same data."""


def data_version(ws: Workspace) -> str:
    """The 16 hex digits stored when the data were loaded; WarehouseFault when there are none."""
    con = connect(ws)
    try:
        return str(rows(con, "SELECT body FROM load_facts WHERE name = 'data_version'")[0][0])
    finally:
        con.disconnect()


def compute_version(con: Connection) -> str:
    """16 hex digits over every row of the six tables: equal tables give equal digits on any machine.

    Rows are combined by adding up half of each row's MD5, so their order does not count and repeated rows do
    (Bellare and Micciancio, 1997, the AdHash construction).
    """
    return digest({"layout": LAYOUT, "tables": {name: _sum(con, table) for name, table in TABLES.items()}}, 16)


def _sum(con: Connection, table: Table) -> list[str]:
    # Control characters keep a null apart from an empty text and one column apart from the next.
    parts = ", ".join(f"coalesce({name}::VARCHAR, chr(30))" for name in table.names)
    query = (
        f"SELECT count(*), coalesce(sum(md5_number_lower(concat_ws(chr(31), {parts}))::HUGEINT), 0) FROM {table.name}"
    )
    return [str(value) for value in rows(con, query)[0]]
