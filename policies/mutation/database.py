"""Rows in a database in memory, for asking the SQL that rules become."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from policies.facts import Fact

_TYPES = {"bool": "BOOLEAN", "int": "BIGINT", "float": "DOUBLE", "str": "TEXT"}
_NO_FLAG = 7


class Database:
    """A table `t` of rows in SQLite or DuckDB; `masks` asks an expression of every row, in order."""

    def __init__(
        self, dialect: str, rows: Sequence[Mapping[str, object]], facts: Mapping[str, Fact], flags_as_numbers: bool
    ) -> None:
        names = list(facts)
        types = [_TYPES["int" if flags_as_numbers and fact.kind == "bool" else fact.kind] for fact in facts.values()]
        # SQLite keeps any number in a column of flags.
        numeric = flags_as_numbers or dialect == "sqlite"
        flags = {name for name, fact in facts.items() if numeric and fact.kind == "bool"}
        written = [
            [place, *(_flag(row.get(name)) if name in flags else row.get(name) for name in names)]
            for place, row in enumerate(rows)
        ]
        marks = ", ".join("?" for _ in range(len(names) + 1))
        if dialect == "sqlite":
            self._connection: Any = sqlite3.connect(":memory:", check_same_thread=False)
            self._connection.execute(f"CREATE TABLE t ({', '.join(['place', *names])})")
        else:
            import duckdb

            self._connection = duckdb.connect()
            columns = ", ".join(
                f"{name} {kind}" for name, kind in zip(["place", *names], ["BIGINT", *types], strict=True)
            )
            self._connection.execute(f"CREATE TABLE t ({columns})")
        self._connection.executemany(f"INSERT INTO t VALUES ({marks})", written)

    def __del__(self) -> None:
        self._connection.close()

    def masks(self, expression: str) -> list[int]:
        """The expression's value for every row."""
        return [
            int(mask) for (mask,) in self._connection.execute(f"SELECT {expression} FROM t ORDER BY place").fetchall()
        ]


def _flag(value: object) -> object:
    """A flag as a number; what is not known is a number that no flag has."""
    return int(value) if isinstance(value, bool) else _NO_FLAG
