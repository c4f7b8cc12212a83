"""Benchmarks: the whole loop against its limits, the contact rules beside other engines, the twin beside other twins.

Public: `run(name)` and `NAMES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from campaigns.errors import BadInput

NAMES = ("loop", "policy", "twin", "decide", "allocate")


def run(
    name: str, progress: Callable[[str], None], size: Literal["quick", "usual", "full"] = "usual"
) -> dict[str, object]:
    """The result of a benchmark as machine output (`bench`, `machine`, `rows`).

    BadInput for an unknown name, and for another size than the usual one where there is only that.
    """
    if name not in NAMES:
        raise BadInput(f"There is no benchmark {name!r}; the benchmarks are {', '.join(NAMES)}.")
    if name == "twin":
        from evals.bench.twin import run_twin

        return run_twin(progress, size)
    if name == "decide":
        from evals.bench.decide import run_decide

        return run_decide(progress, size)
    if size != "usual":
        raise BadInput(f"The benchmark {name!r} has one size; leave out --{size}.")
    if name == "policy":
        from evals.bench.policy import run_policy

        return run_policy(progress)
    if name == "allocate":
        from evals.bench.allocate import run_allocate

        return run_allocate(progress)
    from evals.bench.loop import run_loop

    return run_loop(progress)
