"""One rehearsal run: the engine against a world, beside the same people left alone."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import simpy

from campaigns.contact import COMPLAINT, CONVERSION, UNSUBSCRIBE, FloatArray, IntArray
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.plan import Plan
from delivery.books_columns import ColumnBooks
from delivery.engine import Engine
from delivery.schedule import Tick
from delivery.values import Values
from policies.guard import Guard
from simulator.breaches import breaches
from simulator.calendar import AT, COST, KEY, KIND, MARGIN, REVENUE, ROW, Events
from simulator.organic import DAY
from simulator.parameters import Parameters
from simulator.stage import Stage
from simulator.world import SimWorld, Truth
from tools.experiment.effect import difference


@dataclass(frozen=True, slots=True)
class Setup:
    """What every run of a rehearsal shares."""

    plan: Plan
    stage: Stage
    guard: Guard
    values: Values
    ticks: tuple[Tick, ...]
    earlier: tuple[IntArray, IntArray] | None = None
    """Rows and instants of other campaigns' messages before the first tick; they count for every cap."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the campaign's experiment would report as totals over the treated arm, and whether it would be a result."""

    conversions: float
    revenue: float
    margin: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Ran:
    """One paired run: the campaign's true effect, what was sent and blocked, what would be measured, and breaches.

    `daily` is the net incremental margin (micros) of each UTC day from the stage's start, `blocked` counts refused
    contacts per rule of the guard. `measured` is None when an arm has fewer than two people.
    """

    truth: Truth
    contacts: int
    people_reached: int
    unsubscribes: int
    complaints: int
    daily: FloatArray
    blocked: IntArray
    breaches: tuple[str, ...]
    measured: Measured | None


def run_once(setup: Setup, parameters: Parameters, seed: int) -> Ran:
    """The run of these parameters and this luck; the same arguments give the same numbers."""
    plan, stage = setup.plan, setup.stage
    world = SimWorld(stage, parameters, setup.guard, seed)
    books = ColumnBooks(stage.roster, plan)
    if setup.earlier is not None:
        books.sent_before(*setup.earlier)
    engine = Engine(plan, stage.roster, setup.guard, setup.values, seed)
    world.env.process(_campaign(world.env, engine, world, books, setup.ticks))
    world.advance(datetime.fromtimestamp(stage.end, UTC))
    engine.observe(world, books)
    history = world.history()
    sent = np.concatenate([batch.row for batch in world.delivered]) if world.delivered else np.zeros(0, np.int64)
    return Ran(
        truth=world.truth(),
        contacts=len(sent),
        people_reached=len(np.unique(sent)),
        unsubscribes=int((history[KIND] == UNSUBSCRIBE).sum()),
        complaints=int((history[KIND] == COMPLAINT).sum()),
        daily=_daily(stage, world, history),
        blocked=books.refusals[: len(setup.guard.contact_rules)].copy(),
        breaches=breaches(plan, stage, world.delivered, history),
        measured=_measured(plan, stage, world, history),
    )


def _campaign(
    env: simpy.Environment, engine: Engine, world: SimWorld, books: ColumnBooks, ticks: Sequence[Tick]
) -> Generator[simpy.Event, None, None]:
    """The campaign as a SimPy process: it sleeps until somebody is due and lets the engine do all that is due."""
    for tick in ticks:
        if tick.at > env.now:
            yield env.timeout(tick.at - env.now)
        engine.tick(world, books, tick)


def _daily(stage: Stage, world: SimWorld, history: Events) -> FloatArray:
    """Margin that messages brought or took, less offers and messages, by day."""
    days = -(-(stage.end - stage.start) // DAY)
    total = np.zeros(days)
    lost, caused = world.lost(), history[:, (history[KIND] != CONVERSION) | (history[KEY] != 0)]
    for block, sign in ((caused, 1), (lost, -1)):
        if block.shape[1]:
            place = np.minimum((block[AT] - stage.start) // DAY, days - 1)
            total += sign * np.bincount(place, weights=block[MARGIN] - block[COST], minlength=days)
    for batch in world.delivered:
        total[min((batch.at - stage.start) // DAY, days - 1)] -= int(batch.cost_micros.sum())
    return total


def _measured(plan: Plan, stage: Stage, world: SimWorld, history: Events) -> Measured | None:
    """The report's own estimator on this run (see `delivery.measure`)."""
    roster, size = stage.roster, stage.roster.size
    treated, control = roster.arm == TREATED, roster.arm == HOLDOUT
    if treated.sum() < 2 or control.sum() < 2:
        return None
    bought = history[:, history[KIND] == CONVERSION]
    conversions = np.bincount(bought[ROW], minlength=size).astype(np.float64)
    revenue = np.bincount(bought[ROW], weights=bought[REVENUE], minlength=size)
    margin = np.bincount(history[ROW], weights=history[MARGIN] - history[COST], minlength=size)
    for batch in world.delivered:
        margin -= np.bincount(batch.row, weights=batch.cost_micros, minlength=size)
    table = (
        (conversions, roster.pre_conversions), (revenue, roster.pre_margin_micros), (margin, roster.pre_margin_micros),
    )  # fmt: skip
    effects = [
        difference(outcome[treated], outcome[control], before[treated], before[control], plan.experiment.alpha)
        for outcome, before in table
    ]
    primary = effects[0] if plan.experiment.outcome == "conversions" else effects[2]
    return Measured(
        conversions=effects[0].estimate * effects[0].n_t,
        revenue=effects[1].estimate * effects[1].n_t,
        margin=effects[2].estimate * effects[2].n_t,
        significant=primary.significant,
    )
