"""The days of a world, the same for everybody in it: factors on own purchases and on attention, competitors' pressure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from simulator.effects.season import competitor_index, pressed, shock_factor, weekday_factor
from simulator.parameters import Parameters

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Days:
    """One place per UTC day from the day of `start` to that of `end` (epoch seconds); every factor has mean 1."""

    start: int
    end: int
    purchases: FloatArray
    attention: FloatArray
    index: FloatArray

    @classmethod
    def build(cls, start: int, end: int, parameters: Parameters, seed: int) -> Days:
        """The days between two instants under a seed; a day that two worlds share is the same in both."""
        days = np.arange(start // DAY, end // DAY + 1)
        index = competitor_index(seed, days, parameters.competitor_persistence)
        shock = shock_factor(seed, days, parameters.shock_rate, parameters.shock_size)
        return cls(
            start=start,
            end=end,
            purchases=weekday_factor(days, parameters.weekday)
            * pressed(index, parameters.competitor_purchases)
            * shock,
            attention=weekday_factor(days, parameters.weekday_attention)
            * pressed(index, parameters.competitor_attention),
            index=index,
        )

    def place(self, at: int) -> int:
        """The place of the day of an instant; the last one for instants after the end."""
        return min(at // DAY - self.start // DAY, len(self.index) - 1)

    def busy_days(self) -> float:
        """The length of the world in days of average demand."""
        return float(self._clock()[1][-1])

    def since_start(self, busy: FloatArray) -> FloatArray:
        """Calendar days since the start at which so many days of average demand have passed (time change).

        A Poisson process at a constant rate in the latter is one at the days' rates in the former, exactly.
        """
        if (self.purchases == 1).all():
            return busy
        calendar, passed = self._clock()
        return np.interp(busy, passed, calendar)

    def _clock(self) -> tuple[FloatArray, FloatArray]:
        """Day edges in days since the start, and the average demand that has passed at each."""
        midnights = np.arange(self.start // DAY + 1, self.end // DAY + 1) * DAY
        edges = np.concatenate([[self.start], midnights, [self.end]])
        calendar = (edges - self.start) / DAY
        return calendar, np.concatenate([[0.0], np.cumsum(np.diff(calendar) * self.purchases)])
