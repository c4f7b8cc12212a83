"""A user's CSV or Parquet file, found in a folder and read as rows of text with lower-case column names."""

from __future__ import annotations

import csv
import glob
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tools.data.errors import SourceFault
from tools.data.warehouse import Connection, count, literal, rows

ENDINGS = (".csv", ".parquet")
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A staged file: its name, the temporary table `staged` that holds its rows as text, and its columns.

    `columns` are those that were wanted and are there, `unused` the file's others. The staged table's `rowid` counts
    the file's data rows from 0.
    """

    name: str
    staged: str
    columns: tuple[str, ...]
    unused: tuple[str, ...]

    @property
    def there(self) -> str:
        """Every column of the file, in words."""
        return ", ".join((*self.columns, *self.unused)) or "none with a name"


def find(folder: Path, table: str) -> Path | None:
    """The file `table`.csv or `table`.parquet of the folder, None when neither is there; SourceFault when both are."""
    there = [path for path in (folder / f"{table}{ending}" for ending in ENDINGS) if path.is_file()]
    if len(there) > 1:
        raise SourceFault(
            f"The folder {folder} has both {there[0].name} and {there[1].name}; keep the one that should be loaded."
        )
    return there[0] if there else None


def stage(con: Connection, path: Path, table: str, wanted: Collection[str]) -> SourceFile:
    """The file's rows in a temporary table with the wanted columns, every cell text (trimmed, empty is null).

    SourceFault when it cannot be read, has no rows, or names a column twice.
    """
    try:
        header = _csv_header(path) if path.suffix == ".csv" else _parquet_header(con, path)
        names = tuple(name.strip().casefold() for name in header[0])
        twice = [name for name, times in Counter(names).items() if times > 1 and name]
        if twice:
            raise SourceFault(f"{path.name} has the column {twice[0]!r} twice; rename or remove one of them.")
        staged = f"staged_{table}"
        kept = [(old, new) for old, new in zip(header[1], names, strict=True) if new in wanted]
        cells = (
            ", ".join(f"nullif(trim({_name(old)}::VARCHAR), '') AS {_name(new)}" for old, new in kept) or "NULL AS none"
        )
        con.raw_sql(f"CREATE OR REPLACE TEMP TABLE {staged} AS SELECT {cells} FROM {header[2]}")
    except duckdb.Error as error:
        raise SourceFault(_unreadable(path, _reason(error))) from None
    except UnicodeDecodeError:
        raise SourceFault(_unreadable(path, "it is not UTF-8 text")) from None
    except (OSError, csv.Error) as error:
        raise SourceFault(_unreadable(path, getattr(error, "strerror", None) or str(error))) from None
    if count(con, f"SELECT count(*) FROM {staged}") == 0:
        raise SourceFault(f"{path.name} has a header but no rows; export it again with its rows.")
    used = tuple(new for _, new in kept)
    return SourceFile(path.name, staged, used, tuple(name for name in names if name and name not in wanted))


def _csv_header(path: Path) -> tuple[list[str], list[str], str]:
    # The delimiter is the one that the header uses most: DuckDB's own guess looks at values and can split a name.
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline()
        delimiter = max(DELIMITERS, key=line.count)
        file.seek(0)
        names = next(csv.reader(file, delimiter=delimiter), [])
    if not any(name.strip() for name in names):
        raise SourceFault(f"{path.name} is empty; it needs a first line with column names, then rows.")
    places = [f"c{place}" for place in range(len(names))]
    columns = ", ".join(f"'{place}': 'VARCHAR'" for place in places)
    scan = (
        f"read_csv({_path(path)}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}})"
    )
    return names, places, scan


def _parquet_header(con: Connection, path: Path) -> tuple[list[str], list[str], str]:
    scan = f"read_parquet({_path(path)})"
    names = [str(row[0]) for row in rows(con, f"DESCRIBE SELECT * FROM {scan}")]
    return names, names, scan


def _path(path: Path) -> str:
    # DuckDB reads `*`, `?` and `[` in a path as patterns.
    return literal(glob.escape(str(path)))


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reason(error: duckdb.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("CSV Error", "Expected", "Invalid unicode", "Value with"))]
    where = lines[0].partition(": ")[2] or lines[0]
    return ", ".join(dict.fromkeys([where, *told])).rstrip(".")


def _unreadable(path: Path, why: str) -> str:
    kind = "a UTF-8 CSV file with a header line" if path.suffix == ".csv" else "a Parquet file"
    return f"{path.name} cannot be read ({why}); save it again as {kind}."
