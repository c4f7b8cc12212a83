"""The days of a world, the same for everybody in it: factors on own purchases and on attention, competitors' pressure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.contact import FloatArray, IntArray, SmallArray
from simulator.effects.season import (
    EVEN_CLOCK,
    Clock,
    competitor_index,
    hour_quantile,
    month_factor,
    pressed,
    shock_factor,
    weekday_factor,
)
from simulator.parameters import Parameters

DAY = 86_400
HOUR = 3_600
Demand = tuple[FloatArray, FloatArray]
"""Edges in days since the start, ascending, and the days of average demand that have passed at each."""


@dataclass(frozen=True, slots=True)
class Days:
    """One place per UTC day from the day of `start` to that of `end` (epoch seconds); every factor has mean 1.

    `demand` tells how own purchases pass, once for all people where hours are even, else once per time zone;
    `offsets` (zones, hours since the full hour of `start`) are the local clocks ahead of UTC in seconds.
    """

    start: int
    end: int
    purchases: FloatArray
    attention: FloatArray
    index: FloatArray
    clock: Clock
    offsets: IntArray
    demand: tuple[Demand, ...]

    @classmethod
    def build(cls, start: int, end: int, parameters: Parameters, seed: int, zones: tuple[str, ...] = ("UTC",)) -> Days:
        """The days between two instants under a seed; a day that two worlds share is the same in both.

        Hours are those of the time zones (IANA names). In a zone that is half an hour off the full one, an hour lasts
        from one full hour of UTC to the next.
        """
        days = np.arange(start // DAY, end // DAY + 1)
        index = competitor_index(seed, days, parameters.competitor_persistence)
        shock = shock_factor(seed, days, parameters.shock_rate, parameters.shock_size)
        calm = weekday_factor(days, parameters.weekday) * month_factor(days, parameters.month)
        purchases = calm * pressed(index, parameters.competitor_purchases) * shock
        even = parameters.hour == EVEN_CLOCK
        offsets = np.zeros((0, 0), np.int64) if even else _offsets(start, end, zones)
        return cls(
            start=start,
            end=end,
            purchases=purchases,
            attention=weekday_factor(days, parameters.weekday_attention)
            * pressed(index, parameters.competitor_attention),
            index=index,
            clock=parameters.hour,
            offsets=offsets,
            demand=(_daily(start, end, purchases),)
            if even
            else _hourly(start, end, purchases, parameters.hour, offsets),
        )

    def place(self, at: int) -> int:
        """The place of the day of an instant; the last one for instants after the end."""
        return min(at // DAY - self.start // DAY, len(self.index) - 1)

    def busy_days(self, zone: SmallArray) -> FloatArray:
        """The length of the world in days of average demand, for people in these zones."""
        return np.array([passed[-1] for _, passed in self.demand])[self._of(zone)]

    def since_start(self, busy: FloatArray, zone: SmallArray) -> FloatArray:
        """Calendar days since the start at which so many days of average demand have passed in a zone (time change).

        A Poisson process at a constant rate in the latter is one at the days' and hours' rates in the former, exactly.
        """
        if len(self.demand) > 1:
            found = np.empty(len(busy))
            for place, (calendar, passed) in enumerate(self.demand):
                here = zone == place
                found[here] = np.interp(busy[here], passed, calendar)
            return found
        if self.clock == EVEN_CLOCK and (self.purchases == 1).all():
            return busy
        calendar, passed = self.demand[0]
        return np.interp(busy, passed, calendar)

    def awake(self, at: IntArray, since: IntArray, zone: SmallArray) -> IntArray:
        """Instants after others (`since`) moved, within their local days, to the hours at which people shop.

        An instant on the local day of its `since` stays, so that nothing happens before what led to it.
        """
        if self.clock == EVEN_CLOCK:
            return at
        hours = np.clip(at // HOUR - self.start // HOUR, 0, self.offsets.shape[1] - 1)
        offset = self.offsets[zone, hours]
        midnight = (at + offset) // DAY * DAY
        share = (at + offset - midnight) / DAY
        moved = midnight - offset + (hour_quantile(share, self.clock) * DAY).astype(np.int64)
        return np.where(since + offset < midnight, moved, at)

    def _of(self, zone: SmallArray) -> SmallArray:
        """The place in `demand` for people in these zones."""
        return zone if len(self.demand) > 1 else np.zeros_like(zone)


def _daily(start: int, end: int, purchases: FloatArray) -> Demand:
    midnights = np.arange(start // DAY + 1, end // DAY + 1) * DAY
    calendar = (np.concatenate([[start], midnights, [end]]) - start) / DAY
    return calendar, np.concatenate([[0.0], np.cumsum(np.diff(calendar) * purchases)])


def _hourly(start: int, end: int, purchases: FloatArray, clock: Clock, offsets: IntArray) -> tuple[Demand, ...]:
    edges = np.concatenate([[start], np.arange(start // HOUR + 1, end // HOUR + 1) * HOUR, [end]])
    calendar, begins = (edges - start) / DAY, edges[:-1]
    today = np.diff(calendar) * purchases[begins // DAY - start // DAY]
    local = (begins + offsets) // HOUR % 24
    return tuple((calendar, np.concatenate([[0.0], np.cumsum(today * rate)])) for rate in np.array(clock)[local])


@lru_cache(maxsize=16)
def _offsets(start: int, end: int, zones: tuple[str, ...]) -> IntArray:
    """Seconds by which each zone's clock is ahead of UTC in every hour; not to be written to."""
    hours = [datetime.fromtimestamp(hour * HOUR, UTC) for hour in range(start // HOUR, end // HOUR + 1)]
    found = []
    for name in zones:
        zone = ZoneInfo(name)
        found.append([int(hour.astimezone(zone).utcoffset().total_seconds()) for hour in hours])  # type: ignore[union-attr]
    return np.array(found, np.int64)
