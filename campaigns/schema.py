"""The state database's schema: brought to the newest version when a workspace is opened, cheaply when it is there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Engine

HEAD = "0004"
"""The newest revision in `campaigns/migrations/versions`; a test compares the two."""
MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(path: Path) -> None:
    """Bring the SQLite state database at `path` to `HEAD`, making it when it does not exist.

    All steps are one transaction: a process killed half way leaves the file as it was, and of two processes that
    open a fresh workspace at once the second finds the work done. Alembic is imported only when there is work.
    BadInput when the file is not a readable database, or was made by a newer version of Twinpilot.
    """
    found = version(path)
    if found == HEAD:
        return
    if found is not None and found not in _known():
        raise BadInput(
            f"The state database {path} has schema {found}, which this Twinpilot does not know (newest here: {HEAD}); "
            "use the version that made it or choose another --workspace."
        )
    _migrate(path)


def version(path: Path) -> str | None:
    """The revision recorded in the file, None when there is none; BadInput when the file cannot be read."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            if row is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.Error as error:
        raise _unreadable(path, error) from None


def _known() -> set[str]:
    return {file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _migrate(path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DatabaseError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = _transactional_engine(path)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DatabaseError as error:
        raise _unreadable(path, error.orig or error) from None
    finally:
        engine.dispose()


def _transactional_engine(path: Path) -> Engine:
    """An engine whose transactions hold the write lock from their start, and table definitions like any other change."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _write_ahead(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "begin")
    def _take_the_write_lock(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    return engine


def _unreadable(path: Path, error: BaseException) -> BadInput:
    return BadInput(f"The state database {path} cannot be used ({error}); mend it or choose another --workspace.")
