"""Those who decide on a stream: ours, Vowpal Wabbit and MABWiser, each under every setting of a small grid.

A fair Vowpal Wabbit has named features, squarecb with a large gamma (or epsilon with the direct method), a learning rate
that was tried out and costs of either sign: with 1 - reward an arm not yet tried looks good, with -reward it looks bad,
and which is better depends on the stream. MABWiser has no forgetting of its own; where weights drift it may also be
fitted anew on a window of the last batches. Ours has a hope and MABWiser's may learn the reward less a constant: a prior
of mean 0 then stands for an arm that pays this much, as a cost of 1 - reward does for Vowpal Wabbit. Peers have no floor of exploration, so ours has none here either.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from campaigns.contact import FloatArray
from campaigns.errors import BadInput
from delivery.decide import FactoredThompson, OddsThompson, PooledThompson
from evals.bench.streams import Shape, Stream, combinations

Who = Literal["ours", "factored", "Vowpal Wabbit", "Vowpal Wabbit as the goal had it", "MABWiser"]
_POLICIES = (
    ("LinUCB", 0.1, 1.0, 0.0, 0.0),
    ("LinUCB", 0.3, 10.0, 0.0, 0.0),
    ("LinTS", 0.1, 1.0, 0.0, 0.0),
    ("LinGreedy", 0.0, 10.0, 0.0, 0.0),
    ("LinUCB", 0.1, 10.0, 0.0, 0.5),
    ("LinUCB", 0.1, 20.0, 0.0, 0.5),
    ("LinTS", 0.1, 10.0, 0.0, 0.5),
    ("LinGreedy", 0.0, 20.0, 0.0, 0.5),
)
_DRIFTING_POLICIES = (
    *(("LinUCB", 0.1, 1.0, last, 0.0) for last in (25.0, 50.0)),
    *(("LinUCB", 0.1, 10.0, last, 0.5) for last in (0.0, 25.0, 50.0)),
    ("LinTS", 0.1, 10.0, 25.0, 0.5),
    *(("LinGreedy", 0.0, 10.0, last, 0.0) for last in (0.0, 50.0)),
)
"""MABWiser's policy, boldness, ridge, the batches in its window (0 for all), and hope."""
_AS_GOAL = ((0.0, 100.0, 0.5, 0.5), (0.0, 300.0, 0.5, 0.5))
"""Vowpal Wabbit's cost of no reward, gamma, learning rate and its decay; the goal was set with these, gamma tuned alone."""
_SQUARES = ((1.0, 100.0, 1.0, 0.5), (1.0, 1000.0, 1.0, 0.5), (1.0, 1000.0, 2.0, 0.5), (0.5, 1000.0, 1.0, 0.5), (0.0, 1000.0, 2.0, 0.5), (0.0, 1000.0, 5.0, 0.5))  # fmt: skip
_DRIFTING_SQUARES = ((1.0, 1000.0, 1.0, 0.5), (1.0, 1000.0, 2.0, 0.5), (0.5, 1000.0, 2.0, 0.5), (1.0, 1000.0, 1.0, 0.25), (0.0, 1000.0, 2.0, 0.5))  # fmt: skip


class Player(Protocol):
    """Decides for people and learns from their rewards, batch by batch; stands on one stream."""

    def choose(self, part: slice) -> tuple[Any, FloatArray | None]:
        """An arm per person, and its probability where whoever decides needs it to learn."""

    def learn(self, part: slice, action: Any, reward: FloatArray, probability: FloatArray | None) -> None:
        """Take in the rewards of these people."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to set up a player: whose it is, in words, and the numbers that its constructor reads."""

    who: Who
    told: str
    kind: str
    numbers: tuple[float, ...]

    def player(self, stream: Stream) -> Player:
        """The player, new and knowing nothing; BadInput naming the extra to install when a peer is missing."""
        if self.who == "ours" or self.who == "factored":
            return Ours(self, stream)
        return Mabwiser(self, stream) if self.who == "MABWiser" else Wabbit(self, stream)


class Ours:
    """The bandits of `delivery.decide`."""

    def __init__(self, setting: Setting, stream: Stream) -> None:
        shape, numbers = stream.shape, setting.numbers
        self.stream = stream
        self.bandit: PooledThompson | FactoredThompson
        if setting.who == "factored":
            boldness, spread = numbers
            self.bandit = FactoredThompson(combinations(), shape.features, boldness=boldness, spread=spread, floor=0)
        else:
            scale, ridge, forget, hope, drift, optimism = numbers
            make = OddsThompson if setting.kind == "odds" else PooledThompson
            self.bandit = make(
                shape.arms,
                shape.features,
                scale=scale,
                ridge=ridge,
                forget=forget,
                hope=hope,
                drift=drift,
                optimism=optimism,
                floor=0,
            )

    def choose(self, part: slice) -> tuple[Any, FloatArray | None]:
        return self.bandit.act(self.stream.x[part], self.stream.uniforms[part]), None

    def learn(self, part: slice, action: Any, reward: FloatArray, probability: FloatArray | None) -> None:
        self.bandit.discount()
        self.bandit.learn(action, self.stream.x[part], reward)
        self.bandit.refresh()


class Wabbit:
    """Vowpal Wabbit; arms are drawn from the probabilities that it predicts."""

    def __init__(self, setting: Setting, stream: Stream) -> None:
        self.stream, (self.paid_off, gamma, rate, power) = stream, setting.numbers
        form = f"--cb_explore {stream.shape.arms} -l {rate:g} --power_t {power:g} "
        explore = f"--squarecb --gamma_scale {gamma:g}" if setting.kind == "squarecb" else f"--epsilon {gamma:g} --cb_type dm"  # fmt: skip
        self.machine = wabbit(form + explore)

    def choose(self, part: slice) -> tuple[Any, FloatArray | None]:
        share = np.array([self.machine.predict(line) for line in self.stream.lines[part]], np.float64)
        below = np.cumsum(share, axis=1)
        action = (below < self.stream.uniforms[part][:, None] * below[:, -1:]).sum(axis=1)
        return action, share[np.arange(len(share)), action]

    def learn(self, part: slice, action: Any, reward: FloatArray, probability: FloatArray | None) -> None:
        if probability is None:
            probability = np.full(len(reward), 1 / self.stream.shape.arms)
        costs = self.paid_off - reward
        for line, arm, cost, share in zip(self.stream.lines[part], action, costs, probability, strict=True):
            self.machine.learn(f"{arm + 1}:{cost:g}:{share:.6f} {line}")


class Mabwiser:
    """MABWiser's linear policies, one process, optionally fitted anew on the last batches."""

    def __init__(self, setting: Setting, stream: Stream) -> None:
        self.stream, (boldness, ridge, window, self.hope) = stream, setting.numbers
        self.machine = mabwiser(setting.kind, stream.shape.arms, boldness, ridge)
        self.kept: deque[tuple[Any, ...]] = deque(maxlen=int(window) or None)
        self.window, self.fitted = window, False

    def choose(self, part: slice) -> tuple[Any, FloatArray | None]:
        return np.asarray(self.machine.predict(self.stream.x[part]), np.int64), None

    def learn(self, part: slice, action: Any, reward: FloatArray, probability: FloatArray | None) -> None:
        told: tuple[Any, ...] = (np.asarray(action, np.int64), reward - self.hope, self.stream.x[part])
        if self.window:
            self.kept.append(told)
            told = tuple(np.concatenate(column) for column in zip(*self.kept, strict=True))
        if self.window or not self.fitted:
            self.machine.fit(*told)
        else:
            self.machine.partial_fit(*told)
        self.fitted = True


def wabbit(options: str) -> Any:
    """A Vowpal Wabbit with these options, quiet."""
    try:
        from vowpalwabbit import Workspace
    except ImportError as error:
        raise _missing(error) from None
    return Workspace(options + " --quiet")


def mabwiser(kind: str, arms: int, boldness: float, ridge: float) -> Any:
    """MABWiser under LinTS, LinUCB or LinGreedy (whose boldness is its share of even exploration)."""
    try:
        from mabwiser.mab import MAB, LearningPolicy
    except ImportError as error:
        raise _missing(error) from None
    named = {"epsilon": boldness} if kind == "LinGreedy" else {"alpha": boldness}
    return MAB(list(range(arms)), getattr(LearningPolicy, kind)(**named, l2_lambda=ridge), seed=1)


def grid(who: Who, shape: Shape) -> tuple[Setting, ...]:
    """The settings among which this one's best is looked for on streams of this shape."""
    if who == "ours":
        return tuple(Setting(who, _ours_words(kind, numbers), kind, numbers) for kind, numbers in _ours(shape))
    if who == "factored":
        tried = [(bold, spread) for bold in (0.1, 0.2) for spread in (0.02, 0.03)]
        return tuple(Setting(who, f"boldness {a:g}, spread {b:g}", "", (a, b)) for a, b in tried)
    if who == "MABWiser":
        return tuple(
            Setting(
                who, f"{kind} {a:g}, l2 {b:g}" + f", last {c:g} batches" * (c > 0) + f", hope {d:g}", kind, (a, b, c, d)
            )
            for kind, a, b, c, d in _mabwisers(shape)
        )
    kinds = [("squarecb", numbers) for numbers in _AS_GOAL]
    if who == "Vowpal Wabbit":
        kinds += [("squarecb", numbers) for numbers in (_DRIFTING_SQUARES if shape.drifts else _SQUARES)]
        kinds += [("epsilon", (0.0, 0.02, 2.0, 0.5))]
    return tuple(Setting(who, _words(kind, numbers), kind, numbers) for kind, numbers in kinds)


def _mabwisers(shape: Shape) -> list[tuple[str, float, float, float, float]]:
    """MABWiser's policies: those with a ridge of their own, and those whose ridge grows with the features, as ours may."""
    ridge = 0.8 * shape.features
    if shape.drifts:
        return [*_DRIFTING_POLICIES, *(("LinUCB", 0.1, ridge, last, hope) for last, hope in ((0.0, 0.5), (50.0, 0.5), (50.0, 0.3)))]  # fmt: skip
    return [*_POLICIES, *(("LinUCB", 0.1, ridge, 0.0, hope) for hope in (0.35, 0.5)), ("LinGreedy", 0.0, ridge, 0.0, 0.35)]  # fmt: skip


def _ours(shape: Shape) -> list[tuple[str, tuple[float, ...]]]:
    """Which of our bandits, and its scale, ridge, what a batch leaves of the past, hope, drift and optimism: log odds as
    the engine sets them, and linear arms whose ridge grows with the features. Chosen on other streams (seeds 2,001 to 2,708)."""
    size = shape.features
    if shape.shared:
        linear = [("", (scale, ridge, 1.0, hope, 0.0, 0.0)) for scale in (0.03, 0.1) for ridge in (1.0, 10.0) for hope in (0.0, 0.5)]  # fmt: skip
        return [*linear, ("odds", (0.1, 0.16 * size, 1.0, 0.4, 0.0, 0.0))]
    if shape.drifts:
        return [("odds", (0.1, 0.16 * size, 1.0, 0.4, 0.014, 0.0)), ("", (0.03, 0.8 * size, 1.0, 0.4, 0.014, 0.0))]
    return [
        ("odds", (0.1, 0.16 * size, 1.0, 0.4, 0.0, 0.0)),
        ("odds", (0.03, 0.16 * size, 1.0, 0.3, 0.0, 0.2)),
        ("", (0.005, 0.8 * size, 1.0, 0.35, 0.0, 0.0)),
    ]


def _ours_words(kind: str, numbers: tuple[float, ...]) -> str:
    scale, ridge, forget, hope, drift, optimism = numbers
    how = f"{kind} scale {scale:g}, ridge {ridge:g}".strip() + f", forget {forget:g}" * (forget < 1)
    return f"{how}, hope {hope:g}" + f", drift {drift:g}" * (drift > 0) + f", optimism {optimism:g}" * (optimism > 0)


def _words(kind: str, numbers: tuple[float, ...]) -> str:
    paid_off, gamma, rate, power = numbers
    how = f"squarecb gamma {gamma:g}" if kind == "squarecb" else f"epsilon {gamma:g} dm"
    return f"{how}, -l {rate:g}, --power_t {power:g}, cost {paid_off:g} - reward"


def _missing(error: ImportError) -> BadInput:
    return BadInput(
        f"{error.name} is not installed, and the benchmark asks it beside us; run pip install 'twinpilot[bench]'."
    )
