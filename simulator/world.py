"""The world: a SimPy clock over people as columns, every event acting on a batch (the `World` port).

One class serves rehearsal and sandbox. Organic conversions are drawn before the first message; a message adds
conversions or takes some away, so the difference to "no campaign" is exactly what the messages did.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import simpy

from campaigns.contact import (
    CONSENT_WITHDRAWN,
    CONVERSION,
    ContactBatch,
    OutcomeBatch,
    Permit,
    Receipts,
)
from policies.guard import Guard
from simulator.calendar import COST, KIND, MARGIN, REVENUE, Calendar, Events, as_outcomes, events, in_order
from simulator.channels import CHANNELS
from simulator.days import Days
from simulator.errors import BackInTime
from simulator.own import Own
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, streams
from simulator.response import Response
from simulator.stage import Stage
from simulator.waiting import Auctions, Visits, hourly


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """People who withdraw consent on every channel at an instant (epoch seconds), whatever they receive."""

    at: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What only the world knows, from its start to its end: the campaign's effect against the same luck without it.

    Money in micros. `margin` is before message and offer cost; `offer_cost` is what redemptions cost, used or not
    for conversions that would have happened anyway.
    """

    organic_conversions: int
    organic_revenue: int
    organic_margin: int
    conversions: int
    revenue: int
    margin: int
    offer_cost: int
    message_cost: int

    @property
    def net(self) -> int:
        """Incremental margin after message and offer cost."""
        return self.margin - self.offer_cost - self.message_cost

    def __add__(self, other: Truth) -> Truth:
        """The effect on the people of both."""
        return Truth(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


class SimWorld:
    """Simulated people who answer delivered messages; `env` is the SimPy environment that carries the clock.

    Give it to an engine and move it with `advance`, or start your own processes on `env`. Equal stage, parameters
    and seed give equal outcomes for equal contacts, person by person, whatever else was sent; only paid ads, which
    compete with each other, and word of mouth, where it is planted, carry from one person to another.
    Without `keeps_all`, to save memory, `delivered` stays empty and `history()` lacks opens, clicks and departures that
    were seen; `truth()` is the same.
    """

    def __init__(
        self,
        stage: Stage,
        parameters: Parameters,
        guard: Guard,
        seed: int,
        withdrawals: Sequence[Withdrawal] = (),
        keeps_all: bool = True,
    ) -> None:
        self.stage = stage
        self.parameters = parameters
        self.env = simpy.Environment(initial_time=stage.start)
        self.delivered: list[ContactBatch] = []
        self.paid: list[tuple[int, int]] = []
        """What messages cost: instant and micros of each batch that reached people. An ad costs what its auction says."""
        self._guard = guard
        self._keeps = keeps_all
        people = streams(seed, stage.roster.person_key)
        days = Days.build(stage.start, stage.end, parameters, seed, stage.roster.zones)
        dog = draw(people, 0, Purpose.DOG) < parameters.sleeping_dog_share
        self._own = Own(stage, parameters, people, dog, days)
        self._report = int(parameters.report_hours * 3600)
        self._calendar = Calendar(stage.end, keeps_all)
        self._response = Response(stage, parameters, people, dog, self._own, days, self._calendar, seed)
        reaches = np.array([CHANNELS[stage.channels[place]].reaches for place in stage.channel])
        self._queues: list[tuple[npt.NDArray[np.bool_], Visits | Auctions]] = []
        if (reaches == "visit").any():
            self._queues.append((reaches == "visit", Visits(stage, parameters, people, days, self._reach)))
        if (reaches == "auction").any():
            self._queues.append((reaches == "auction", Auctions(stage, parameters, people, days, self._reach)))
        for place, (_, queue) in enumerate(self._queues):
            self.env.process(hourly(self.env, queue.hour, place))
        for withdrawal in withdrawals:
            self.env.process(self._withdraw(withdrawal))

    def now(self) -> datetime:
        """The world's instant, aware, in UTC."""
        return datetime.fromtimestamp(self.env.now, UTC)

    def advance(self, to: datetime) -> None:
        """Let everything happen up to and including this instant; BackInTime for an earlier one than `now()`."""
        until = int(to.timestamp())
        if until < self.env.now:
            raise BackInTime(f"The world stands at {self.now()} and cannot go back to {to}; build a new one.")
        while self.env.peek() <= until:
            self.env.step()
        if until > self.env.now:
            self.env.run(until=until)

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Hand the contacts over; policies.errors.NoPermit unless the permit covers every key of the batch."""
        self._guard.verify(permit, batch.key, int(self.env.now), self.stage.plan_hash)
        self.respond(batch)
        return Receipts(key=batch.key, accepted=np.ones(len(batch), bool))

    def respond(self, batch: ContactBatch) -> None:
        """Let people answer messages handed over at `batch.at`, without asking for a permit; a person occurs once."""
        if self._keeps:
            self.delivered.append(batch)
        for actions, queue in self._queues:
            waits = actions[batch.action]
            if waits.any():
                queue.add(batch.where(waits))
                batch = batch.where(~waits)
        self._reach(batch)

    def outcomes(self, since: datetime) -> OutcomeBatch:
        """What became visible after `since`, up to and including `now()`, in the order in which it happened.

        Purchases become visible `report_hours` after they happened; their `at` is when they happened.
        """
        self._response.settle()
        first, last = int(since.timestamp()), int(self.env.now)
        # Nothing but their union is held while it is sorted: this is where a large world needs most memory.
        found = [self._own.between(first - self._report, last - self._report), self._calendar.between(first, last)]
        block = np.concatenate(found, axis=1)
        found.clear()
        return as_outcomes(in_order(block))

    def history(self) -> Events:
        """Every outcome from start to end, future ones included, as `simulator.calendar.Events` in order of time."""
        self._response.settle()
        return in_order(np.concatenate([self._own.happening(), self._calendar.everything()], axis=1))

    def lost(self) -> Events:
        """The conversions that messages prevented, in order of time."""
        self._response.settle()
        return self._own.lost()

    def truth(self) -> Truth:
        """The effect of everything delivered so far against the same people left alone."""
        conversions, revenue, margin = self._own.totals()
        lost, extra = self.lost(), self._calendar.everything(money=True)
        bought = extra[:, extra[KIND] == CONVERSION]
        return Truth(
            organic_conversions=conversions,
            organic_revenue=revenue,
            organic_margin=margin,
            conversions=bought.shape[1] - lost.shape[1],
            revenue=int(bought[REVENUE].sum() - lost[REVENUE].sum()),
            margin=int(bought[MARGIN].sum() - lost[MARGIN].sum()),
            offer_cost=int(extra[COST].sum()),
            message_cost=sum(micros for _, micros in self.paid),
        )

    def _reach(self, batch: ContactBatch) -> None:
        """Messages reach people: they cost their price, annoy sleeping dogs, and are answered."""
        if len(batch):
            self.paid.append((batch.at, int(batch.cost_micros.sum())))
            self._response.answers(batch)

    def _withdraw(self, withdrawal: Withdrawal) -> Generator[simpy.Event, None, None]:
        yield self.env.timeout(max(0, withdrawal.at - self.stage.start))
        rows = np.array(withdrawal.rows, np.int64)
        self._calendar.push(events(np.full(len(rows), int(self.env.now)), CONSENT_WITHDRAWN, rows))
