"""One process at a time per plan: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from agents.context import Progress, silent
from agents.errors import Busy
from campaigns.errors import BadInput
from campaigns.workspace import Workspace

PATIENCE_SECONDS = 300.0
_PAUSE_SECONDS = 0.05


@contextmanager
def holding(
    workspace: Workspace, plan_id: str, progress: Progress = silent, patience: float = PATIENCE_SECONDS
) -> Iterator[None]:
    """Hold a plan's lock for the block; wait for another holder up to `patience` seconds, then raise Busy."""
    path = workspace.folder("locks") / f"{plan_id}.lock"
    try:
        handle = path.open("a")
    except OSError as error:
        raise BadInput(f"The lock {path} cannot be opened ({error.strerror}); make the workspace writable.") from None
    with handle:
        until = time.monotonic() + patience
        told = False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    progress(f"Another process is planning this goal as {plan_id}; waiting for it.")
                    told = True
                if time.monotonic() >= until:
                    raise Busy(
                        f"Another process still holds plan {plan_id} after {patience:g} seconds; wait for it, then run the command again."
                    ) from None
                time.sleep(_PAUSE_SECONDS)
        yield
