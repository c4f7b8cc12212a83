"""How low regret can go on the streams of `bench decide`: `python -m evals.bench.decide_floor [SEEDS]` prints a table.

Learners that are told what nobody is told in life: the law that the weights were drawn from and how they drift, and then
also the reward of a second arm, or of every arm, per person. All choose by `OddsThompson`, nearly greedily.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from campaigns.contact import FloatArray
from delivery.decide import OddsThompson
from evals.bench.decide import SCALES
from evals.bench.regret import Case, play, side_by_side
from evals.bench.streams import OFFSET, STRENGTH, Shape, Stream

TOLD = (1, 2, 0)
"""Rewards that a learner is told per person: of the arm chosen, of the next best as well, and (0) of every arm."""
FIRST = 5_500
"""First seed: these streams are neither tuned nor compared on."""


@dataclass(frozen=True, slots=True)
class Told:
    """The setting of a learner that is told `rewards` per person."""

    rewards: int

    def player(self, stream: Stream) -> Informed:
        return Informed(stream, self.rewards)


class Informed:
    """Knows the true prior; where weights drift also that they turn by a quarter from one set to another."""

    def __init__(self, stream: Stream, rewards: int) -> None:
        shape = stream.shape
        self.stream, self.rewards, self.x = stream, rewards or shape.arms, stream.x
        if shape.drifts:
            angle = np.pi / 2 * np.arange(shape.people)[:, None] / shape.people
            self.x = np.concatenate([np.cos(angle) * stream.x, np.sin(angle) * stream.x], axis=1)
        self.bandit = OddsThompson(
            shape.arms,
            self.x.shape[1],
            scale=0.1,
            ridge=shape.features / STRENGTH**2,
            hope=1 / (1 + np.exp(OFFSET)),
            floor=0,
        )

    def choose(self, part: slice) -> tuple[Any, None]:
        return self.bandit.act(self.x[part], self.stream.uniforms[part]), None

    def learn(self, part: slice, action: Any, reward: FloatArray, probability: FloatArray | None) -> None:
        people, x, arms = np.arange(len(action)), self.x[part], np.asarray(action)[:, None]
        if self.rewards > 1:
            order = np.argsort(-(x @ self.bandit.means.T), axis=1)
            others = order[order != arms].reshape(len(people), -1)[:, : self.rewards - 1]
            # Another arm's reward has luck of its own: under the same luck it would hardly say anything new.
            luck = np.random.default_rng([7, part.start]).random(others.shape)
            paid = luck < self.stream.chances(part)[people[:, None], others]
            arms, told = np.concatenate([arms, others], axis=1), np.concatenate([reward[:, None], paid], axis=1)
        else:
            told = reward[:, None]
        self.bandit.learn(arms.ravel(), np.repeat(x, arms.shape[1], axis=0), told.ravel())
        self.bandit.refresh()


def floors(shape: Shape, seed: int) -> list[float]:
    """The regret of each learner of `TOLD` on one stream."""
    stream = Stream(shape, seed)
    return [play(Told(rewards), stream) for rewards in TOLD]


def table(cases: tuple[Case, ...], seeds: int) -> Iterator[str]:
    """A line for every case: mean regrets over this many streams."""
    yield "| case | knows the law | and a second reward each | and every reward |"
    yield "|---|---|---|---|"
    with side_by_side() as pool:
        for case in cases:
            found = pool.map(floors, [case.shape] * seeds, range(FIRST, FIRST + seeds))
            mean = np.mean(list(found), axis=0)
            yield f"| {case.shape.told} | " + " | ".join(f"{regret:,.0f}" for regret in mean) + " |"


if __name__ == "__main__":
    for line in table(SCALES["usual"].cases, int(sys.argv[1]) if len(sys.argv) > 1 else 2):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
