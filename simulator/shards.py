"""A large audience rehearsed part by part: memory for one part at a time, and the same numbers on one worker or many.

A part has its share of the plan's money, ceilings and planned contacts by head, and learns from its own clicks. Arms,
luck and days are those of the whole audience, because they hang on person, seed and day alone. What the parts are
depends on the number of people only, never on the workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from campaigns.allocation import Allocation, Cell
from campaigns.contact import CONVERSION, REDEMPTION, FloatArray, IntArray
from campaigns.figure import Figure
from campaigns.plan import Plan
from policies.rule import PolicySet
from simulator.answer import Arms, arms_of
from simulator.calendar import KIND
from simulator.errors import BadRehearsal
from simulator.executing import spread
from simulator.parameters import Parameters
from simulator.rehearse import prepare
from simulator.run import play, ran_of
from simulator.world import Truth

SHARD = 1 << 17
"""People in a part at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a plan's people, with the plan that they alone would have."""

    plan: Plan
    people: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Total:
    """One run of a part or of several together: as `simulator.run.Ran`, with `arms` for what its experiment would report."""

    truth: Truth
    contacts: int
    people_reached: int
    unsubscribes: int
    complaints: int
    daily: FloatArray
    blocked: IntArray
    breaches: tuple[str, ...]
    arms: Arms

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
        )


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
    draws: Sequence[tuple[Parameters, int]],
    seed: int,
    now: datetime,
    workers: int = 1,
    cluster: bool = False,
) -> list[Total]:
    """One total per pair of parameters and luck, over all parts; workers as in `simulator.executing.spread`."""
    totals: list[Total] = []
    for found in spread(partial(_runs, policies, draws, seed, now), these, workers, cluster):
        totals = [one + two for one, two in zip(totals, found, strict=True)] if totals else found
    return totals


def _runs(
    policies: PolicySet, draws: Sequence[tuple[Parameters, int]], seed: int, now: datetime, part: Part
) -> list[Total]:
    setup = prepare(part.plan, part.people, policies, seed, now)
    found = []
    for parameters, luck in draws:
        world, books = play(setup, parameters, luck)
        ran = ran_of(setup, world, books)
        history = world.history()
        money = history[:, (history[KIND] == CONVERSION) | (history[KIND] == REDEMPTION)]
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
                arms=arms_of(setup.stage, world, money),
            )
        )
    return found


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
