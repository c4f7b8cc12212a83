"""Cumulative regret of bandits on the same streams: each tuned over a small grid on streams of its own, then compared.

Regret is the sum over people of the best arm's true chance less that of the arm chosen. Everybody starts from one batch
of uniform arms, decides a batch at a time and learns after it. Nobody's time is measured here, so runs share the cores.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from threadpoolctl import threadpool_limits

from campaigns.contact import FloatArray
from evals.bench.alone import SINGLE
from evals.bench.players import Setting, Who, grid
from evals.bench.streams import Shape, Stream

TUNING, COMPARED = 7_000, 12_001
"""First seeds of the streams on which the grid is searched and of those on which the figures are taken."""


@dataclass(frozen=True, slots=True)
class Case:
    """A shape with the number of streams to tune on and to compare on."""

    shape: Shape
    tuned: int
    seeds: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How one of the players fared: its best setting, and its regret on each of the compared streams."""

    setting: Setting
    regrets: FloatArray

    @property
    def mean(self) -> float:
        return float(self.regrets.mean())

    @property
    def error(self) -> float:
        """Standard error of the mean over streams."""
        return standard_error(self.regrets)


def play(setting: Setting, stream: Stream) -> float:
    """The player's regret over the whole stream, in rewards."""
    player, shape, regret = setting.player(stream), stream.shape, 0.0
    for start in range(0, shape.people, shape.batch):
        part = slice(start, min(start + shape.batch, shape.people))
        chances = stream.chances(part)
        action, probability = ((stream.uniforms[part] * shape.arms).astype(np.int64), None) if not start else player.choose(part)  # fmt: skip
        got = chances[np.arange(len(chances)), action]
        regret += float((chances.max(axis=1) - got).sum())
        player.learn(part, action, stream.rewards(part, got), probability)
    return regret


def uniform(shape: Shape, seed: int) -> float:
    """The regret of arms given out evenly, whoever comes."""
    stream, regret = Stream(shape, seed), 0.0
    for start in range(0, shape.people, shape.batch):
        chances = stream.chances(slice(start, start + shape.batch))
        regret += float((chances.max(axis=1) - chances.mean(axis=1)).sum())
    return regret


def compare(
    cases: Sequence[Case], whos: Sequence[Who], pool: Executor | None, progress: Callable[[str], None]
) -> list[dict[Who, Standing]]:
    """For every case everybody's standing, each under the setting with the least regret on the tuning streams."""
    jobs = [
        (case, who, seed, grid(who, case.shape))
        for case in cases
        for who in whos
        for seed in range(TUNING, TUNING + case.tuned)
    ]
    progress(f"tuning everybody: {sum(len(job[3]) for job in jobs)} runs")
    found: dict[tuple[Case, Who], FloatArray] = {}
    for (case, who, _, settings), regrets in zip(jobs, _all(pool, jobs), strict=True):
        found[case, who] = found.get((case, who), np.zeros(len(settings))) + np.array(regrets)
    chosen = {(case, who): grid(who, case.shape)[int(total.argmin())] for (case, who), total in found.items()}
    runs = [
        (case, who, seed, (chosen[case, who],))
        for case in cases
        for who in whos
        for seed in range(COMPARED, COMPARED + case.seeds)
    ]
    progress(f"comparing the best settings: {len(runs)} runs")
    regrets = [one for (one,) in _all(pool, runs)]
    standings: list[dict[Who, Standing]] = []
    for case in cases:
        own = {
            who: np.array([regret for run, regret in zip(runs, regrets, strict=True) if run[:2] == (case, who)])
            for who in whos
        }
        standings.append({who: Standing(chosen[case, who], taken) for who, taken in own.items()})
    return standings


@contextmanager
def side_by_side() -> Iterator[Executor]:
    """Processes with one thread of linear algebra each, at most two of them."""
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), get_context("spawn"), _one_thread) as pool:
        yield pool


def standard_error(values: FloatArray) -> float:
    """Of the mean; 0 for a single value, which has none."""
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def _one_thread() -> None:
    """For libraries that are loaded already and, by the environment, for those still to come."""
    os.environ.update(SINGLE)
    threadpool_limits(1)


Job = tuple[Case, Who, int, tuple[Setting, ...]]


def _all(pool: Executor | None, jobs: Sequence[Job]) -> Iterator[list[float]]:
    return map(_work, jobs) if pool is None else pool.map(_work, jobs)


def _work(job: Job) -> list[float]:
    case, _, seed, settings = job
    stream = Stream(case.shape, seed)
    return [play(setting, stream) for setting in settings]
