"""When a rule about local time will next hold: the first instant, in a person's zone, over changes of the clock too.

The other facts stay as they are. A local time that a spring change skips never comes that day; one that an autumn
change repeats comes twice, and the first that passes is given.
"""

from __future__ import annotations

from bisect import bisect_left
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
_MOST_CHANGES = 9
"""So many changes of a zone's clock are passed at most; no two weeks, in which every rule that ever holds does, have more."""


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
    for _ in range(_MOST_CHANGES):
        local = at.astimezone(zone)
        place = local.weekday() * _DAY + local.hour * 60 + local.minute
        then = at + int(np.argmax(np.roll(week, -place))) * _MINUTE
        # Where the clock changes on the way, the minutes ahead are others than those counted: go on from the change.
        if then.astimezone(zone).utcoffset() == local.utcoffset():
            return max(then, now)
        at = _change(at, then, zone)
    return None


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first whole minute after `before` at which the zone's offset is another, as it is at `after`."""
    offset = before.astimezone(zone).utcoffset()
    minutes = range(round((after - before) / _MINUTE))
    ahead = bisect_left(minutes, True, key=lambda m: (before + m * _MINUTE).astimezone(zone).utcoffset() != offset)
    return before + ahead * _MINUTE
