"""The world: a SimPy clock over people as columns, every event acting on a batch (the `World` port).

One class serves rehearsal and sandbox. Organic conversions are drawn before the first message; a message adds
conversions or takes some away, so the difference to "no campaign" is exactly what the messages did.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import simpy

from campaigns.contact import (
    CONSENT_WITHDRAWN,
    CONVERSION,
    ContactBatch,
    IntArray,
    KeyArray,
    OutcomeBatch,
    Permit,
    Receipts,
)
from policies.guard import Guard
from simulator.calendar import COST, KIND, MARGIN, REVENUE, Calendar, Events, as_outcomes, events, in_order
from simulator.errors import BackInTime
from simulator.organic import DAY, draw_organic
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, streams
from simulator.response import Response
from simulator.stage import Stage
from tools.prediction.priors import ANNOYED_DAYS


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


class SimWorld:
    """Simulated people who answer delivered messages; `env` is the SimPy environment that carries the clock.

    Give it to an engine and move it with `advance`, or start your own processes on `env`. Equal stage, parameters
    and seed give equal outcomes for equal contacts, person by person, whatever else was sent.
    """

    def __init__(
        self, stage: Stage, parameters: Parameters, guard: Guard, seed: int, withdrawals: Sequence[Withdrawal] = ()
    ) -> None:
        self.stage = stage
        self.parameters = parameters
        self.env = simpy.Environment(initial_time=stage.start)
        self.delivered: list[ContactBatch] = []
        self._guard = guard
        people = streams(seed, stage.roster.person_key)
        self._organic = draw_organic(stage, parameters, people)
        self._kept = np.ones(len(self._organic.at), bool)
        self._dog = draw(people, 0, Purpose.DOG) < parameters.sleeping_dog_share
        self._frail = self._frail_places(people)
        self._frail_at = self._organic.at[self._frail]
        self._response = Response(stage, parameters, people, self._dog, self._organic, seed)
        self._calendar = Calendar(stage.end)
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
        """Let people answer messages that reached them at `batch.at`, without asking for a permit."""
        self.delivered.append(batch)
        if not len(batch):
            return
        self._annoy(batch)
        for block in self._response.answers(batch):
            self._calendar.push(block)

    def outcomes(self, since: datetime) -> OutcomeBatch:
        """What became visible after `since`, up to and including `now()`, in order."""
        first, last = int(since.timestamp()), int(self.env.now)
        found = self._calendar.between(first, last)
        start, stop = np.searchsorted(self._organic.at, (first, last), side="right")
        own = self._own(start + np.flatnonzero(self._kept[start:stop]))
        return as_outcomes(in_order(np.concatenate([own, found], axis=1)))

    def history(self) -> Events:
        """Every outcome from start to end, future ones included, as `simulator.calendar.Events` in order of time."""
        own = self._own(np.flatnonzero(self._kept))
        return in_order(np.concatenate([own, self._calendar.everything()], axis=1))

    def lost(self) -> Events:
        """The conversions that messages prevented, in order of time."""
        return self._own(np.flatnonzero(~self._kept))

    def truth(self) -> Truth:
        """The effect of everything delivered so far against the same people left alone."""
        organic, lost, extra = self._own(np.arange(len(self._kept))), self.lost(), self._calendar.everything()
        bought = extra[:, extra[KIND] == CONVERSION]
        return Truth(
            organic_conversions=organic.shape[1],
            organic_revenue=int(organic[REVENUE].sum()),
            organic_margin=int(organic[MARGIN].sum()),
            conversions=bought.shape[1] - lost.shape[1],
            revenue=int(bought[REVENUE].sum() - lost[REVENUE].sum()),
            margin=int(bought[MARGIN].sum() - lost[MARGIN].sum()),
            offer_cost=int(extra[COST].sum()),
            message_cost=sum(int(batch.cost_micros.sum()) for batch in self.delivered),
        )

    def _own(self, places: IntArray) -> Events:
        revenue = self._organic.revenue[places]
        return events(
            self._organic.at[places],
            CONVERSION,
            self._organic.row[places],
            revenue=revenue,
            margin=np.rint(revenue * self.stage.margin_rate).astype(np.int64),
        )

    def _frail_places(self, people: KeyArray) -> IntArray:
        """Own conversions that a message in the two weeks before them would prevent, in order of time."""
        organic = self._organic
        of_dogs = np.flatnonzero(self._dog[organic.row])
        luck = draw(people[organic.row[of_dogs]], organic.number[of_dogs], Purpose.KEEP)
        return of_dogs[luck < self.parameters.sleeping_dog_loss]

    def _annoy(self, batch: ContactBatch) -> None:
        """Take away the purchases that these messages keep sleeping dogs from in the next two weeks."""
        first, last = np.searchsorted(self._frail_at, (batch.at, batch.at + ANNOYED_DAYS * DAY), side="right")
        if last > first:
            soon = self._frail[first:last]
            reached = np.zeros(self.stage.roster.size, bool)
            reached[batch.row] = True
            self._kept[soon[reached[self._organic.row[soon]]]] = False

    def _withdraw(self, withdrawal: Withdrawal) -> Generator[simpy.Event, None, None]:
        yield self.env.timeout(max(0, withdrawal.at - self.stage.start))
        rows = np.array(withdrawal.rows, np.int64)
        self._calendar.push(events(np.full(len(rows), int(self.env.now)), CONSENT_WITHDRAWN, rows))
