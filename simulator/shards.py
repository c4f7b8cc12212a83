"""A large audience rehearsed part by part: memory for one part at a time, and the same numbers on one worker or many.

A part has its share of the plan's money, ceilings and planned contacts by head, and learns from its own clicks. Arms,
luck and days are those of the whole audience, because they hang on person, seed and day alone. What the parts are
depends on the people only, never on the workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from campaigns.allocation import Allocation, Cell
from campaigns.contact import CONVERSION, REDEMPTION, FloatArray, IntArray
from campaigns.experiment import Experiment
from campaigns.figure import Figure
from campaigns.keys import person_keys, uniforms
from campaigns.plan import Plan
from delivery.decide import Beliefs
from policies.rule import PolicySet
from simulator.answer import Arms, arms_of, reported
from simulator.calendar import KIND
from simulator.errors import BadRehearsal
from simulator.executing import spread
from simulator.parameters import Parameters
from simulator.prepare import prepare
from simulator.run import Ran, Setup, play, ran_of
from simulator.usual import NO_RECORD, Usual, usual_setup
from simulator.world import Truth

SHARD = 1 << 17
"""People in a part at most."""
_LOT = 83
Luck = tuple[Parameters, int]
"""The parameters of a run, and the seed of its luck."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a plan's people, with the plan that they alone would have; `earlier` as in `Setup`, of these people."""

    plan: Plan
    people: pl.DataFrame
    earlier: tuple[IntArray, IntArray] | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for every part. Experiments are read `by_day` where it matters when they have their answer."""

    policies: PolicySet
    seed: int
    now: datetime
    usual: Usual = NO_RECORD
    beliefs: Beliefs | None = None
    by_day: bool = False

    def setup(self, part: Part) -> Setup:
        """What the runs of a part share."""
        made = prepare(part.plan, part.people, self.policies, self.seed, self.now)
        return replace(made, earlier=part.earlier, beliefs=self.beliefs)


@dataclass(frozen=True, slots=True)
class Total:
    """One run of a part or of several together: as `simulator.run.Ran`, with `arms` for what its experiment would report.

    `usual` is what business as usual brings the same people with the same luck; None where it is no campaign.
    """

    truth: Truth
    contacts: int
    people_reached: int
    unsubscribes: int
    complaints: int
    daily: FloatArray
    blocked: IntArray
    breaches: tuple[str, ...]
    arms: Arms
    usual: Truth | None = None

    def __add__(self, other: Total) -> Total:
        return Total(
            truth=self.truth + other.truth,
            contacts=self.contacts + other.contacts,
            people_reached=self.people_reached + other.people_reached,
            unsubscribes=self.unsubscribes + other.unsubscribes,
            complaints=self.complaints + other.complaints,
            daily=self.daily + other.daily,
            blocked=self.blocked + other.blocked,
            breaches=tuple(sorted({*self.breaches, *other.breaches})),
            arms=self.arms + other.arms,
            usual=None if self.usual is None or other.usual is None else self.usual + other.usual,
        )

    def ran(self, experiment: Experiment) -> Ran:
        """The run of all these people as one."""
        return Ran(
            truth=self.truth,
            contacts=self.contacts,
            people_reached=self.people_reached,
            unsubscribes=self.unsubscribes,
            complaints=self.complaints,
            daily=self.daily,
            blocked=self.blocked,
            breaches=self.breaches,
            measured=reported(self.arms, experiment),
        )


def lots(snapshot: pl.DataFrame, size: int = SHARD) -> tuple[IntArray, ...]:
    """The rows of a snapshot in as few parts of at most `size` people as can be, drawn by lot and equal to one person.

    The lot hangs on the person alone, so that every part is a random sample of the people. One part is all rows.
    """
    count = max(1, -(-snapshot.height // size))
    if count == 1:
        return (np.arange(snapshot.height),)
    drawn = np.argsort(uniforms(0, person_keys(snapshot["person_id"]), _LOT), kind="stable")
    return tuple(np.sort(rows) for rows in np.array_split(drawn, count))


def parts_of(
    plan: Plan, snapshot: pl.DataFrame, drawn: Sequence[IntArray], earlier: tuple[IntArray, IntArray] | None
) -> Iterator[Part]:
    """The parts of a plan that these lots make, one after the other; `earlier` names rows of the whole snapshot."""
    for rows, part in zip(drawn, parts(plan, snapshot.height, (snapshot[rows] for rows in drawn)), strict=True):
        if earlier is not None:
            mine = np.isin(earlier[0], rows)
            part = replace(part, earlier=(np.searchsorted(rows, earlier[0][mine]), earlier[1][mine]))
        yield part


def parts(plan: Plan, people: int, frames: Iterable[pl.DataFrame]) -> Iterator[Part]:
    """The parts of a plan for `people` in all, from frames that hold them in order; one frame is one part.

    Money is shared by head so that the parts' shares add up to the plan's to the micro. BadRehearsal when the frames
    hold another number of people.
    """
    before = 0
    for frame in frames:
        after = before + frame.height
        if after > people:
            break
        yield Part(_share(plan, before, after, people), frame)
        before = after
    else:
        if before == people:
            return
        after = before
    raise BadRehearsal(
        f"The parts hold {after} people or more and the plan is for {people}; take the plan's own snapshot."
    )


def slices(snapshot: pl.DataFrame | Path, size: int = SHARD) -> Iterator[pl.DataFrame]:
    """A snapshot in frames of at most `size` people; a Parquet file is read frame by frame."""
    if isinstance(snapshot, pl.DataFrame):
        yield from snapshot.iter_slices(size)
        return
    rows = pl.scan_parquet(snapshot)
    for start in range(0, int(rows.select(pl.len()).collect().item()), size):
        yield rows.slice(start, size).collect()


def run_parts(
    these: Iterable[Part],
    policies: PolicySet,
    draws: Sequence[Luck],
    seed: int,
    now: datetime,
    workers: int = 1,
    cluster: bool = False,
) -> list[Total]:
    """One total per pair of parameters and luck, over all parts; workers as in `simulator.executing.spread`."""
    totals: list[Total] = []
    jobs = ((part, draws) for part in these)
    for found in spread(partial(run_part, Terms(policies, seed, now)), jobs, workers, cluster):
        totals = [one + two for one, two in zip(totals, found, strict=True)] if totals else found
    return totals


def run_part(terms: Terms, job: tuple[Part, Sequence[Luck]]) -> list[Total]:
    """The runs of one part, in the order of their lucks."""
    part, lucks = job
    setup = terms.setup(part)
    plain = usual_setup(setup, terms.usual)
    found = []
    for parameters, luck in lucks:
        world, books = play(setup, parameters, luck)
        ran = ran_of(setup, world, books, measures=False)
        history = world.history()
        money = history[:, (history[KIND] == CONVERSION) | (history[KIND] == REDEMPTION)]
        arms = arms_of(setup.plan, setup.stage, world, money, terms.by_day)
        # Gone before business as usual is played: a part's memory is that of one world.
        del world, books, history, money
        usual = None if plain is None else play(plain, parameters, luck, keeps_all=False)[0].truth()
        found.append(
            Total(
                truth=ran.truth,
                contacts=ran.contacts,
                people_reached=ran.people_reached,
                unsubscribes=ran.unsubscribes,
                complaints=ran.complaints,
                daily=ran.daily,
                blocked=ran.blocked,
                breaches=ran.breaches,
                arms=arms,
                usual=usual,
            )
        )
    return found


def nets_of(terms: Terms, job: tuple[Part, Sequence[Luck]]) -> list[int]:
    """The incremental margin (micros) of one part's runs, in the order of their lucks, and nothing else."""
    part, lucks = job
    setup = terms.setup(part)
    return [play(setup, *luck, keeps_all=False)[0].truth().net for luck in lucks]


def _share(plan: Plan, before: int, after: int, people: int) -> Plan:
    """The plan of the people from place `before` to `after` of all."""

    def money(whole: int) -> int:
        return whole * after // people - whole * before // people

    def figure(whole: Figure, value: float) -> Figure:
        return whole.model_copy(update={"value": value, "low": None, "high": None, "level": None})

    def cell(whole: Cell) -> Cell:
        ceiling, contacts = money(int(whole.ceiling.value)), whole.contacts.value * (after - before) / people
        return whole.model_copy(
            update={"ceiling": figure(whole.ceiling, ceiling), "contacts": figure(whole.contacts, contacts)}
        )

    whole: Allocation = plan.allocation
    shared = whole.model_copy(
        update={
            "budget": figure(whole.budget, money(int(whole.budget.value))),
            "cells": tuple(cell(one) for one in whole.cells),
        }
    )
    changes: dict[str, object] = {"allocation": shared}
    if plan.brief.budget is not None:
        amount = plan.brief.budget.model_copy(update={"amount_micros": money(plan.brief.budget.amount_micros)})
        changes["brief"] = plan.brief.model_copy(update={"budget": amount})
    return plan.model_copy(update=changes)
