"""The state database's schema: brought to the newest version when a workspace is opened, cheaply when it is there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.errors import BadInput
from campaigns.state import SCHEMA, WAIT_SECONDS, alone, engine_at

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

HEAD = "0005"
"""The newest revision in `campaigns/migrations/versions`; a test compares the two."""
MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(place: Path | URL) -> None:
    """Bring the state database, a SQLite file or a PostgreSQL URL, to `HEAD`, making its tables when there are none.

    All steps are one transaction: a process killed half way leaves everything as it was, and of two processes that
    open a fresh workspace at once the second finds the work done. Alembic is imported only when there is work.
    BadInput when the database cannot be reached or read, or was made by a newer version of Twinpilot.
    """
    found = version(place)
    if found == HEAD:
        return
    if found is not None and found not in _known():
        raise BadInput(
            f"The state database {shown(place)} has schema {found}, which this Twinpilot does not know (newest here: {HEAD}); "
            "use the version that made it or choose another --workspace."
        )
    _migrate(place)


def version(place: Path | URL) -> str | None:
    """The revision recorded in the database, None when there is none; BadInput when it cannot be reached or read."""
    return _version_of_file(place) if isinstance(place, Path) else _version_of_server(place)


def shown(place: Path | URL) -> str:
    """The database's place as a message may name it, without a password."""
    return str(place) if isinstance(place, Path) else place.render_as_string(hide_password=True)


def _version_of_file(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
            row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            if row is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.Error as error:
        raise _unreadable(path, error) from None


def _version_of_server(url: URL) -> str | None:
    from sqlalchemy.exc import DBAPIError

    engine = engine_at(url, pooled=False)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar_one() is None:
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    except DBAPIError as error:
        raise _unreadable(url, error.orig or error) from None
    finally:
        engine.dispose()


def _known() -> set[str]:
    return {file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _migrate(place: Path | URL) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DatabaseError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = _transactional_engine(place)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DatabaseError as error:
        raise _unreadable(place, error.orig or error) from None
    finally:
        engine.dispose()


def _transactional_engine(place: Path | URL) -> Engine:
    """An engine whose transactions hold the write lock from their start, and table definitions like any other change."""
    from sqlalchemy import event

    engine = engine_at(place, pooled=False)

    @event.listens_for(engine, "begin")
    def _take_the_write_lock(connection: Connection) -> None:
        alone(connection, SCHEMA)

    return engine


def _unreadable(place: Path | URL, error: BaseException) -> BadInput:
    cause = " ".join(str(error).split())
    step = (
        "mend it or choose another --workspace"
        if isinstance(place, Path)
        else "start the server or mend TWINPILOT_STATE_URL"
    )
    return BadInput(f"The state database {shown(place)} cannot be used ({cause}); {step}.")
