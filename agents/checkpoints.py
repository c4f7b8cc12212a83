"""Where the planning graph keeps its steps: a SQLite file of the workspace, opened for one run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from campaigns.errors import BadInput
from campaigns.workspace import Workspace

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver


@contextmanager
def saver(workspace: Workspace) -> Iterator[SqliteSaver]:
    """The checkpointer of a workspace, closed at the end of the block; BadInput when its file cannot be used."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    try:
        # SqliteSaver sets WAL by itself but would keep Python's 5 s wait for a writer.
        connection = sqlite3.connect(workspace.checkpoint_path, check_same_thread=False, timeout=30)
        with closing(connection):
            # The default serializer calls whatever a changed file names; this one makes langgraph's own types only.
            keeper = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
            keeper.setup()
            yield keeper
    except sqlite3.DatabaseError as error:
        raise BadInput(
            f"The checkpoints in {workspace.checkpoint_path} cannot be used ({error}); free the file or move it away and plan again."
        ) from None
