"""When a rule about local time will next hold: the first instant, in a person's zone, over changes of the clock too.

The other facts stay as they are. A local time that a spring change skips never comes that day; one that an autumn
change repeats comes twice, and the first that passes is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.contact import BoolArray
from policies.evaluators.columns import Column, columns
from policies.evaluators.validity import is_valid, plain
from policies.facts import CLOCK_MINUTE, CLOCK_WEEKDAY, Fact
from policies.language.syntax import Node, Read, walk

_DAY = 1440
_WEEK = 7 * _DAY
_MINUTE = timedelta(minutes=1)
_HORIZON = timedelta(days=9)
"""A week has every local minute of every weekday; two days more cover those that a change of the clock skips."""


class Clockwork:
    """Answers when one bound tree next holds; made once per rule. `reads_clock` tells whether time matters to it."""

    def __init__(self, tree: Node) -> None:
        facts = {node.fact.name: node.fact for node in walk(tree) if isinstance(node, Read)}
        self._others: dict[str, Fact] = {n: f for n, f in facts.items() if n not in (CLOCK_MINUTE, CLOCK_WEEKDAY)}
        self.reads_clock = len(self._others) < len(facts)
        self._decide = columns([tree])
        self._weeks: dict[tuple[object, ...], BoolArray | None] = {}

    def next_passing(self, facts: Mapping[str, object], zone: ZoneInfo, now: datetime) -> datetime | None:
        """The first instant (UTC, whole minutes) at or after `now` at which the rule holds; None when none comes.

        `now` is aware. None too when the rule does not read the clock, or another fact it reads is not known.
        """
        if not self.reads_clock:
            return None
        week = self._week(facts)
        return None if week is None else _first(week, zone, now.astimezone(UTC))

    def _week(self, facts: Mapping[str, object]) -> BoolArray | None:
        """For every local minute of a week, Monday first, whether the rule holds; None when it never does."""
        given = {name: plain(facts.get(name)) for name in self._others}
        if any(not is_valid(fact, given[name]) for name, fact in self._others.items()):
            return None
        key = tuple(given.values())
        if key not in self._weeks:
            minutes = np.arange(_WEEK, dtype=np.int64)
            table: dict[str, Column] = {CLOCK_MINUTE: minutes % _DAY, CLOCK_WEEKDAY: minutes // _DAY + 1}
            for name, seen in given.items():
                table[name] = np.array(seen, dtype=object if isinstance(seen, str) else None)
            passes = np.asarray(self._decide(table, _WEEK) == 0)
            self._weeks[key] = passes if passes.any() else None
        return self._weeks[key]


def _first(week: BoolArray, zone: ZoneInfo, now: datetime) -> datetime | None:
    at = now.replace(second=0, microsecond=0)
    end = at + _HORIZON
    while at < end:
        local = at.astimezone(zone)
        place = local.weekday() * _DAY + local.hour * 60 + local.minute
        if week[place]:
            return max(at, now)
        ahead = int(np.argmax(np.roll(week, -place)))
        then = at + ahead * _MINUTE
        # Where the clock changes on the way, the minutes ahead are others than those counted: go on from the change.
        steady = then.astimezone(zone).utcoffset() == local.utcoffset()
        at = then if steady else _change(at, then, zone)
    return None


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first whole minute after `before` at which the zone's offset is another."""
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, round((after - before) / _MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * _MINUTE).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return before + high * _MINUTE
