"""What people would buy if nobody wrote to them, drawn before the first message so that no plan can change it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray, IntArray, KeyArray, SmallArray
from simulator.days import DAY, Days
from simulator.effects.purchase import gap_days, lognormal_value, rate_multiplier
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw
from simulator.stage import Stage

BLOCK = 1 << 16
"""People drawn at a time: their columns fit the processor's cache, and memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Organic:
    """Own conversions, one per place, in order of `at` (epoch seconds) and then person.

    `number` counts a person's conversions from 0; `person_order` lists places by person and time, and
    `person_time` is row x 2^32 + at in that order, for looking up somebody's next conversion.
    """

    row: npt.NDArray[np.int32]
    at: IntArray
    number: SmallArray
    revenue: IntArray
    person_order: npt.NDArray[np.int32]
    person_time: IntArray

    def next_after(self, rows: IntArray, after: IntArray, within: int) -> tuple[IntArray, IntArray]:
        """Which of these people convert of themselves within so many seconds, and the places of those conversions."""
        if not len(self.person_time):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        spot = np.searchsorted(self.person_time, (rows << 32) | after, side="right")
        place = self.person_order[np.minimum(spot, len(self.person_order) - 1)]
        found = (spot < len(self.person_order)) & (self.row[place] == rows) & (self.at[place] - after <= within)
        return np.flatnonzero(found), place[found].astype(np.int64)

    def all_after(self, rows: IntArray, after: IntArray) -> IntArray:
        """The places of every conversion of each of these people after the person's own instant."""
        first = np.searchsorted(self.person_time, (rows << 32) | after, side="right")
        count = np.searchsorted(self.person_time, (rows + 1) << 32) - first
        return self.person_order[stretches(first, count)].astype(np.int64)


def stretches(first: IntArray, count: IntArray) -> IntArray:
    """The places of several stretches, one after the other: so many from each first one on."""
    return np.arange(count.sum()) + np.repeat(first - np.cumsum(count) + count, count)


def draw_organic(stage: Stage, parameters: Parameters, people: KeyArray, days: Days) -> Organic:
    """Every own conversion between the stage's start and end, from the people's streams.

    A Poisson process per person whose rate is the snapshot's expected rate x season x a gamma multiplier of mean 1
    (NBD; Ehrenberg, 1959) x the factors of the day and of the local hour. Only the next arrival of each person is drawn, never a coin per day.
    """
    blocks = range(0, stage.roster.size, BLOCK)
    drawn = [_arrivals(stage, parameters, people, days, first) for first in blocks]
    person_time = np.concatenate(drawn) if drawn else np.zeros(0, np.int64)
    del drawn
    # By instant, then person, then number: one sort of integers that hold both.
    by_time = ((person_time & 0xFFFFFFFF) - stage.start) << 32
    by_time |= np.arange(len(person_time))
    by_time.sort()
    place = (by_time & 0xFFFFFFFF).astype(np.int32)
    by_time >>= 32
    by_time += stage.start
    row = (person_time >> 32).astype(np.int32)
    number = _ranks(row)[place]
    row = row[place]
    person_order = np.empty(len(place), np.int32)
    person_order[place] = np.arange(len(place), dtype=np.int32)
    revenue = np.empty(len(row), np.int64)
    for first in range(0, len(row), BLOCK):
        part = slice(first, first + BLOCK)
        mean = stage.roster.conversion_value_micros[row[part]] * parameters.value_level
        luck = draw(people[row[part]], number[part], Purpose.VALUE)
        revenue[part] = lognormal_value(mean, parameters.value_log_sd, luck)
    return Organic(row, by_time, number, revenue, person_order, person_time)


def _arrivals(stage: Stage, parameters: Parameters, people: KeyArray, days: Days, first: int) -> IntArray:
    """Own conversions of one block of people as row x 2^32 + at, ascending."""
    part = slice(first, first + BLOCK)
    rate = stage.roster.conversion_rate[part] * parameters.season_level
    rate = rate * rate_multiplier(draw(people[part], 0, Purpose.RATE), parameters.dispersion)
    zone = stage.roster.zone[part]
    horizon = days.busy_days(zone)
    rows = np.flatnonzero(rate > 0)
    busy: FloatArray = np.zeros(len(rows))
    found: list[IntArray] = []
    number = 0
    while len(rows):
        busy = busy + gap_days(draw(people[part][rows], number, Purpose.GAP), rate[rows])
        inside = busy < horizon[rows]
        rows, busy = rows[inside], busy[inside]
        at = stage.start + 1 + (days.since_start(busy, zone[rows]) * DAY).astype(np.int64)
        found.append(((rows + first) << 32) | at)
        number += 1
    arrivals = np.concatenate(found) if found else np.zeros(0, np.int64)
    arrivals.sort()
    return arrivals


def _ranks(row: npt.NDArray[np.int32]) -> SmallArray:
    """The place of each entry among those of its person; equal rows stand together."""
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    counts = np.diff(np.append(starts, len(row)))
    return (np.arange(len(row)) - np.repeat(starts, counts)).astype(np.int16)
