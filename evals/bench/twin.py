"""The twin beside naive ones of the same model (SimPy, Mesa, salabim), beside its limits, and comparing two plans.

Before anything is timed, every peer must live through a small month to the same events as the twin, to the cent.
Peers run with Python's garbage collector switched off and luck of their own, the cheapest there is; times of the twin
and of SimPy are the best of the same number of rounds, taken in turns.
"""

from __future__ import annotations

import gc
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from threadpoolctl import threadpool_limits

from delivery.schedule import local_clock
from evals.bench.alone import measured
from evals.bench.luck import Keyed, Luck, Plain
from evals.bench.naive import Inbox, Lived, inboxes, live
from evals.bench.twin_model import DAYS, batches, fast, inbox, parameters, stage
from simulator.parameters import Parameters
from simulator.stage import Stage

Size = Literal["quick", "usual", "full"]
Peer = Callable[[Stage, Parameters, Luck, Inbox], Lived]
Row = dict[str, object]
WRITTEN_MORE = 0.5
"""The share of people written to on a day under the second plan; two in five under the first."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large everything is: people and rounds against SimPy, people under Mesa and salabim, in fresh processes, and
    in the paired runs; how many paired runs of 200; seeds and people of the comparison of two plans, which is one of
    the sizes under SimPy."""

    simpy: tuple[tuple[int, int], ...]
    peers: int
    alone: int
    paired: tuple[int, int]
    compared: tuple[int, int]


SCALES: dict[Size, Scale] = {
    "quick": Scale(((1_000, 2), (5_000, 2)), 1_000, 100_000, (10_000, 4), (10, 1_000)),
    "usual": Scale(
        ((10_000, 3), (20_000, 3), (50_000, 2), (100_000, 2)), 20_000, 1_000_000, (100_000, 10), (40, 20_000)
    ),
    "full": Scale(
        ((10_000, 3), (20_000, 3), (50_000, 3), (100_000, 3)), 20_000, 1_000_000, (100_000, 200), (40, 20_000)
    ),
}


def run_twin(progress: Callable[[str], None], size: Size = "usual") -> dict[str, object]:
    """Machine output; a peer that is not installed has a row that says how to get it.

    RuntimeError when a peer does not live through the same events as the twin.
    """
    scale, how, rows = SCALES[size], parameters(), list[Row]()
    with threadpool_limits(1):
        others = _peers()
        progress("checking that all twins live through the same month, to the cent")
        for name, peer in (("naive SimPy", live), *others.items()):
            if peer is not None:
                _same(name, peer, how)
        speeds: dict[int, float] = {}
        for people, rounds in scale.simpy:
            progress(f"{people:,} people under SimPy, a process each, {rounds} rounds")
            row = _beside(f"naive SimPy {_version('simpy')}, gc off", live, how, people, rounds)
            rows.append(row)
            speeds[people] = float(row["ratio"])  # type: ignore[arg-type]
        for name, peer in others.items():
            progress(f"{scale.peers:,} people under {name}")
            rows.append(_missing(name, scale.peers) if peer is None else _beside(f"{name} {_version(name)}, gc off", peer, how, scale.peers, 2))  # fmt: skip
        rows += _alone(scale, progress) + _paired(scale, progress)
        rows.append(_compared(scale, how, speeds[scale.compared[1]], progress))
    load = os.getloadavg()[0]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"
    return {"bench": "twin", "machine": machine, "rows": rows}


def _peers() -> dict[str, Peer | None]:
    """Mesa and salabim; None for one that is not installed."""
    from importlib.util import find_spec

    from evals.bench import peers

    return {name: getattr(peers, name) if find_spec(name) else None for name in ("mesa", "salabim")}


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _same(name: str, peer: Peer, how: Parameters, people: int = 300) -> None:
    """RuntimeError unless a peer with the twin's luck and messages ends where the twin does."""
    on = stage(people)
    sent = list(batches(on, 1))
    ours, theirs = fast(on, how, 5, iter(sent)).truth(), peer(on, how, Keyed(5), inboxes(sent)).truth()
    if ours != theirs:
        raise RuntimeError(f"{name} lives through another month than the twin: {theirs} instead of {ours}.")


def _beside(name: str, peer: Peer, how: Parameters, people: int, rounds: int) -> Row:
    """Customer-days a second of the twin and of a peer, the best of as many rounds each, in turns."""
    on = stage(people)
    fast(stage(100), how, 1, batches(stage(100), 1))
    ours, theirs = [], []
    for luck in range(rounds):
        # The peers work out local time anew in every round, so the twin does.
        local_clock.cache_clear()
        ours.append(_seconds(lambda luck=luck: fast(on, how, luck, batches(on, luck)).truth()))
        gc.collect()
        gc.disable()
        try:
            theirs.append(_seconds(lambda luck=luck: peer(on, how, Plain(luck), inbox(on, luck)).truth()))
        finally:
            gc.enable()
            gc.collect()
    done = people * DAYS
    return _row(
        f"{people:,} people x {DAYS} days", "customer-days/s", round(done / min(ours)), round(done / min(theirs)), name
    )


def _missing(name: str, people: int) -> Row:
    told = f"{name} is not installed; run pip install 'twinpilot[bench]'"
    return _row(f"{people:,} people x {DAYS} days", "customer-days/s", None, None, told)


def _alone(scale: Scale, progress: Callable[[str], None]) -> list[Row]:
    """Seconds and memory of a whole month, each in a process of its own, beside the project's limits."""
    rows = []
    for case, arguments, name, limits in (
        ("response", (), "response alone, every effect, a look a day", (3.0, 300.0)),
        ("plainest", (), "response alone, plainest effects, a look a day", (3.0, 300.0)),
        ("engine", ("1", "0"), "engine, decisions, guard, caps, pacing", (10.0, 500.0)),
    ):
        progress(f"{scale.alone:,} people: {name}")
        (found,) = measured((case, str(scale.alone), *arguments))
        title = f"{scale.alone:,} people x {DAYS} days, {name}"
        limited = scale.alone == SCALES["usual"].alone
        for metric, limit in zip(("seconds", "megabytes"), limits, strict=True):
            value = round(found[metric], 2)
            rows.append(_row(title, metric, value, limit if limited else None, "limit" if limited else None, "lower"))
    return rows


def _paired(scale: Scale, progress: Callable[[str], None]) -> list[Row]:
    """Rehearsal runs on two processes: as many as the scale says, and what 200 would take when that is fewer."""
    people, runs = scale.paired
    progress(f"{runs} paired runs of {people:,} people on two processes")
    each = str(runs // 2)
    began = time.perf_counter()
    found = measured(*(("paired", str(people), each, str(first)) for first in (0, runs // 2)))
    wall = time.perf_counter() - began
    limit, named = (300.0, "limit") if people == SCALES["usual"].paired[0] else (None, None)
    title = f"{people:,} people x {DAYS} days, two processes"
    if runs == 200:
        return [_row(f"{title}, 200 paired runs", "seconds", round(wall, 1), limit, named, "lower")]
    more = max(one["seconds"] for one in found) / (runs // 2) * ((200 - runs) // 2)
    return [
        _row(f"{title}, {runs} of 200 paired runs measured", "seconds", round(wall, 1), None, None, "lower"),
        _row(f"{title}, 200 paired runs, extrapolated from {runs}", "seconds", round(wall + more, 1), limit, named, "lower"),
    ]  # fmt: skip


def _compared(scale: Scale, how: Parameters, speed: float, progress: Callable[[str], None]) -> Row:
    """By how much cheaper two plans are compared at a given precision: variance by common luck, times speed."""
    seeds, people = scale.compared
    progress(f"two plans under {seeds} seeds of common luck, {people:,} people")
    on = stage(people)
    first, second = (
        np.array([_profit(on, how, seed, share) for seed in range(seeds)]) for share in (0.4, WRITTEN_MORE)
    )
    apart = float(first.var(ddof=1) + second.var(ddof=1))
    together = float((second - first).var(ddof=1))
    title = (
        f"two plans compared at equal precision, {seeds} seeds, {people:,} people: variance {apart / together:.0f} x "
        f"speed {speed:.1f}"
    )
    return _row(title, "runs' cost saved, factor", round(apart / together * speed), 1, "naive SimPy, independent seeds")


def _profit(on: Stage, how: Parameters, seed: int, share: float) -> float:
    """All margin of the month after messages and offers, which is what a twin without common luck can compare."""
    truth = fast(on, how, seed, batches(on, seed, share)).truth()
    return (truth.organic_margin + truth.net) / 1e6


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _row(
    case: str, metric: str, ours: float | None, peer: float | None, name: str | None, better: str = "higher"
) -> Row:
    ratio = None if ours is None or peer is None else round(ours / peer, 2 if better == "higher" else 3)
    return {
        "case": case, "metric": metric, "better": better, "ours": ours, "peer": peer, "peer_name": name, "ratio": ratio,
    }  # fmt: skip
