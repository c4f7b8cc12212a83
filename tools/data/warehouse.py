"""The workspace's DuckDB file through Ibis: opened for reading, seen as of an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from campaigns.workspace import Workspace, instant
from tools.data.errors import WarehouseFault
from tools.data.tables import CAMPAIGNS, TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    Connection: TypeAlias = Backend
else:
    Connection: TypeAlias = object

MEMORY = "1GB"
READING_THREADS = 2


def connect(ws: Workspace) -> Connection:
    """A read-only Ibis connection to the six canonical tables; close it with `.disconnect()`.

    WarehouseFault when the file is missing, is damaged, or holds other tables.
    """
    path = ws.data_path
    if not path.is_file():
        raise WarehouseFault(
            f"The workspace {ws.root} has no data yet; run `twinpilot init --sample` or `twinpilot data load`."
        )
    import duckdb

    try:
        con = open_file(path, read_only=True)
        found = {
            str(row[0])
            for row in rows(con, "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")
        }
    except (duckdb.Error, OSError) as error:
        raise _damaged(path, str(error).splitlines()[0]) from None
    if CAMPAIGNS.name not in found and found:
        # A file from before designs were kept has none: an empty table of this connection stands in for them.
        con.raw_sql(CAMPAIGNS.ddl.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    missing = sorted({*TABLES, "load_facts"} - found - {CAMPAIGNS.name})
    # DuckDB opens a file that was cut off and fails only when it reads the part that is gone.
    stored = count(
        con, "SELECT block_size * total_blocks FROM pragma_database_size() WHERE database_name = current_database()"
    )
    if path.stat().st_size < stored:
        con.disconnect()
        raise _damaged(path, f"it should have {stored:,} bytes and has {path.stat().st_size:,}")
    if missing:
        con.disconnect()
        raise _damaged(path, f"it has no table {missing[0]}")
    return con


def open_file(path: Path, *, read_only: bool) -> Connection:
    """An Ibis connection to any DuckDB file, held to 1 GB of memory; two threads read, one writes."""
    import ibis

    # A second writing thread doubles the processor time of a load (measured on DuckDB 1.5) and gains nothing when
    # the cores are busy.
    threads = READING_THREADS if read_only else 1
    return ibis.duckdb.connect(path, read_only=read_only, threads=threads, memory_limit=MEMORY)


def rows(con: Connection, query: str) -> Sequence[tuple[object, ...]]:
    """The rows of a DuckDB query as tuples."""
    found: Sequence[tuple[object, ...]] = con.raw_sql(query).fetchall()
    return found


def count(con: Connection, query: str) -> int:
    """The whole number that a DuckDB query answers in its first column and row."""
    return int(str(rows(con, query)[0][0]))


def literal(text: str) -> str:
    """The text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def visible(con: Connection, table: str, now: datetime) -> ir.Table:
    """The canonical table as it was known at `now`: rows that arrived (consents: were recorded) later are left out.

    `people`, `identifiers` and `products` have no arrival time and come whole. A naive `now` is taken to be UTC.
    """
    known_at = TABLES[table].known_at
    seen = con.table(table)
    return seen if known_at is None else seen.filter(seen[known_at] <= utc_naive(now))


def categories(ws: Workspace) -> tuple[str, ...]:
    """The names of the product categories in the data, sorted; empty when there is no product list."""
    con = connect(ws)
    try:
        found = rows(con, "SELECT DISTINCT category FROM products WHERE category IS NOT NULL ORDER BY category")
        return tuple(str(row[0]) for row in found)
    finally:
        con.disconnect()


def utc_naive(at: datetime) -> datetime:
    """The instant as the tables hold it: UTC, without a zone."""
    return instant(at).astimezone(UTC).replace(tzinfo=None)


def _damaged(path: Path, why: str) -> WarehouseFault:
    return WarehouseFault(
        f"The data file {path} cannot be read ({why}); load again with `twinpilot init --sample` or `twinpilot data load`."
    )
