"""Decisions a second, the slowest of single decisions, learning: our bandit beside MABWiser and Vowpal Wabbit.

Rounds are interleaved, one of ours and one of each peer in turn, and medians taken, so that a machine that slows down
slows everybody. Vowpal Wabbit is given text that is formatted already (formatting halves its speed) and no arm is drawn
from what it predicts; of epsilon and squarecb the faster one counts. Of single decisions the 99th percentile of the
least disturbed round counts, for everyone, with Python's garbage collector switched off.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np

from delivery.decide import PooledThompson
from evals.bench.players import mabwiser, wabbit
from evals.bench.rows import Row, row
from evals.bench.streams import Shape, Stream

OURS, MAB, WABBIT = "ours", "MABWiser LinTS", "Vowpal Wabbit"
Work = tuple[Callable[[], object], int]


@dataclass(frozen=True, slots=True)
class Load:
    """How many people each side decides for in a round: ours, MABWiser per million scores, Vowpal Wabbit; single
    decisions of each; rounds; rows to learn from at a time."""

    people: int
    peers: int
    singles: tuple[int, int, int]
    rounds: int
    learnt: int


@dataclass(frozen=True, slots=True)
class Contest:
    """The three after they learnt the same rewards of arms given out evenly."""

    stream: Stream
    ours: PooledThompson
    mab: Any
    wabbits: tuple[Any, Any]
    told: list[str]

    @classmethod
    def of(cls, arms: int, features: int, load: Load, optimism: float) -> Contest:
        """BadInput naming the extra to install when a peer is missing."""
        stream = Stream(Shape(arms, features, max(load.people, 20 * arms), 1), 5)
        every = slice(0, load.learnt)
        action = (stream.uniforms[every] * arms).astype(np.int64)
        reward = stream.rewards(every, stream.chances(every)[np.arange(len(action)), action])
        ours = PooledThompson(arms, features, floor=0.05, optimism=optimism)
        mab = mabwiser("LinTS", arms, 0.1, 1)
        ours.learn(action, stream.x[every], reward)
        ours.refresh()
        mab.fit(action, reward, stream.x[every])
        told = [f"{arm + 1}:{1 - paid:g}:{1 / arms:.6f} {line}" for arm, paid, line in zip(action, reward, stream.lines[every], strict=True)]  # fmt: skip
        forms = ("--epsilon .05 --cb_type dm", "--squarecb --gamma_scale 1000")
        wabbits = tuple(wabbit(f"--cb_explore {arms} {form}") for form in forms)
        for one in wabbits:
            for line in told:
                one.learn(line)
        return cls(stream, ours, mab, (wabbits[0], wabbits[1]), told)


def speeds(arms: int, features: int, load: Load, optimism: float) -> list[Row]:
    """A row for each thing measured and each peer at this size, ours with this optimism."""
    contest = Contest.of(arms, features, load, optimism)
    case, rows = f"{arms} arms x {features} features" + f", optimism {optimism:g}" * (optimism > 0), list[Row]()
    gc.collect()
    gc.disable()
    try:
        rate = rates(_batches(contest, load), load.rounds)
        rows += _beside(f"{case}, a batch", "decisions/s", rate, "act")
        rows += [
            row(f"{case}, a batch with every propensity", "decisions/s", "higher", *_medians(rate, "propensities", WABBIT), f"{WABBIT}, whose prediction is its propensities"),
            row(f"{case}, a batch with every propensity", "decisions/s", "higher", float(np.median(rate["propensities"])), None, "MABWiser, which gives none"),
        ]  # fmt: skip
        rows += _singles(contest, load, case)
        learning = rates(_learning(contest, load), load.rounds)
        rows += _beside(
            f"{case}, learning {load.learnt:,} rewards until the next decision", "rewards/s", learning, "learn"
        )
        rows.append(row(f"{case}, refresh after rewards of every arm", "ms", "lower", float(np.median(1e3 / learning["refresh"])), None, None))  # fmt: skip
    finally:
        gc.enable()
    return rows


def rates(works: dict[str, Work], rounds: int) -> dict[str, Any]:
    """What each one did a second in every round, taken in turns after a round that does not count; (rounds,) each."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, (work, many) in works.items():
            began = time.perf_counter()
            work()
            if number:
                found[name].append(many / (time.perf_counter() - began))
    return {name: np.array(taken) for name, taken in found.items()}


def slowest(call: Callable[..., object], asked: Sequence[tuple[Any, ...]], calls: int) -> tuple[float, float]:
    """Median and 99th percentile of single calls, in microseconds; what is asked is asked again from the start."""
    taken = np.empty(calls)
    clock = time.perf_counter_ns
    for place, arguments in enumerate(islice(cycle(asked), calls)):
        began = clock()
        call(*arguments)
        taken[place] = clock() - began
    return float(np.median(taken)) / 1e3, float(np.percentile(taken, 99)) / 1e3


def _batches(contest: Contest, load: Load) -> dict[str, Work]:
    stream, ours = contest.stream, contest.ours
    x, uniforms = stream.x[: load.people].astype(np.float32), stream.uniforms[: load.people]
    few = min(load.people, max(load.peers * 1_000 // (ours.arms * ours.features), 200))
    some, lines, counted = stream.x[:few], stream.lines[: load.peers], x[: load.people // 5]
    epsilon, square = contest.wabbits
    return {
        "act": (lambda: ours.act(x, uniforms), load.people),
        MAB: (lambda: contest.mab.predict(some), few),
        WABBIT: (lambda: [epsilon.predict(line) for line in lines], len(lines)),
        f"{WABBIT}, squarecb": (lambda: [square.predict(line) for line in lines], len(lines)),
        "propensities": (lambda: ours.propensities(counted), len(counted)),
    }


def _learning(contest: Contest, load: Load) -> dict[str, Work]:
    stream, ours = contest.stream, contest.ours
    every = slice(0, load.learnt)
    action, reward = np.arange(load.learnt) % ours.arms, (stream.uniforms[every] < 0.3).astype(np.float64)

    def learn() -> None:
        ours.learn(action, stream.x[every], reward)
        ours.refresh()

    def refresh() -> None:
        ours.evidence.changed[:] = True
        ours.refresh()

    epsilon, square = contest.wabbits
    return {
        "learn": (learn, load.learnt),
        MAB: (lambda: contest.mab.partial_fit(action, reward, stream.x[every]), load.learnt),
        WABBIT: (lambda: [epsilon.learn(line) for line in contest.told], len(contest.told)),
        f"{WABBIT}, squarecb": (lambda: [square.learn(line) for line in contest.told], len(contest.told)),
        "refresh": (refresh, 1),
    }


def _singles(contest: Contest, load: Load, case: str) -> list[Row]:
    stream, some = contest.stream, slice(0, 1_000)
    singles, rows_of = stream.x[some].astype(np.float32), stream.x[some]
    calls: dict[str, tuple[Callable[..., object], Sequence[tuple[Any, ...]], int]] = {
        OURS: (contest.ours.one, list(zip(singles, stream.uniforms[some].tolist(), strict=True)), load.singles[0]),
        MAB: (contest.mab.predict, [(one[None],) for one in rows_of], load.singles[1]),
        WABBIT: (contest.wabbits[0].predict, [(line,) for line in stream.lines[some]], load.singles[2]),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(load.rounds):
        for name, call in calls.items():
            taken[name].append(slowest(*call))
    least = {name: (min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)) for name, pairs in taken.items()}
    return [
        row(f"{case}, one decision, {words}", "us", "lower", least[OURS][place], least[peer][place], peer)
        for place, words in ((0, "median"), (1, "99th percentile"))
        for peer in (MAB, WABBIT)
    ]


def _beside(case: str, metric: str, rate: dict[str, Any], mine: str) -> list[Row]:
    squares = f"{WABBIT}, squarecb"
    faster = max((WABBIT, squares), key=lambda name: float(np.median(rate[name])))
    told = {WABBIT: f"{WABBIT}, epsilon, text ready", squares: f"{squares}, text ready", MAB: MAB}
    return [row(case, metric, "higher", *_medians(rate, mine, peer), told[peer]) for peer in (MAB, faster)]


def _medians(rate: dict[str, Any], mine: str, peer: str) -> tuple[float, float]:
    return float(np.median(rate[mine])), float(np.median(rate[peer]))
