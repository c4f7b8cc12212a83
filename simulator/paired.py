"""The paired runs of a rehearsal: of all people at once, or of a large audience's parts that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import polars as pl

from campaigns.contact import IntArray
from campaigns.plan import Plan
from simulator.executing import dealt, spread
from simulator.placebos import some_rows
from simulator.run import Ran, Setup, play, run_once
from simulator.shards import SHARD, Luck, Part, Terms, Total, lots, nets_of, parts_of, run_part
from simulator.usual import usual_setup
from simulator.world import Truth

Pair = tuple[Ran, Truth | None]
"""A run, and what business as usual brings the same people with the same luck; None where that is no campaign."""
AT_A_TIME = 10
"""Runs that a worker makes of a part before it gets the next one."""


class Audience(Protocol):
    """Whom a rehearsal is about, and how runs of them are made: the same runs on any number of workers."""

    @property
    def some(self) -> Setup:
        """What runs of all these people share, or of a few by lot where they are too many to be held at once."""

    @property
    def whole(self) -> bool:
        """Whether `some` are all people."""

    @property
    def told(self) -> tuple[str, ...]:
        """What a reader should know about how the runs were made."""

    def pairs(self, lucks: Sequence[Luck]) -> Iterator[list[Pair]]:
        """The runs of these parameters and lucks in order, some at a time, as they are done."""

    def nets(self, lucks: Sequence[Luck]) -> list[int]:
        """The incremental margin (micros) of such runs, in order, and nothing else."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """All people in one world; workers share out the runs."""

    some: Setup
    plain: Setup | None
    workers: int = 1
    cluster: bool = False
    whole: bool = True
    told: tuple[str, ...] = ()

    def pairs(self, lucks: Sequence[Luck]) -> Iterator[list[Pair]]:
        """The runs, in as many blocks as there are workers."""
        task = partial(_pairs, self.some, self.plain)
        yield from spread(task, dealt(lucks, self.workers), self.workers, self.cluster)

    def nets(self, lucks: Sequence[Luck]) -> list[int]:
        """The runs' incremental margins, made in this process."""
        return [play(self.some, *luck, keeps_all=False)[0].truth().net for luck in lucks]


@dataclass(frozen=True, slots=True)
class InParts:
    """A large audience part by part (`simulator.shards`): workers share out parts and runs, and hold one part each.

    `drawn` are the parts' rows, `earlier` is as in `Setup`, of the whole snapshot.
    """

    plan: Plan
    snapshot: pl.DataFrame
    drawn: tuple[IntArray, ...]
    terms: Terms
    earlier: tuple[IntArray, IntArray] | None
    some: Setup
    workers: int = 1
    cluster: bool = False
    whole: bool = False

    @property
    def told(self) -> tuple[str, ...]:
        """How the parts stand for the whole."""
        return (
            f"Rehearsed in {len(self.drawn)} parts of at most {len(self.drawn[0]):,} people drawn by lot. Each has its share of "
            "the money, ceilings and planned contacts by head, to the micro, learns from its own clicks and watches its "
            "own control group for harm; live, all people share one budget, one memory and one watch.",
        )

    def pairs(self, lucks: Sequence[Luck]) -> Iterator[list[Pair]]:
        """The runs, ten at a time, of all parts."""
        found = spread(partial(run_part, self.terms), self._jobs(lucks), self.workers, self.cluster)
        for totals in self._summed(found):
            yield [(total.ran(self.plan.experiment), total.usual) for total in totals]

    def nets(self, lucks: Sequence[Luck]) -> list[int]:
        """The runs' incremental margins over all parts."""
        found = [0] * len(lucks)
        jobs = spread(partial(nets_of, self.terms), self._jobs(lucks), self.workers, self.cluster)
        for place, nets in enumerate(jobs):
            first = place // len(self.drawn) * AT_A_TIME
            for run, net in enumerate(nets):
                found[first + run] += net
        return found

    def _jobs(self, lucks: Sequence[Luck]) -> Iterator[tuple[Part, Sequence[Luck]]]:
        for first in range(0, len(lucks), AT_A_TIME):
            for part in parts_of(self.plan, self.snapshot, self.drawn, self.earlier):
                yield part, lucks[first : first + AT_A_TIME]

    def _summed(self, found: Iterator[list[Total]]) -> Iterator[list[Total]]:
        """The totals over all parts, added in the parts' order: sums of rounded numbers hang on it."""
        for totals in found:
            for _ in self.drawn[1:]:
                totals = [one + other for one, other in zip(totals, next(found), strict=True)]
            yield totals


def audience(
    plan: Plan,
    snapshot: pl.DataFrame,
    terms: Terms,
    earlier: tuple[IntArray, IntArray] | None,
    workers: int = 1,
    cluster: bool = False,
    most: int = SHARD,
) -> Audience:
    """The people of a snapshot, at once up to `most` of them and in parts beyond.

    BadRehearsal when the plan's horizon is over or it uses a channel without response priors.
    """
    if snapshot.height <= most:
        setup = terms.setup(Part(plan, snapshot, earlier))
        return AtOnce(setup, usual_setup(setup, terms.usual), workers, cluster)
    few = snapshot[some_rows(snapshot["person_id"], terms.seed)]
    some = terms.setup(Part(plan, few))
    return InParts(plan, snapshot, lots(snapshot, most), replace(terms, by_day=True), earlier, some, workers, cluster)


def _pairs(setup: Setup, plain: Setup | None, lucks: Sequence[Luck]) -> list[Pair]:
    return [
        (run_once(setup, *luck), None if plain is None else play(plain, *luck, keeps_all=False)[0].truth())
        for luck in lucks
    ]
