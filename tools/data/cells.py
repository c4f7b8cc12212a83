"""What a cell of a user's file may hold: how its text becomes a typed value, and the rule a bad one is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from tools.data.errors import SourceFault
from tools.data.source_file import SourceFile
from tools.data.warehouse import Connection, literal, rows


@dataclass(frozen=True, slots=True)
class Cell:
    """SQL that turns the text `{v}` into a value, null when it breaks `rule` (words that finish "is not ...")."""

    sql: str
    rule: str

    def parse(self, column: str) -> str:
        """The SQL for this column."""
        return self.sql.replace("{v}", f'"{column}"')


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a user's file: its name, what its cells hold, and whether every row needs one."""

    name: str
    cell: Cell
    needed: bool = False


TEXT = Cell(
    "CASE WHEN length({v}) <= 500 AND NOT regexp_matches({v}, '[[:cntrl:]]') THEN {v} END",
    "plain text of at most 500 characters",
)
# Text without a zone is UTC: the session's zone is set by Ibis. Only digits may begin it, as 'infinity' is a date to DuckDB.
INSTANT = Cell(
    """CASE WHEN regexp_matches({v}, '^[0-9]{4}-')
       AND (try_cast({v} AS TIMESTAMPTZ) AT TIME ZONE 'UTC') BETWEEN '1970-01-01'::TIMESTAMP AND '2200-01-01'::TIMESTAMP
       THEN try_cast({v} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END""",
    "a date and time between 1970 and 2200 such as 2017-10-16T08:30:00Z",
)
DATE = Cell(
    """CASE WHEN regexp_full_match({v}, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00([.]0+)?)?)?')
       AND try_cast(left({v}, 10) AS DATE) BETWEEN '1970-01-01'::DATE AND '2200-01-01'::DATE
       THEN try_cast(left({v}, 10) AS DATE) END""",
    "a day between 1970 and 2200 such as 2017-10-16",
)
MONEY = Cell(
    """CASE WHEN try_cast({v} AS DECIMAL(18, 6)) BETWEEN 0 AND 1000000000
       THEN CAST(try_cast({v} AS DECIMAL(18, 6))::DECIMAL(38, 6) * 1000000 AS BIGINT) END""",
    "an amount from 0 to 1,000,000,000 written as a plain number such as 12.50",
)
MICROS = Cell(
    """CASE WHEN regexp_full_match({v}, '[0-9]{1,16}') AND try_cast({v} AS BIGINT) <= 1000000000000000
       THEN try_cast({v} AS BIGINT) END""",
    "a whole number of micros from 0 to 1,000,000,000,000,000",
)
WHOLE = Cell(
    "CASE WHEN regexp_full_match({v}, '[0-9]{1,12}([.]0*)?') THEN try_cast(split_part({v}, '.', 1) AS BIGINT) END",
    "a whole number from 0 up",
)
COUNTRY = Cell(
    "CASE WHEN regexp_full_match({v}, '[A-Za-z]{2}') THEN upper({v}) END", "a two-letter country code (ISO 3166)"
)
ADDRESS = Cell(
    r"""CASE WHEN lower("kind") = 'email' AND length({v}) <= 254 AND regexp_full_match({v}, '[^\s@,;<>]+@[^\s@,;<>]+') THEN {v}
       WHEN lower("kind") <> 'email' AND length({v}) <= 4096 AND regexp_full_match({v}, '[!-~]+') THEN {v} END""",
    "an e-mail address such as name@example.com, or a push token without spaces",
)
JSON = Cell("CASE WHEN json_valid({v}) THEN {v} END", "JSON text")


def one_of(values: Sequence[str]) -> Cell:
    """A cell that holds one of these words, in any case."""
    listed = ", ".join(literal(value) for value in values)
    return Cell(f"CASE WHEN lower({{v}}) IN ({listed}) THEN lower({{v}}) END", f"one of {', '.join(values)}")


def known_zone(column: str) -> str:
    """SQL for the IANA zone in the column, null when no such zone is known here."""
    return f'CASE WHEN "{column}" IN ({", ".join(literal(name) for name in sorted(available_timezones()))}) THEN "{column}" END'


def check(con: Connection, source: SourceFile, columns: Sequence[Column]) -> None:
    """Nothing, when every needed column is there and filled and every cell fits; SourceFault for the first that does not."""
    for column in columns:
        if column.needed and column.name not in source.columns:
            raise SourceFault(
                f"{source.name} has no column {column.name!r}, which is needed (it has {source.there}); "
                "add it or rename the column that holds it."
            )
    for column in columns:
        if column.name in source.columns:
            _check_cells(con, source, column)


def _check_cells(con: Connection, source: SourceFile, column: Column) -> None:
    cell = f'"{column.name}"'
    bad = f"{cell} IS NOT NULL AND ({column.cell.parse(column.name)}) IS NULL"
    empty = f"{cell} IS NULL" if column.needed else "false"
    found = rows(
        con,
        f"SELECT rowid + 1, {cell}, count(*) OVER () FROM {source.staged} WHERE ({bad}) OR ({empty}) ORDER BY rowid LIMIT 1",
    )
    if not found:
        return
    row, value, times = found[0]
    where = f"{source.name}, column {column.name!r}, data row {row}{_more(int(str(times)) - 1)}"
    if value is None:
        raise SourceFault(f"{where}: the cell is empty; fill it or take the row out.")
    raise SourceFault(f"{where}: {str(value)[:60]!r} is not {column.cell.rule}; mend the file and load it again.")


def _more(others: int) -> str:
    return f" (and {others:,} more)" if others else ""
