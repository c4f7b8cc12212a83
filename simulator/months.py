"""Which months a history has seen, and what the back-test says of months that it had not seen.

A plan in a month that is new to the history is not refused by the calendar alone: horizons that lay in new months when
they were foretold tell whether the twin's intervals held there. Without enough of them, or when they failed, it is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scipy import stats

FEWEST_DAYS = 14
"""Days of a month that the history must hold for the month to count as seen."""
FEWEST_HORIZONS = 5
"""Horizons in new months below which their record says too little (the authors' judgement)."""
LEVEL = 0.8
"""The probability that the back-tested intervals state."""
TOO_RARE = 0.05
"""Fewer hits than this happen by chance so rarely that the stated probability is not believed."""
_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewMonths:
    """Of `tried` back-tested horizons in months that their fit had not seen, `held` lay inside the 80 % interval."""

    held: int = 0
    tried: int = 0

    @property
    def covered(self) -> bool:
        """Whether there were enough of them, and no fewer held than chance allows (one-sided binomial, 5 %)."""
        return self.tried >= FEWEST_HORIZONS and float(stats.binom.cdf(self.held, self.tried, LEVEL)) >= TOO_RARE

    @property
    def told(self) -> str:
        """The count, and what follows from it."""
        if not self.tried:
            return "no horizon was foretold in a month that its fit had not seen"
        counted = f"{self.held} of {self.tried} horizons in months that their fit had not seen were held by the {LEVEL:.0%} interval"
        if self.tried < FEWEST_HORIZONS:
            return f"{counted}, and {FEWEST_HORIZONS} are needed to judge by"
        return f"{counted}, {'as stated within doubt' if self.covered else 'fewer than stated'}"


@dataclass(frozen=True, slots=True)
class Foretold:
    """A back-tested horizon: its first day, its length in days, and whether its interval held the truth."""

    start: date
    days: int
    held: bool


def months_seen(first: date | None, last: date | None) -> frozenset[int]:
    """Months of the year (1 to 12) of which a history from `first` to `last` holds at least 14 days in some year."""
    if first is None or last is None or last < first:
        return frozenset()
    found: set[int] = set()
    month = first.replace(day=1)
    while month <= last and len(found) < 12:
        end = month.replace(day=monthrange(month.year, month.month)[1])
        if (min(end, last) - max(month, first)).days + 1 >= FEWEST_DAYS:
            found.add(month.month)
        month = end + timedelta(days=1)
    return frozenset(found)


def months_in(start: date, end: date) -> tuple[int, ...]:
    """Months of the year of which a window has a day, in order of time, each once."""
    found: list[int] = []
    month = start.replace(day=1)
    while month <= end and len(found) < 12:
        found.append(month.month)
        month += timedelta(days=monthrange(month.year, month.month)[1])
    return tuple(dict.fromkeys(found))


def new_months(first: date | None, foretold: Sequence[Foretold]) -> NewMonths:
    """The record of those horizons of which at least half lay in months that a history from `first` to their start had not seen."""
    if first is None:
        return NewMonths()
    new = [one for one in foretold if _new_days(first, one) * 2 >= one.days]
    return NewMonths(sum(one.held for one in new), len(new))


def named(months: Iterable[int]) -> str:
    """Months by name, joined by commas and "and"."""
    names = [_NAMES[month - 1] for month in months]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def _new_days(first: date, one: Foretold) -> int:
    seen = months_seen(first, one.start - timedelta(days=1))
    return sum((one.start + timedelta(days=day)).month not in seen for day in range(one.days))
