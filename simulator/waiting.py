"""Messages that wait for people: on-site ones for the next visit, paid ones for an auction that they win.

Each of the two channels is a SimPy process that wakes every full hour, before any campaign of that instant, and acts
on the batch that is due in it. A newer message of a channel to a person replaces the one that waits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np
import simpy

from campaigns.contact import ContactBatch, FloatArray, IntArray, KeyArray
from simulator.days import DAY, Days
from simulator.effects.auction import AD_GAP_HOURS, competing_bids, next_pressure, second_price
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw
from simulator.stage import Stage
from tools.prediction.priors import AD_TRIES, ONSITE_DAYS

HOUR = 3_600
Reach = Callable[[ContactBatch], None]
"""What happens when messages reach people at `batch.at`."""


class Line:
    """One channel's messages by the hour in which they are due, at most one per person, with the attempts made so far."""

    def __init__(self, people: int) -> None:
        self._due: defaultdict[int, list[tuple[int, ContactBatch]]] = defaultdict(list)
        self._newest = np.zeros(people, np.uint64)

    def join(self, batch: ContactBatch, seconds: FloatArray, attempt: int = 0) -> None:
        """Let messages wait so long from `batch.at`, until the full hour after; one that waits already is replaced.

        What would have to wait for infinitely many seconds is never due.
        """
        self._newest[batch.row] = batch.key
        in_time = np.isfinite(seconds)
        batch = batch.where(in_time)
        hours = (batch.at + seconds[in_time].astype(np.int64)) // HOUR + 1
        for hour in np.unique(hours).tolist():
            self._due[hour * HOUR].append((attempt, batch.where(hours == hour)))

    def due(self, now: int) -> list[tuple[int, ContactBatch]]:
        """The messages of this hour that nothing replaced, each batch with its attempts."""
        found = [(past, batch.where(self._newest[batch.row] == batch.key)) for past, batch in self._due.pop(now, [])]
        return [(past, replace(batch, at=now)) for past, batch in found if len(batch)]


class Visits:
    """On-site messages: shown at the person's next visit, within a week.

    Visits are a Poisson process at the person's rate, which has no memory: the wait of a newer message may be drawn
    anew. One that falls on a later day falls at an hour at which people shop.
    """

    def __init__(self, stage: Stage, parameters: Parameters, people: KeyArray, days: Days, reach: Reach) -> None:
        self._line = Line(stage.roster.size)
        self._people = people
        self._days = days
        self._zone = stage.roster.zone
        self._rate = stage.roster.basket_rate * parameters.visits_per_basket
        self._reach = reach

    def add(self, batch: ContactBatch) -> None:
        """Let these messages wait for their visitors; those who do not come in time are never reached."""
        luck = draw(self._people[batch.row], batch.slot, Purpose.VISIT)
        with np.errstate(divide="ignore"):
            days = -np.log(luck) / self._rate[batch.row]
        in_time = days <= ONSITE_DAYS
        at = batch.at + (np.where(in_time, days, 0.0) * DAY).astype(np.int64)
        at = self._days.awake(at, np.full(len(batch), batch.at), self._zone[batch.row])
        self._line.join(batch, np.where(in_time, at - batch.at, np.inf))

    def hour(self, now: int) -> None:
        """Show what is due in this hour."""
        for _, batch in self._line.due(now):
            self._reach(batch)


class Auctions:
    """Paid ads: up to three impressions of a person are bid for; the first that is won is paid and shown.

    The message's price in the plan is the bid and the most that it can cost. The own volume of the last hours and the
    competitors' pressure of the day raise all competing bids (the latter by the log that it takes off attention): that
    is the state which the process shares.
    """

    def __init__(self, stage: Stage, parameters: Parameters, people: KeyArray, days: Days, reach: Reach) -> None:
        self._line = Line(stage.roster.size)
        self._parameters = parameters
        self._people = people
        self._days = days
        self._size = stage.roster.size
        self._reach = reach
        self._pressure = 0.0

    def add(self, batch: ContactBatch, attempt: int = 0) -> None:
        """Let these messages wait for an impression of their readers to be on sale."""
        luck = draw(self._people[batch.row], self._moment(batch, attempt), Purpose.VISIT)
        self._line.join(batch, -np.log(luck) * AD_GAP_HOURS * HOUR, attempt=attempt)

    def hour(self, now: int) -> None:
        """Bid for all impressions of this hour."""
        parameters = self._parameters
        found = self._line.due(now)
        self._pressure = next_pressure(self._pressure, sum(len(batch) for _, batch in found), self._size)
        index = float(self._days.index[self._days.place(now)])
        rise = parameters.auction_pressure * self._pressure + parameters.competitor_attention * index
        for attempt, batch in found:
            luck = draw(self._people[batch.row], self._moment(batch, attempt), Purpose.BID)
            competing = competing_bids(luck, parameters.competing_bid_micros, parameters.competing_bid_spread, rise)
            won, paid = second_price(batch.cost_micros, competing)
            self._reach(replace(batch, cost_micros=paid).where(won))
            if attempt + 1 < AD_TRIES:
                self.add(batch.where(~won), attempt + 1)

    def _moment(self, batch: ContactBatch, attempt: int) -> IntArray:
        return batch.slot * AD_TRIES + attempt


def hourly(env: simpy.Environment, act: Callable[[int], None], place: int) -> Generator[simpy.Event, None, None]:
    """A process that acts at every full hour, before anything else of that instant; `place` orders such processes."""
    while True:
        now = int(env.now)
        tick = simpy.Event(env)
        tick._ok, tick._value = True, None
        env.schedule(tick, priority=place - 1_000, delay=HOUR - now % HOUR)  # type: ignore[arg-type]
        yield tick
        act(int(env.now))
