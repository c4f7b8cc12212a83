"""How long the commands of the whole loop take and how much memory they need, beside the limits set for them.

Each case is a fresh process in a fresh workspace, so that imports and start-up count. The peer of each row is the
limit that the project set itself; `ratio` is ours over the limit, and below 1 means within it.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.data.sample_goal import SAMPLE_GOAL


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall time in seconds and the largest resident set in MB of one finished process."""

    seconds: float
    megabytes: float


def run_loop(progress: Callable[[str], None]) -> dict[str, object]:
    """Machine output with one row per command and metric."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = ("--workspace", str(Path(folder) / "plan"))
        cases = (
            ("help", ("--help",), 0.5, None),
            ("init --sample", (*workspace, "init", "--sample"), None, None),
            ("plan", (*workspace, "plan", SAMPLE_GOAL), 30.0, 2_000.0),
            ("demo", ("--workspace", str(Path(folder) / "demo"), "demo"), 90.0, 2_000.0),
        )
        for case, arguments, seconds, megabytes in cases:
            progress(f"running twinpilot {case}")
            usage = measure(arguments, Path(folder) / "output.txt")
            rows.append(_row(case, "seconds", usage.seconds, seconds))
            rows.append(_row(case, "megabytes", usage.megabytes, megabytes))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return {"bench": "loop", "machine": machine, "rows": rows}


def measure(arguments: tuple[str, ...], output: Path) -> Usage:
    """Time and memory of one `twinpilot` command; RuntimeError with its output when it fails."""
    started = time.perf_counter()
    with output.open("wb") as sink:
        process = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "app", *arguments],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, sink.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, sink.fileno(), 2),
            ],
        )
        _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"twinpilot {' '.join(arguments)} failed:\n{output.read_text(errors='replace')}")
    return Usage(time.perf_counter() - started, used.ru_maxrss / 1024)


def _row(case: str, metric: str, ours: float, limit: float | None) -> dict[str, object]:
    return {
        "case": case,
        "metric": metric,
        "better": "lower",
        "ours": round(ours, 3),
        "peer": limit,
        "peer_name": None if limit is None else "limit",
        "ratio": None if limit is None else round(ours / limit, 3),
    }
