"""Benchmarks: wall time and memory of the whole loop, each run in a process of its own.

Public: `run(name)` and `NAMES`.
"""

from __future__ import annotations

from collections.abc import Callable

from campaigns.errors import BadInput

NAMES = ("loop",)


def run(name: str, progress: Callable[[str], None]) -> dict[str, object]:
    """The result of a benchmark as machine output (`bench`, `machine`, `rows`); BadInput for an unknown name."""
    if name not in NAMES:
        raise BadInput(f"There is no benchmark {name!r}; the benchmarks are {', '.join(NAMES)}.")
    from evals.bench.loop import run_loop

    return run_loop(progress)
