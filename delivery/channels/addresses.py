"""Where people can be reached: their identifiers, read at launch and never kept in a plan or a snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.workspace import Workspace
from tools.data import warehouse


def addresses(ws: Workspace, person_ids: Sequence[str], kind: str) -> list[str | None]:
    """The identifier of one kind (`email`, `push_token`) of each person, in their order; None where there is none.

    Of several the first in alphabetical order is taken, so that two launches write to the same one.
    """
    query = f"SELECT person_id, MIN(value) FROM identifiers WHERE kind = {warehouse.literal(kind)} GROUP BY person_id"
    connection = warehouse.connect(ws)
    try:
        found = {str(row[0]): str(row[1]) for row in warehouse.rows(connection, query)}
    finally:
        connection.disconnect()
    return [found.get(person_id) for person_id in person_ids]
