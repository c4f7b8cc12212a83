"""Which days of a week and of a month sell more, so that windows which hold other days can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray
from simulator.past_campaigns import Ledger

PARTS = np.array([8, 15, 22])
"""First days of the second, third and fourth part of a month; wages and bills come monthly."""
FEWEST_DAYS = 60
"""Days of purchases from which on parts of a month are told apart."""
_HALF_MONTH = 15
_WEEKS_LENT, _DAYS_LENT = 2.0, 28.0
"""Weeks, and days of each part, as ordinary as any other that are added to those seen."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Factors of the mean day: by day of the week (7; place = days since 1970 modulo 7) and by part of the month (4)."""

    week: FloatArray
    month: FloatArray

    def ordinary_days(self, begin: float, end: float) -> float:
        """How many mean days the days in [begin, end) are worth, both in days since 1970 (UTC)."""
        days = np.arange(int(np.floor(begin)), int(np.ceil(end)))
        inside = np.minimum(days + 1, end) - np.maximum(days, begin)
        return float(inside @ (self.week[days % 7] * self.month[_part(days)]))


def calendar_of(ledger: Ledger, known: float) -> Calendar:
    """The calendar of everybody's purchases as known at an instant; factors lie near 1 where little was seen."""
    first, last = int(np.ceil(ledger.opens)), int(np.floor(min(known, ledger.closes)))
    days, week, month = np.arange(first, max(first, last)), np.ones(7), np.ones(len(PARTS) + 1)
    here = (ledger.bought_known <= known) & (ledger.bought_day >= first) & (ledger.bought_day < last)
    sold = np.bincount(
        ledger.bought_day[here].astype(np.int64) - first, ledger.bought_micros[here], minlength=len(days)
    )
    whole = len(days) // 7
    if not whole or not sold.sum():
        return Calendar(week, month)
    weeks = sold[-7 * whole :].reshape(whole, 7)
    shares = weeks / np.maximum(weeks.mean(axis=1, keepdims=True), 1.0)
    week[days[-7 * whole :][:7] % 7] = (shares.sum(axis=0) + _WEEKS_LENT) / (whole + _WEEKS_LENT)
    if len(days) >= FEWEST_DAYS:
        level = sold / week[days % 7]
        total = np.concatenate([[0.0], np.cumsum(level)])
        # Against the 30 days around it, so that a trend over the year is not taken for a part of the month.
        inner: BoolArray = np.zeros(len(days), bool)
        inner[_HALF_MONTH:-_HALF_MONTH] = True
        around = (total[2 * _HALF_MONTH :] - total[: -2 * _HALF_MONTH])[: inner.sum()] / (2 * _HALF_MONTH)
        ratio, part = level[inner] / np.maximum(around, 1.0), _part(days[inner])
        count = np.bincount(part, minlength=len(month))
        month = (np.bincount(part, ratio, len(month)) + _DAYS_LENT) / (count + _DAYS_LENT)
    return Calendar(week, month)


def _part(days: IntArray) -> IntArray:
    dates = days.astype("datetime64[D]")
    of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    part: IntArray = np.searchsorted(PARTS, of_month, side="right")
    return part
