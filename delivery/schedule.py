"""When a plan is due: its weekly local moments as instants, zone by zone, across clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.contact import IntArray
from campaigns.plan import Plan, SendSlot

WEEK = 7
"""Days whose messages of a plan make a person tired of its next one."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One instant (epoch seconds, UTC) at which the people of some zones are due for a send occurrence.

    `slot` numbers the occurrence from 0 in the order of local dates; `zones` are positions in `Roster.zones`.
    """

    at: int
    slot: int
    zones: tuple[int, ...]


def occurrences(plan: Plan) -> list[tuple[date, SendSlot]]:
    """The plan's local send moments inside its window, in order; their positions are the slot numbers."""
    days = (plan.brief.window.start + timedelta(days=offset) for offset in range(plan.brief.window.days))
    moments = [(day, slot) for day in days for slot in plan.slots if day.isoweekday() == slot.weekday]
    return sorted(moments, key=lambda moment: (moment[0], moment[1].local_minute))


def weeks_before(plan: Plan) -> list[IntArray]:
    """For every send occurrence, those of the seven days before it whose messages make a person tired of it."""
    days = [day.toordinal() for day, _ in occurrences(plan)]
    return [
        np.array([place for place in range(slot) if day - days[place] < WEEK], np.int64)
        for slot, day in enumerate(days)
    ]


def instant_of(day: date, local_minute: int, zone: str) -> int:
    """Epoch seconds of a local moment; in a spring gap the first valid minute after it, in a fold the first of two."""
    local = datetime.combine(day, time(local_minute // 60, local_minute % 60), ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        return _end_of_gap(instant, ZoneInfo(zone))
    return int(instant.timestamp())


def ticks(plan: Plan, zones: tuple[str, ...], start: datetime) -> list[Tick]:
    """Every instant at which somebody is due, from `start` on, in order of time."""
    due: dict[tuple[int, int], list[int]] = {}
    for slot, (day, moment) in enumerate(occurrences(plan)):
        for place, zone in enumerate(zones):
            at = instant_of(day, moment.local_minute, zone)
            if at >= start.timestamp():
                due.setdefault((at, slot), []).append(place)
    return [Tick(at, slot, tuple(places)) for (at, slot), places in sorted(due.items())]


def local_minute(at: int, zone: str) -> int:
    """Minute of the local day (0-1439) at an instant in a zone."""
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    return local.hour * 60 + local.minute


@lru_cache(maxsize=4096)
def local_clock(at: int, zones: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Minute of the local day (0-1439) and ISO weekday (1 Monday) at an instant, per zone; not to be written to."""
    local = [datetime.fromtimestamp(at, ZoneInfo(zone)) for zone in zones]
    minutes = np.array([moment.hour * 60 + moment.minute for moment in local], np.int64)
    return minutes, np.array([moment.isoweekday() for moment in local], np.int64)


@lru_cache(maxsize=4096)
def local_days(at: int, zones: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Epoch seconds at which the local calendar day of an instant begins and ends, per zone; not to be written to.

    A day has 23 or 25 hours when the clocks change. One that has no midnight begins at its first instant.
    """
    starts, ends = [], []
    for zone in zones:
        today = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
        starts.append(instant_of(today, 0, zone))
        ends.append(instant_of(today + timedelta(days=1), 0, zone))
    return np.array(starts, np.int64), np.array(ends, np.int64)


def _end_of_gap(instant: datetime, zone: ZoneInfo) -> int:
    """The first instant of the offset that follows a gap, found by bisection in the day before `instant`."""
    low, high = int(instant.timestamp()) - 86_400, int(instant.timestamp()) + 86_400
    before = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
