"""One living process per plan: a lock that the operating system drops when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

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
        yield
