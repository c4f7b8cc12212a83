"""What people would buy if nobody wrote to them, drawn before the first message so that no plan can change it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray, KeyArray
from simulator.behaviour import gap_days, lognormal_value, rate_multiplier
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw
from simulator.stage import Stage

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Organic:
    """Own conversions, one per place, in order of `at` (epoch seconds) and then person.

    `number` counts a person's conversions from 0; `person_order` lists places by person and time, and
    `person_time` is row x 2^32 + at in that order, for looking up somebody's next conversion.
    """

    row: IntArray
    at: IntArray
    number: IntArray
    revenue: IntArray
    person_order: IntArray
    person_time: IntArray

    def next_after(self, rows: IntArray, after: IntArray, within: int) -> tuple[IntArray, IntArray]:
        """Which of these people convert of themselves within so many seconds, and the places of those conversions."""
        if not len(self.person_time):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        spot = np.searchsorted(self.person_time, (rows << 32) | after, side="right")
        place = self.person_order[np.minimum(spot, len(self.person_order) - 1)]
        found = (spot < len(self.person_order)) & (self.row[place] == rows) & (self.at[place] - after <= within)
        return np.flatnonzero(found), place[found]


def draw_organic(stage: Stage, parameters: Parameters, people: KeyArray) -> Organic:
    """Every own conversion between the stage's start and end, from the people's streams.

    A Poisson process per person whose rate is the snapshot's expected rate x season x a gamma multiplier of mean 1
    (NBD; Ehrenberg, 1959). Only the next arrival of each person is drawn, never a coin per day.
    """
    roster = stage.roster
    rate = roster.conversion_rate * parameters.season_level
    rate = rate * rate_multiplier(draw(people, 0, Purpose.RATE), parameters.dispersion)
    horizon = (stage.end - stage.start) / DAY
    rows = np.flatnonzero(rate > 0)
    days: FloatArray = np.zeros(len(rows))
    found: list[tuple[IntArray, FloatArray, int]] = []
    number = 0
    while len(rows):
        days = days + gap_days(draw(people[rows], number, Purpose.GAP), rate[rows])
        inside = days < horizon
        rows, days = rows[inside], days[inside]
        found.append((rows, days, number))
        number += 1
    if not found:
        none = np.zeros(0, np.int64)
        return Organic(none, none, none, none, none, none)
    row = np.concatenate([part[0] for part in found])
    at = stage.start + 1 + (np.concatenate([part[1] for part in found]) * DAY).astype(np.int64)
    count = np.concatenate([np.full(len(part[0]), part[2], np.int64) for part in found])
    order = np.lexsort((row, at))
    row, at, count = row[order], at[order], count[order]
    mean = roster.conversion_value_micros[row] * parameters.value_level
    revenue = lognormal_value(mean, parameters.value_log_sd, draw(people[row], count, Purpose.VALUE))
    person_order = np.lexsort((at, row))
    return Organic(row, at, count, revenue, person_order, (row[person_order] << 32) | at[person_order])
