"""Benchmarks: the whole loop against its limits, and the contact rules beside other engines.

Public: `run(name)` and `NAMES`.
"""

from __future__ import annotations

from collections.abc import Callable

from campaigns.errors import BadInput

NAMES = ("loop", "policy")


def run(name: str, progress: Callable[[str], None]) -> dict[str, object]:
    """The result of a benchmark as machine output (`bench`, `machine`, `rows`); BadInput for an unknown name."""
    if name not in NAMES:
        raise BadInput(f"There is no benchmark {name!r}; the benchmarks are {', '.join(NAMES)}.")
    if name == "policy":
        from evals.bench.policy import run_policy

        return run_policy(progress)
    from evals.bench.loop import run_loop

    return run_loop(progress)
