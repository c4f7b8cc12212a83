"""Work spread over processes or a Ray cluster: the same functions, the same results in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from importlib.util import find_spec
from typing import TypeVar

from simulator.errors import BadRehearsal

Job = TypeVar("Job")
Result = TypeVar("Result")

MOST_WORKERS = 256
WORTH_WORKERS = 250_000
"""Runs times people from which several processes save more than their start costs."""


def spread(
    task: Callable[[Job], Result], jobs: Iterable[Job], workers: int = 1, cluster: bool = False
) -> Iterator[Result]:
    """The task's result for each job, in the jobs' order, however many workers there are.

    One worker is this process; more are processes of this machine, or with `cluster` tasks of Ray (extra `ray`), which
    joins the cluster that RAY_ADDRESS names. BadRehearsal when there are fewer than 1 or more than 256 workers, or Ray is not installed.
    """
    usable(workers, cluster)
    if workers == 1 and not cluster:
        yield from map(task, jobs)
        return
    from joblib import Parallel, delayed, parallel_config

    if cluster:
        _register_ray()
    with parallel_config(backend="ray") if cluster else nullcontext():
        in_order = "list" if cluster else "generator"
        yield from Parallel(n_jobs=workers, return_as=in_order, batch_size=1)(delayed(task)(job) for job in jobs)


def usable(workers: int, cluster: bool = False) -> None:
    """BadRehearsal when there are fewer than 1 or more than 256 workers, or a cluster is asked for without Ray."""
    if not 1 <= workers <= MOST_WORKERS:
        raise BadRehearsal(f"{workers} workers cannot be used; ask for 1 to {MOST_WORKERS}.")
    if cluster and find_spec("ray") is None:
        raise BadRehearsal("Ray is not installed; install Twinpilot with the extra `ray`, or leave --ray out.")


def dealt(jobs: Sequence[Job], workers: int) -> list[Sequence[Job]]:
    """The jobs in as many runs of neighbours as there are workers, for a task that is dear to send."""
    size = -(-len(jobs) // workers)
    return [jobs[first : first + size] for first in range(0, len(jobs), size)]


def automatic(people: int, runs: int) -> int:
    """How many workers to use when nobody says: this machine's processors, at most four.

    One for little work, and where LOKY_MAX_CPU_COUNT says 1, as in a process that is somebody's worker itself.
    """
    if people * runs < WORTH_WORKERS:
        return 1
    from joblib import cpu_count

    return min(cpu_count(), 4)


def _register_ray() -> None:
    from ray.util.joblib import register_ray

    register_ray()
