"""One measurement in a process of its own, so that its peak memory is its own: `python -m evals.bench.alone CASE PEOPLE`.

Prints a JSON object with `prepare` and `seconds` (staging and running) and `megabytes` (peak resident set).
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

SINGLE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def response(people: int, plain: bool) -> Iterator[None]:
    """The bare response model over the bench's month, looked at every day; every effect, or only the plainest."""
    from evals.bench.twin_model import batches, fast, parameters, stage
    from simulator.parameters import neutral

    on, how = stage(people), parameters()
    fast(stage(100), how, 1, batches(stage(100), 1))
    yield
    world = fast(on, neutral(how) if plain else how, 5, batches(on, 1), looks=True)
    world.truth()


def engine(people: int, runs: int, first: int) -> Iterator[None]:
    """Whole runs with decisions, guard, caps and pacing, people read from a file and taken part by part."""
    from evals.bench.big_plan import NOW, big_plan, snapshot
    from evals.bench.twin_model import belief
    from policies.load import load_policies
    from simulator.parameters import draws
    from simulator.randomness import seed_of
    from simulator.shards import SHARD, parts, run_parts, slices

    policies, drawn = load_policies(), draws(belief(), 200, 9)
    lucks = [(drawn[run], seed_of(9, run)) for run in range(first, first + runs)]
    with TemporaryDirectory() as folder:
        for start in range(0, people, SHARD):
            snapshot(min(SHARD, people - start), start).write_parquet(Path(folder) / f"{start:010}.parquet")
        plan = big_plan(snapshot(SHARD), policies.hash, people)
        yield
        run_parts(parts(plan, people, slices(Path(folder) / "*.parquet")), policies, lucks, 9, NOW)


def paired(people: int, runs: int, first: int) -> Iterator[None]:
    """Whole rehearsal runs: the campaign beside no campaign, its breaches looked for and its experiment read."""
    from evals.bench.big_plan import setup
    from evals.bench.twin_model import belief
    from simulator.parameters import draws
    from simulator.randomness import seed_of
    from simulator.run import run_once

    ready, drawn = setup(people), draws(belief(), 200, 9)
    yield
    for run in range(first, first + runs):
        run_once(ready, drawn[run], seed_of(9, run))


def measured(*jobs: tuple[str, ...]) -> list[dict[str, float]]:
    """What each of these jobs, run side by side in processes of their own, says; RuntimeError when one fails."""
    running = [
        Popen([sys.executable, "-m", "evals.bench.alone", *job], stdout=PIPE, stderr=PIPE, env=os.environ | SINGLE)
        for job in jobs
    ]
    found = []
    for job, process in zip(jobs, running, strict=True):
        told, wrong = process.communicate()
        if process.returncode:
            raise RuntimeError(f"The measurement {' '.join(job)} failed:\n{wrong.decode(errors='replace')}")
        found.append(json.loads(told))
    return found


def main(case: str, people: str, *rest: str) -> None:
    """Run a case and print what it took."""
    cases: dict[str, Callable[..., Iterator[None]]] = {
        "response": lambda n: response(n, False),
        "plainest": lambda n: response(n, True),
        "engine": engine,
        "paired": paired,
    }
    steps = cases[case](int(people), *map(int, rest))
    began = time.perf_counter()
    next(steps)
    ready = time.perf_counter()
    next(steps, None)
    said: dict[str, float] = {
        "prepare": ready - began,
        "seconds": time.perf_counter() - ready,
        "megabytes": _peak_megabytes(),
    }
    sys.stdout.write(json.dumps(said) + "\n")


def _peak_megabytes() -> float:
    """The largest resident set of this process; `ru_maxrss` would also count that of the one that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
