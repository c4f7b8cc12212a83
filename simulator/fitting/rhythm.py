"""When people buy of themselves: factors of weekdays and seasons and the curve of the day, with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from campaigns.contact import FloatArray, IntArray
from campaigns.workspace import Workspace
from simulator.fitting.level import LEVEL_SD_PRIOR
from tools.data.warehouse import connect, rows, utc_naive

DAY_PRIOR_SD = 0.2
"""Sd of a weekday's factor around 1 before any week was seen (the authors' judgement)."""
MONTH_PRIOR_SD = 0.15
HOUR_PRIOR_WEIGHT = 24.0
"""Purchases, spread evenly over the day, that the prior of the hours counts for."""
FEWEST_WEEKS = 4
QUIET_HOURS = 6
QUIET_CENTRE = 4.0
"""Local hour around which the quietest six hours of a day's purchases lie (the authors' judgement)."""
QUIET_SD = 1.0
"""Sd in hours of that judgement: the shift of a data set's clock is known no better."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Multipliers of mean 1 (per weekday from Monday, or per month from January) and their posterior sds."""

    value: tuple[float, ...]
    sd: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Weekday and month factors by UTC day, as the twin's calendar has them, and shares of purchases by local hour.

    `shift_hours` is what was taken off the data's clock to make it local (0-23, sd `shift_sd`); `weeks` is what it
    was learnt from, `gaps` says what could not be.
    """

    weekday: Factors
    month: Factors
    hour: Factors
    shift_hours: int
    shift_sd: float
    weeks: int
    gaps: tuple[str, ...]


def rhythm(ws: Workspace, now: datetime) -> Rhythm:
    """The rhythm of all purchases known at `now`; flat factors with the priors' sds where the data are silent."""
    at = f"TIMESTAMP '{utc_naive(now).isoformat(sep=' ')}'"
    con = connect(ws)
    try:
        found = rows(
            con,
            f"SELECT date_diff('hour', TIMESTAMP '1970-01-05', t), count(*) FROM (SELECT coalesce(basket_id, event_id), "
            f"min(occurred_at) AS t FROM events WHERE kind = 'purchase' AND arrived_at <= {at} AND occurred_at <= {at} "
            "GROUP BY 1) GROUP BY 1 ORDER BY 1",
        )
    finally:
        con.disconnect()
    return rhythm_of(np.array([[int(str(hour)), int(str(count))] for hour, count in found], np.int64).reshape(-1, 2))


def rhythm_of(hourly: IntArray) -> Rhythm:
    """The rhythm of counts per hour: rows of (hours since Monday 5 January 1970, purchases)."""
    by_hour: FloatArray = np.bincount(hourly[:, 0] % 24, weights=hourly[:, 1], minlength=24).astype(np.float64)
    shift = clock_shift(by_hour)
    weeks, month, gaps = _weeks(hourly), _months(hourly), []
    if len(weeks) < FEWEST_WEEKS:
        gaps.append(
            f"Weekdays and hours: {len(weeks)} whole weeks of purchases, and {FEWEST_WEEKS} are needed; taken as alike."
        )
    seen = sum(sd < MONTH_PRIOR_SD for sd in month.sd)
    if seen < 12:
        gaps.append(
            f"Season: {12 - seen} months of the year were never seen whole; their factor is 1 ± {MONTH_PRIOR_SD:g}."
        )
    return Rhythm(
        weekday=weekday_factors(weeks),
        month=month,
        hour=hour_factors(by_hour, shift, len(weeks)),
        shift_hours=shift,
        shift_sd=QUIET_SD if by_hour.sum() else 0.0,
        weeks=len(weeks),
        gaps=tuple(gaps),
    )


def clock_shift(by_hour: FloatArray) -> int:
    """Hours to take off the data's clock so that the quietest six hours of the day lie around 4 in the morning."""
    if not by_hour.sum():
        return 0
    around = [by_hour[(np.arange(QUIET_HOURS) + first) % 24].sum() for first in range(24)]
    centre = int(np.argmin(around)) + QUIET_HOURS / 2
    return int(np.floor(centre - QUIET_CENTRE + 0.5)) % 24


def weekday_factors(weeks: FloatArray) -> Factors:
    """Factors of Monday to Sunday from purchases per week and day (rows of 7), each shrunk to 1 by its precision."""
    if len(weeks) < FEWEST_WEEKS:
        return Factors((1.0,) * 7, (DAY_PRIOR_SD,) * 7)
    relative = weeks / weeks.mean(axis=1, keepdims=True)
    return _shrunk(relative.mean(axis=0), relative.std(axis=0, ddof=1) / np.sqrt(len(weeks)), DAY_PRIOR_SD)


def hour_factors(by_hour: FloatArray, shift: int, weeks: int) -> Factors:
    """Shares by local hour: Dirichlet posterior with an even prior; the data count for as much as their weeks vary."""
    counts = np.roll(by_hour, -shift) if weeks >= FEWEST_WEEKS else np.zeros(24)
    weight = counts + HOUR_PRIOR_WEIGHT / 24
    share = weight / weight.sum()
    return Factors(_plain(share), _plain(np.sqrt(share * (1 - share) / (weight.sum() + 1))))


def _weeks(hourly: IntArray) -> FloatArray:
    """Purchases per whole week and day; weeks at either end that the data cut short, or without a purchase, are left out."""
    if not len(hourly):
        return np.zeros((0, 7))
    day = hourly[:, 0] // 24
    first, last = -(-int(day.min()) // 7), int(day.max() + 1) // 7
    inside = (day >= first * 7) & (day < last * 7)
    count = np.bincount(day[inside] - first * 7, weights=hourly[inside, 1], minlength=max(last - first, 0) * 7)
    weeks = count.reshape(-1, 7)
    return np.asarray(weeks[weeks.sum(axis=1) > 0], np.float64)


def _months(hourly: IntArray) -> Factors:
    """Factors of January to December from daily means against a year's straight trend; unseen months stay at 1."""
    value, sd = np.ones(12), np.full(12, MONTH_PRIOR_SD)
    if len(hourly):
        day = hourly[:, 0] // 24
        first = int(day.min())
        count = np.bincount(day - first, weights=hourly[:, 1])
        month = (np.datetime64("1970-01-05") + first + np.arange(len(count))).astype("datetime64[M]").astype(int) % 12
        trend = (
            np.polynomial.Polynomial.fit(np.arange(len(count)), count, 1)(np.arange(len(count)))
            if len(count) > 60
            else count.mean()
        )
        relative = count / np.maximum(trend, 1e-9)
        days = np.bincount(month, minlength=12)
        whole = days >= 28
        # Days of one month move together: thirty of them tell as much as about seven independent ones. And a month of
        # one year cannot be told from a level that moves, so that only further years make it surer than that.
        level, years = LEVEL_SD_PRIOR.median, np.maximum(np.round(days / 30.4), 1)
        within = np.array(
            [relative[month == m].std() / np.sqrt(days[m] / 4) if whole[m] else np.inf for m in range(12)]
        )
        noise = np.hypot(within, level / np.sqrt(years))
        mean = np.array([relative[month == m].mean() if whole[m] else 1.0 for m in range(12)])
        found = _shrunk(mean, noise, MONTH_PRIOR_SD)
        value, sd = np.array(found.value), np.array(found.sd)
    return Factors(_plain(value), _plain(sd))


def _shrunk(mean: FloatArray, noise: FloatArray, prior_sd: float) -> Factors:
    """Normal posterior around 1 of each factor, from its mean and standard error."""
    with np.errstate(divide="ignore"):
        weight = 1 / np.maximum(noise, 1e-3) ** 2
    total = weight + 1 / prior_sd**2
    return Factors(_plain((weight * mean + 1 / prior_sd**2) / total), _plain(1 / np.sqrt(total)))


def _plain(column: FloatArray) -> tuple[float, ...]:
    return tuple(float(f"{value:.6g}") for value in column.tolist())
