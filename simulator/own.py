"""People's own purchases as they come, and what messages take away of them: sleeping dogs and leavers."""

from __future__ import annotations

import numpy as np

from campaigns.contact import CONVERSION, BoolArray, IntArray, KeyArray
from simulator.calendar import Events, events
from simulator.days import DAY, Days
from simulator.organic import BLOCK, Organic, draw_organic, stretches
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw
from simulator.reached import Reached
from simulator.stage import Stage
from tools.prediction.priors import ANNOYED_DAYS


class Own:
    """Every own conversion of a world, drawn at its start; `kept` says which of them still happen."""

    def __init__(self, stage: Stage, parameters: Parameters, people: KeyArray, dog: BoolArray, days: Days) -> None:
        self._stage = stage
        self._people = people
        self._dog = dog
        self._churn = parameters.churn_loss
        self.organic: Organic = draw_organic(stage, parameters, people, days)
        self.kept: BoolArray = np.ones(len(self.organic.at), bool)
        self._promised: BoolArray = np.zeros(len(self.organic.at) if self._churn else 0, bool)
        of_dogs = np.flatnonzero(dog[self.organic.row])
        luck = draw(people[self.organic.row[of_dogs]], self.organic.number[of_dogs], Purpose.KEEP)
        frail = of_dogs[luck < parameters.sleeping_dog_loss]
        of_person = (self.organic.row[frail].astype(np.int64) << 32) | self.organic.at[frail]
        order = np.argsort(of_person)
        self._frail: IntArray = frail[order]
        self._frail_time: IntArray = of_person[order]

    def annoy(self, reached: Reached) -> None:
        """Take away the purchases that these messages keep sleeping dogs from in the next two weeks."""
        whom = np.flatnonzero(self._dog.take(reached.row))
        if len(whom):
            since = (reached.row[whom] << 32) | reached.at[whom]
            first, last = np.searchsorted(self._frail_time, (since, since + ANNOYED_DAYS * DAY), side="right")
            self.kept[self._frail[stretches(first, last - first)]] = False

    def leave(self, rows: IntArray, at: IntArray) -> None:
        """Take away a share of the purchases of these people after the instants at which they left in annoyance.

        A purchase that was promised an offer stays.
        """
        if self._churn and len(rows):
            places = self.organic.all_after(rows, at)
            luck = draw(self._people[self.organic.row[places]], self.organic.number[places], Purpose.STAY)
            self.kept[places[(luck < self._churn) & ~self._promised[places]]] = False

    def next_with_offer(self, rows: IntArray, after: IntArray, within: int) -> tuple[IntArray, IntArray]:
        """Which of these people buy of themselves within so many seconds, and when; that purchase uses an offer."""
        who, places = self.organic.next_after(rows, after, within)
        still = self.kept[places]
        who, places = who[still], places[still]
        if self._churn:
            self._promised[places] = True
        return who, self.organic.at[places]

    def between(self, since: int, until: int) -> Events:
        """The conversions that happen with since < instant <= until, in order of time."""
        start, stop = np.searchsorted(self.organic.at, (since, until), side="right")
        return self._events(start + np.flatnonzero(self.kept[start:stop]))

    def happening(self) -> Events:
        """Every conversion that messages left alone, in order of time."""
        return self._events(np.flatnonzero(self.kept))

    def lost(self) -> Events:
        """The conversions that messages prevented, in order of time."""
        return self._events(np.flatnonzero(~self.kept))

    def totals(self) -> tuple[int, int, int]:
        """Conversions, revenue and margin (micros) of the same people left alone."""
        revenue = self.organic.revenue
        parts = (revenue[first : first + BLOCK] for first in range(0, len(revenue), BLOCK))
        return len(revenue), int(revenue.sum()), sum(int(self._margin(part).sum()) for part in parts)

    def _margin(self, revenue: IntArray) -> IntArray:
        return np.rint(revenue * self._stage.margin_rate).astype(np.int64)

    def _events(self, places: IntArray) -> Events:
        revenue = self.organic.revenue[places]
        at, row = self.organic.at[places], self.organic.row[places].astype(np.int64)
        return events(at, CONVERSION, row, revenue=revenue, margin=self._margin(revenue))
