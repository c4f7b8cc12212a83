"""One rehearsal run: the engine against a world, beside the same people left alone."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import simpy

from campaigns.contact import COMPLAINT, CONVERSION, REDEMPTION, UNSUBSCRIBE, FloatArray, IntArray
from campaigns.plan import Plan
from delivery.books_columns import ColumnBooks
from delivery.decide import Beliefs, Chooser
from delivery.engine import Engine
from delivery.schedule import Tick
from delivery.values import Values
from policies.guard import Guard
from simulator.answer import Measured, measured
from simulator.breaches import breaches
from simulator.calendar import AT, COST, KEY, KIND, MARGIN, Events
from simulator.days import DAY
from simulator.parameters import Parameters
from simulator.stage import Stage
from simulator.world import SimWorld, Truth


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
    beliefs: Beliefs | None = None
    """What the engine's chooser begins with; None is what the response priors say."""
    chooser: Callable[[], Chooser] | None = None
    """Makes who decides in a run; None is the live engine's own."""


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
    return ran_of(setup, *play(setup, parameters, seed))


def ran_of(setup: Setup, world: SimWorld, books: ColumnBooks, measures: bool = True) -> Ran:
    """What a run was, from its world and books, everything of which was kept; without `measures` its experiment unread."""
    plan, stage = setup.plan, setup.stage
    history = world.history()
    money = history[:, (history[KIND] == CONVERSION) | (history[KIND] == REDEMPTION)]
    reached = np.zeros(stage.roster.size, bool)
    for batch in world.delivered:
        reached[batch.row] = True
    return Ran(
        truth=world.truth(),
        contacts=sum(map(len, world.delivered)),
        people_reached=int(np.count_nonzero(reached)),
        unsubscribes=int(np.count_nonzero(history[KIND] == UNSUBSCRIBE)),
        complaints=int(np.count_nonzero(history[KIND] == COMPLAINT)),
        daily=_daily(stage, world, money),
        blocked=books.refusals[: len(setup.guard.contact_rules)].copy(),
        breaches=breaches(plan, stage, world.delivered, history),
        measured=measured(plan, stage, world, money) if measures else None,
    )


def play(setup: Setup, parameters: Parameters, seed: int, keeps_all: bool = True) -> tuple[SimWorld, ColumnBooks]:
    """The world and the books after the whole campaign, the last outcomes taken in; `keeps_all` as in `SimWorld`."""
    world = SimWorld(setup.stage, parameters, setup.guard, seed, keeps_all=keeps_all)
    books = ColumnBooks(setup.stage.roster, setup.plan)
    if setup.earlier is not None:
        books.sent_before(*setup.earlier)
    chooser = setup.chooser() if setup.chooser else None
    engine = Engine(setup.plan, setup.stage.roster, setup.guard, setup.values, seed, chooser, setup.beliefs)
    world.env.process(_campaign(world.env, engine, world, books, setup.ticks))
    world.advance(datetime.fromtimestamp(setup.stage.end, UTC))
    engine.observe(world, books)
    return world, books


def _campaign(
    env: simpy.Environment, engine: Engine, world: SimWorld, books: ColumnBooks, ticks: Sequence[Tick]
) -> Generator[simpy.Event, None, None]:
    """The campaign as a SimPy process: it sleeps until somebody is due and lets the engine do all that is due."""
    for tick in ticks:
        if tick.at > env.now:
            yield env.timeout(tick.at - env.now)
        engine.tick(world, books, tick)


def _daily(stage: Stage, world: SimWorld, money: Events) -> FloatArray:
    """Margin that messages brought or took, less offers and messages, by day."""
    days = -(-(stage.end - stage.start) // DAY)
    total = np.zeros(days)
    lost, caused = world.lost(), money[:, (money[KIND] != CONVERSION) | (money[KEY] != 0)]
    for block, sign in ((caused, 1), (lost, -1)):
        if block.shape[1]:
            place = np.minimum((block[AT] - stage.start) // DAY, days - 1)
            total += sign * np.bincount(place, weights=block[MARGIN] - block[COST], minlength=days)
    for at, micros in world.paid:
        total[min((at - stage.start) // DAY, days - 1)] -= micros
    return total
