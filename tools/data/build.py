"""A new data file beside the old one, put in its place only when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field

from campaigns.border import Border
from campaigns.store import Store
from campaigns.workspace import Workspace
from tools.data.errors import WarehouseFault
from tools.data.tables import LOAD_FACTS, TABLES
from tools.data.version import compute_version
from tools.data.warehouse import Connection, count, open_file

Progress = Callable[[str], None]


def quiet(_line: str) -> None:
    """Progress that nobody watches."""


class LoadReport(Border):
    """What a load put into the workspace: rows per canonical table, the data's version and what was noticed on the way.

    `now` is the instant to which the workspace's clock was set; `notes` are sentences with counts.
    """

    source: str
    rows: dict[str, int]
    data_version: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    now: AwareDatetime
    notes: tuple[str, ...] = ()


@contextmanager
def fresh_file(ws: Workspace) -> Iterator[tuple[Connection, Path]]:
    """A writable new file with empty canonical tables; it is removed at the end unless `publish` moved it."""
    path = ws.root / f".data-{os.getpid()}.duckdb"
    _clear_leftovers(ws.root)
    try:
        con = open_file(path, read_only=False)
    except OSError as error:
        raise WarehouseFault(
            f"The workspace {ws.root} cannot be written ({error}); choose another --workspace."
        ) from None
    try:
        for table in TABLES.values():
            con.raw_sql(table.ddl)
        con.raw_sql(LOAD_FACTS)
        yield con, path
    finally:
        con.disconnect()
        _clear_leftovers(ws.root)


def publish(
    ws: Workspace, built: tuple[Connection, Path], source: str, now: datetime, notes: Sequence[str]
) -> LoadReport:
    """Stamp the new file with its version and notes, make it the workspace's data, and set the workspace's clock."""
    con, path = built
    version = compute_version(con)
    facts = [("data_version", version), ("source", source), *(("note", note) for note in notes)]
    for position, (name, body) in enumerate(facts):
        con.con.execute("INSERT INTO load_facts VALUES (?, ?, ?)", [position, name, body])
    counted = {name: count(con, f"SELECT count(*) FROM {name}") for name in TABLES}
    con.disconnect()
    os.replace(path, ws.data_path)
    Store(ws).set_clock(now)
    return LoadReport(source=source, rows=counted, data_version=version, now=now, notes=tuple(notes))


def _clear_leftovers(folder: Path) -> None:
    """Take away the half-made files of loaders that were killed; those of loaders still at work stay."""
    for leftover in folder.glob(".data-*.duckdb*"):
        number = leftover.name.removeprefix(".data-").partition(".")[0]
        if number.isdigit() and (int(number) == os.getpid() or not _alive(int(number))):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
