"""`twinpilot bench decide`: regret and speed of our bandits beside MABWiser and Vowpal Wabbit on the same streams.

Everybody, ours too, is tuned over a small grid on streams that are not compared on. Goals: level with MABWiser (the
difference within one standard error of it, paired by stream) and at most 0.6 of Vowpal Wabbit's regret; with 400 arms
that share structure at most half of the regret of independent arms.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from evals.bench.decide_speed import Load, speeds
from evals.bench.players import Who, mabwiser, wabbit
from evals.bench.regret import COMPARED, Case, Standing, compare, side_by_side, standard_error, uniform
from evals.bench.rows import Row, row
from evals.bench.streams import Shape

Size = Literal["quick", "usual", "full"]
WABBIT: Who = "Vowpal Wabbit"
AS_GOAL: Who = "Vowpal Wabbit as the goal had it"


@dataclass(frozen=True, slots=True)
class Scale:
    """The cases of independent arms, the one of arms that share structure, the sizes (arms, features, and our optimism,
    as the regrets are least with) and loads of the speeds."""

    cases: tuple[Case, ...]
    shared: Case
    speeds: tuple[tuple[int, int, float], ...]
    load: Load


def _cases(sizes: Sequence[tuple[int, int, int]], people: int, batch: int, tuned: int) -> tuple[Case, ...]:
    """Each size (arms, features, seeds) once stationary and once drifting."""
    return tuple(
        Case(Shape(arms, features, people, batch, drifts), tuned, seeds)
        for drifts in (False, True)
        for arms, features, seeds in sizes
    )


_SIZES = ((10, 20, 6), (20, 20, 6), (50, 20, 5), (10, 100, 6), (20, 100, 6), (50, 100, 4))
SCALES: dict[Size, Scale] = {
    "quick": Scale(
        _cases(((10, 20, 3),), 6_000, 100, 1),
        Case(Shape(400, 20, 10_000, 500, shared=True), 1, 2),
        ((20, 20, 0.0),),
        Load(50_000, 2_000, (5_000, 200, 1_000), 3, 2_000),
    ),
    "usual": Scale(
        _cases(_SIZES, 20_000, 200, 3),
        Case(Shape(400, 20, 40_000, 500, shared=True), 2, 4),
        ((10, 20, 0.0), (20, 20, 0.0), (50, 100, 0.2)),
        Load(200_000, 10_000, (20_000, 400, 4_000), 7, 5_000),
    ),
    "full": Scale(
        _cases(tuple((arms, features, 10) for arms, features, _ in _SIZES), 100_000, 1_000, 2),
        Case(Shape(400, 20, 40_000, 500, shared=True), 2, 10),
        ((10, 20, 0.0), (20, 20, 0.0), (50, 100, 0.2)),
        Load(200_000, 10_000, (20_000, 400, 4_000), 11, 5_000),
    ),
}


def run_decide(progress: Callable[[str], None], size: Size = "usual") -> dict[str, object]:
    """Machine output; BadInput naming the extra to install when a peer is missing."""
    mabwiser("LinTS", 2, 0.1, 1)
    wabbit("--cb_explore 2")
    scale, rows = SCALES[size], list[Row]()
    with threadpool_limits(1):
        for arms, features, optimism in scale.speeds:
            progress(f"timing {arms} arms x {features} features")
            rows += speeds(arms, features, scale.load, optimism)
    with side_by_side() as pool:
        rows += regrets_of(scale.cases, pool, progress)
        rows += regrets_shared(scale.shared, pool, progress)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"  # fmt: skip
    return {"bench": "decide", "machine": machine, "rows": rows}


def regrets_of(cases: Sequence[Case], pool: Executor | None, progress: Callable[[str], None]) -> list[Row]:
    """Rows of arms that have nothing in common; in this process where no pool is given."""
    rows, above = list[Row](), list[float]()
    for case, standing in zip(
        cases, compare(cases, ("ours", "MABWiser", WABBIT, AS_GOAL), pool, progress), strict=True
    ):
        ours, mab = standing["ours"], standing["MABWiser"]
        luckless = float(np.mean([uniform(case.shape, seed) for seed in range(COMPARED, COMPARED + case.seeds)]))
        rows += [_row(case, ours, standing[who], who) for who in ("MABWiser", WABBIT, AS_GOAL)]
        rows.append(row(f"{case.shape.told}, {_told(ours)}", "regret", "lower", ours.mean, luckless, "uniform arms"))
        rows.append(_level(case.shape.told, ours.regrets - mab.regrets))
        above.append(float((ours.regrets / mab.regrets).mean() - 1))
    return [*rows, _level(f"all {len(above)} cases, relative", np.array(above))]


def regrets_shared(case: Case, pool: Executor | None, progress: Callable[[str], None]) -> list[Row]:
    """The row of 400 arms that share structure: beside the same arms learning each on its own, tuned as well."""
    progress("arms that share structure")
    (shared,) = compare((case,), ("factored", "ours"), pool, progress)
    return [_row(case, shared["factored"], shared["ours"], "independent arms")]


def _row(case: Case, ours: Standing, peer: Standing, who: str) -> Row:
    return row(f"{case.shape.told}, {_told(ours)}", "regret", "lower", ours.mean, peer.mean, f"{who}, {_told(peer)}")


def _level(case: str, difference: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Row:
    """How many standard errors our regret lies above MABWiser's best; below 0 it is less than theirs."""
    error = standard_error(difference)
    errors = float(difference.mean()) / error if error else 0.0
    return row(case, "regret above MABWiser's best, standard errors", "lower", errors, 1.0, "goal")


def _told(standing: Standing) -> str:
    return f"{standing.setting.told} (+-{standing.error:.0f})"
