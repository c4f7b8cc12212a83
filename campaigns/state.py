"""Where the state of a workspace lives, a SQLite file or a PostgreSQL database, and how a writer takes its locks.

Everything above speaks one SQL to both. They differ in their locks: SQLite has one writer at a time; PostgreSQL locks
an account's row, so that campaigns write beside each other, and names the few things that must not change meanwhile.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campaigns.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

STATE_FILE = "state.db"
WAIT_SECONDS: Final = 30
"""How long a writer waits for another before it gives up."""
POSTGRES: Final = "postgresql"

RULES_AND_CHANGES, CONTACTS, SCHEMA = 0x7477_0001, 0x7477_0002, 0x7477_0003
"""Advisory locks (PostgreSQL): policies with changes and standings; who was contacted when; the tables themselves."""


def server(url: str) -> URL:
    """The SQLAlchemy URL of a PostgreSQL URL as libpq has it (`postgresql://user:password@host/name`).

    BadInput, never showing a password, when it is another URL or the driver is not installed.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        read = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise BadInput(
            "TWINPILOT_STATE_URL cannot be read as a URL; write postgresql://USER:PASSWORD@HOST/DATABASE."
        ) from None
    if read.drivername not in ("postgres", POSTGRES, "postgresql+psycopg"):
        raise BadInput(
            f"TWINPILOT_STATE_URL names a {read.drivername!r} database; write postgresql://USER:PASSWORD@HOST/DATABASE, "
            "or leave it out to keep the state in the workspace."
        )
    if find_spec("psycopg") is None:
        raise BadInput("TWINPILOT_STATE_URL needs the PostgreSQL driver; install twinpilot[postgres].")
    return read.set(drivername="postgresql+psycopg")


def engine_at(place: Path | URL, pooled: bool = True) -> Engine:
    """The SQLAlchemy engine of a SQLite file (WAL) or of a PostgreSQL database (read committed, in UTC)."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    pool = {} if pooled else {"poolclass": NullPool}
    if isinstance(place, Path):
        engine = create_engine(f"sqlite:///{place}", connect_args={"timeout": WAIT_SECONDS}, **pool)
        settings: tuple[str, ...] = (
            "PRAGMA journal_mode=WAL",
            f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}",
            "PRAGMA synchronous=NORMAL",
            "PRAGMA foreign_keys=ON",
        )
    else:
        # A machine that vanishes must not keep its locks for the two hours that TCP waits by itself.
        alive = {"connect_timeout": 10, "keepalives_idle": WAIT_SECONDS, "keepalives_interval": 10}
        engine = create_engine(place, connect_args=alive, isolation_level="READ COMMITTED", **pool)
        # Instants are written aware and read as UTC, whatever zone the server is in.
        settings = ("SET TIME ZONE 'UTC'", f"SET lock_timeout = '{WAIT_SECONDS}s'")

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for setting in settings:
            cursor.execute(setting)
        cursor.close()
        connection.commit()  # type: ignore[attr-defined]

    return engine


def is_server(connection: Connection) -> bool:
    """Whether the connection is to PostgreSQL."""
    return connection.dialect.name == POSTGRES


def alone(connection: Connection, lock: int = RULES_AND_CHANGES) -> None:
    """Take the write lock as a transaction begins: SQLite's only one, or this advisory lock of PostgreSQL.

    It is dropped with the transaction, also when the process dies. Whoever holds `beside` is waited for.
    """
    if is_server(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def beside(connection: Connection) -> None:
    """Begin a transaction of one account: no policy, change or standing moves until it ends; others' accounts may.

    On SQLite nothing at all moves until it ends.
    """
    if is_server(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({RULES_AND_CHANGES})")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def contacts_alone(connection: Connection) -> None:
    """Within a transaction, keep every other campaign's tick out until it ends: caps count what all of them sent."""
    if is_server(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({CONTACTS})")
