"""The allocation benchmark: our exact allocator beside scipy's SLSQP with a gradient, on the same curves in one run.

Every row is over random concave Hill curves with a cap per cell and one budget. Times are medians over the instances, each
instance the best of five rounds for us and for the peer. The peer's answer is scored against our certified bound.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from tools.budget import compiled, dual
from tools.budget.allocate import Group, Spread, allocate
from tools.budget.dual import Solver
from tools.budget.shapes import Column, Hill

Row = dict[str, object]
SIZES = {10: 30, 50: 15, 100: 9}
"""Cells, and instances of that size that the peer solves too."""
INSTANCES = 200
GAP_LIMIT, LARGE_LIMIT_MS = 1e-4, 10.0
FLOOR = 1e-9
UNIT = 1e6
ROUNDS = 5


def run_allocate(
    progress: Callable[[str], None], sizes: dict[int, int] | None = None, instances: int = INSTANCES
) -> dict[str, object]:
    """Machine output: gap to the certified bound, time beside SLSQP, and time of 1,000 cells."""
    rows: list[Row] = []
    with threadpool_limits(1):
        progress(f"{instances} random instances against their certified bound")
        rows += _gaps(instances)
        for cells, count in (sizes or SIZES).items():
            progress(f"{cells} cells beside SLSQP, {count} instances")
            rows += _beside(cells, count)
        progress("1,000 cells")
        rows += _large()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    return {"bench": "allocate", "machine": machine, "rows": rows}


def instance(cells: int, rng: np.random.Generator, s_shaped: bool = False) -> tuple[Hill, int]:
    """Random curves and a budget between a tenth and seven tenths of what the cells can take."""
    half = rng.lognormal(15.5, 0.7, cells)
    steep = rng.uniform(1.2, 3.0, cells) if s_shaped else rng.uniform(0.4, 1.0, cells)
    curves = Hill(rng.lognormal(17, 1, cells), half, steep, np.zeros(cells), half * rng.uniform(1, 6, cells))
    return curves, int(rng.uniform(0.1, 0.7) * curves.most.sum())


def slsqp(curves: Hill, budget: int) -> tuple[float, float]:
    """Seconds and value (micros) of scipy's SLSQP with gradient from the even split, in units of money."""
    cells = len(curves.top)
    even = np.minimum(curves.most, budget / cells) / UNIT
    seconds = np.inf
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = _minimized(curves, budget, even)
        seconds = min(seconds, time.perf_counter() - started)
    spend = np.clip(found * UNIT, 0.0, curves.most)
    return float(seconds), float(curves.value(spend * min(1.0, budget / spend.sum())).sum())


def _minimized(curves: Hill, budget: int, even: Column) -> Column:
    found = minimize(
        lambda spend: -float(curves.value(np.maximum(spend, 0.0) * UNIT).sum()) / UNIT,
        even,
        jac=lambda spend: -curves.marginal(np.maximum(spend, 1e-9) * UNIT),
        bounds=[(0.0, top / UNIT) for top in curves.most],
        constraints={
            "type": "ineq",
            "fun": lambda spend: budget / UNIT - spend.sum(),
            "jac": lambda spend: -np.ones(len(spend)),
        },
        method="SLSQP",
        options={"ftol": 1e-10, "maxiter": 1_000},
    )
    return np.asarray(found.x)


def _gaps(instances: int) -> list[Row]:
    rng = np.random.default_rng(11)
    plain, shaped, whole, limited = [], [], [], []
    for _ in range(instances):
        cells = int(rng.integers(5, 200))
        curves, budget = instance(cells, rng)
        plain.append(allocate(curves, budget, floor=FLOOR).gap)
        groups = [
            Group(tuple(part.tolist()), most=float(rng.uniform(0.1, 0.6) * curves.most[part].sum()))
            for part in np.array_split(rng.permutation(cells), 4)
        ]
        limited.append(allocate(curves, budget, floor=FLOOR, groups=groups).gap)
        whole.append(allocate(curves, budget, floor=FLOOR, lot=rng.choice([2_000.0, 5_000.0, 20_000.0], cells)).gap)
        shaped.append(allocate(*instance(int(rng.integers(5, 60)), rng, s_shaped=True), floor=FLOOR).gap)
    named = {"concave": plain, "concave, 4 group limits": limited, "whole messages": whole, "S-shaped": shaped}
    return [
        _row(f"{instances} instances, {name}", "largest gap to the certified bound", max(gaps), GAP_LIMIT, "limit")
        for name, gaps in named.items()
    ]


def _beside(cells: int, count: int) -> list[Row]:
    rng = np.random.default_rng(cells)
    theirs, missed, gaps = [], [], []
    ours: dict[str, list[float]] = {name: [] for name in solvers()}
    for _ in range(count):
        curves, budget = instance(cells, rng)
        seconds, value = slsqp(curves, budget)
        theirs.append(seconds)
        for name, solver in solvers().items():
            spread, best = _timed(curves, budget, solver)
            ours[name].append(best)
        missed.append(1 - value / spread.bound)
        gaps.append(spread.gap)
    case, peer = f"{cells} cells, {count} instances", "scipy SLSQP with gradient"
    return [
        *(
            _row(f"{case}, {name}", "median ms", 1e3 * statistics.median(times), 1e3 * statistics.median(theirs), peer)
            for name, times in ours.items()
        ),
        _row(case, "largest gap to our bound", max(gaps), max(*missed, 0.0), peer),
    ]


def solvers() -> dict[str, Solver]:
    """The solvers to time: plain numpy, and compiled where numba is installed; it is compiled before it is timed."""
    found: dict[str, Solver] = {"numpy": dual.prices}
    if find_spec("numba"):
        found["compiled"] = compiled.prices
        allocate(*instance(5, np.random.default_rng(0)), floor=FLOOR, solver=compiled.prices)
    return found


def _large() -> list[Row]:
    rng = np.random.default_rng(3)
    given = [instance(1_000, rng) for _ in range(9)]
    rows = []
    for name, solver in solvers().items():
        times = [_timed(*one, solver)[1] for one in given]
        rows.append(
            _row(
                f"1,000 cells, 9 instances, {name}",
                "median ms",
                1e3 * statistics.median(times),
                LARGE_LIMIT_MS,
                "limit",
            )
        )
    return rows


def _timed(curves: Hill, budget: int, solver: Solver) -> tuple[Spread, float]:
    best, spread = np.inf, None
    for _ in range(ROUNDS):
        started = time.perf_counter()
        spread = allocate(curves, budget, floor=FLOOR, solver=solver)
        best = min(best, time.perf_counter() - started)
    assert spread is not None
    return spread, float(best)


def _row(case: str, metric: str, ours: float, peer: float, peer_name: str) -> Row:
    """`ratio` is ours over the peer's: below 1 is better."""
    return {
        "case": case, "metric": metric, "better": "lower", "ours": float(f"{ours:.4g}"), "peer": float(f"{peer:.4g}"),
        "peer_name": peer_name, "ratio": float(f"{ours / peer:.4g}") if peer else None,
    }  # fmt: skip
