"""A user's own people and events: a folder of CSV or Parquet files, checked whole, then loaded whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaigns.workspace import Workspace
from tools.data import cells, mapping
from tools.data.build import LoadReport, Progress, fresh_file, publish, quiet
from tools.data.errors import SourceFault
from tools.data.mapping import MAPPINGS, NEEDED_FILES
from tools.data.source_file import ENDINGS, SourceFile, find, stage
from tools.data.tables import TABLES
from tools.data.warehouse import Connection, count, rows

FUTURE_ALLOWED = timedelta(days=1)
"""How far ahead of this machine's clock an event may lie: clocks differ, and so do zones."""


def load_folder(ws: Workspace, folder: Path, progress: Progress = quiet) -> LoadReport:
    """The folder's files as the workspace's data, with its clock at the latest arrival; what was there is replaced.

    `people` and `events` are needed, `identifiers`, `consents`, `products` and `campaigns` are not; each is NAME.csv (UTF-8
    with a header line) or NAME.parquet. Nothing is invented for a user's people: an address, zone or consent that is not
    in the files stays unknown, and nobody unknown is contacted. SourceFault, in one sentence, for a file that is
    missing, unreadable or empty, a needed column that is missing, or a cell that cannot be read; nothing is changed.
    """
    paths = _files(folder)
    notes: list[str] = []
    with fresh_file(ws) as built:
        con = built[0]
        for table in MAPPINGS:
            if table in paths:
                progress(f"Reading {paths[table].name}")
                notes += _load(con, paths[table], table, ws.settings.market)
        latest = _clock(rows(con, "SELECT max(arrived_at) FROM events")[0][0])
        _check_past(latest, paths["events"].name)
        progress("Taking the data's version")
        return publish(ws, built, f"files of {folder.resolve().name}", latest, notes)


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceFault(f"There is no folder {folder}; name one that holds people.csv and events.csv.")
    paths = {table: path for table in MAPPINGS if (path := find(folder, table)) is not None}
    for table in NEEDED_FILES:
        if table not in paths:
            choices = " or ".join(f"{table}{ending}" for ending in ENDINGS)
            raise SourceFault(f"The folder {folder} has no {choices}, which is needed; add it and load again.")
    return paths


def _load(con: Connection, path: Path, table: str, market: str) -> list[str]:
    columns = MAPPINGS[table].columns
    source = stage(con, path, table, {column.name for column in columns})
    cells.check(con, source, columns)
    if table == "events":
        _check_revenue(con, source)
    if table == "campaigns":
        _check_days(con, source)
    con.raw_sql(f"CREATE TEMP TABLE mapped ({', '.join(f'{name} {kind}' for name, kind in TABLES[table].columns)})")
    con.raw_sql(f"INSERT INTO mapped SELECT DISTINCT * FROM ({MAPPINGS[table].select(source, market)})")
    _insert(con, source, table)
    notes = [*_unused(source), *_left_out(con, source, table), *_corrected(con, source, table)]
    for temporary in ("mapped", source.staged):
        con.raw_sql(f"DROP TABLE {temporary}")
    return notes


def _check_revenue(con: Connection, source: SourceFile) -> None:
    if not {"revenue", "revenue_micros"} & set(source.columns):
        raise SourceFault(
            f"{source.name} has no column 'revenue' (or 'revenue_micros'), which is needed "
            f"(it has {source.there}); add it or rename the column that holds it."
        )
    lacking = mapping.purchase_without_revenue(source)
    found = rows(con, f"SELECT rowid + 1 FROM {source.staged} WHERE {lacking} ORDER BY rowid LIMIT 1")
    if found:
        raise SourceFault(
            f"{source.name}, column 'revenue', data row {found[0][0]}: the purchase has no amount; fill it or take the row out."
        )


def _check_days(con: Connection, source: SourceFile) -> None:
    turned = mapping.ends_before_it_starts()
    found = rows(con, f"SELECT rowid + 1, ends_on FROM {source.staged} WHERE {turned} ORDER BY rowid LIMIT 1")
    if found:
        raise SourceFault(
            f"{source.name}, column 'ends_on', data row {found[0][0]}: {found[0][1]!r} lies before the campaign's first day; mend the file and load it again."
        )


def _insert(con: Connection, source: SourceFile, table: str) -> None:
    names, key = TABLES[table].names, TABLES[table].key
    keys = ", ".join(key)
    twice = rows(con, f"SELECT {keys} FROM mapped GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys} LIMIT 1")
    if twice:
        values = ", ".join(f"{name} {value!r}" for name, value in zip(key, twice[0], strict=True))
        raise SourceFault(
            f"{source.name} has rows that contradict each other for {values}; keep the one that is right."
        )
    known = "person_id IN (SELECT person_id FROM people)" if "person_id" in names and table != "people" else "true"
    order = ", ".join(dict.fromkeys((TABLES[table].known_at or key[0], *key)))
    con.raw_sql(f"INSERT INTO {table} SELECT * FROM mapped WHERE {known} ORDER BY {order}")
    if table == "events" and count(con, "SELECT count(*) FROM events") == 0:
        raise SourceFault(
            f"{source.name}: no event belongs to a person_id of the people file; write the ids the same way in both files."
        )


def _unused(source: SourceFile) -> list[str]:
    if not source.unused:
        return []
    return [f"{source.name}: nothing uses the columns {', '.join(source.unused)}."]


def _left_out(con: Connection, source: SourceFile, table: str) -> list[str]:
    read = count(con, f"SELECT count(*) FROM {source.staged}")
    distinct = count(con, "SELECT count(*) FROM mapped")
    kept = count(con, f"SELECT count(*) FROM {table}")
    repeated = f"{source.name}: {read - distinct:,} of {read:,} rows repeat another and were read once."
    strangers = (
        f"{source.name}: {distinct - kept:,} of {read:,} rows are of nobody in the people file and were left out."
    )
    return ([repeated] if read > distinct else []) + ([strangers] if distinct > kept else [])


def _corrected(con: Connection, source: SourceFile, table: str) -> list[str]:
    notes = []
    if table == "people" and "time_zone" in source.columns:
        wrong = f"FROM {source.staged} WHERE time_zone IS NOT NULL AND ({cells.known_zone('time_zone')}) IS NULL"
        unknown = count(con, f"SELECT count(*) {wrong}")
        if unknown:
            first = rows(con, f"SELECT time_zone {wrong} ORDER BY rowid LIMIT 1")[0][0]
            notes.append(
                f"{source.name}: {unknown:,} time zones such as {first!r} are no IANA names (Europe/Paris) and count as unknown."
            )
    if table == "events":
        early = count(con, f"SELECT count(*) FROM {source.staged} WHERE {mapping.arrived_too_early(source)}")
        if early:
            notes.append(
                f"{source.name}: {early:,} events arrived before they happened; they count as arrived when they did."
            )
    return notes


def _check_past(latest: datetime, name: str) -> None:
    """One mistyped year would move the clock and make everybody lapsed: nothing can have happened in the future."""
    if latest > datetime.now(UTC) + FUTURE_ALLOWED:
        raise SourceFault(
            f"{name}: the newest event is of {latest:%Y-%m-%d %H:%M}, which has not come yet; correct its date and load again."
        )


def _clock(latest: object) -> datetime:
    # The engine counts whole seconds; rounding up keeps the last row visible.
    at = datetime.fromisoformat(str(latest))
    return (at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)).replace(tzinfo=UTC)
