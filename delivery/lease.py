"""One living process per plan: a lock that goes when its holder dies, however it dies.

The lock is on a file of the workspace. Where the state is on a server, processes on other machines may share it, and a
lock of the server is held besides.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from campaigns.state import is_server
from campaigns.workspace import Workspace
from delivery.errors import InUse


@contextmanager
def leased(ws: Workspace, plan_id: str) -> Iterator[None]:
    """Hold the plan for as long as the block runs; InUse when a living process holds it already."""
    path = ws.folder("outbox") / f"{plan_id}.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            who = f"process {holder}" if holder else "another process"
            raise InUse(f"Plan {plan_id} is running now in {who}; wait for it or end that process first.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        with _held_on_server(ws, plan_id):
            yield


@contextmanager
def _held_on_server(ws: Workspace, plan_id: str) -> Iterator[None]:
    """Hold the plan on PostgreSQL by a session of its own, which ends with this process; nothing on SQLite."""
    with ws.engine.connect() as connection:
        if not is_server(connection):
            yield
            return
        free = connection.execute(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), {"name": plan_id})
        if not free.scalar_one():
            raise InUse(
                f"Plan {plan_id} is running now in a process on another machine; wait for it or end that process first."
            )
        connection.commit()
        try:
            yield
        finally:
            # The pool keeps the session, and the lock is the session's.
            connection.invalidate()
