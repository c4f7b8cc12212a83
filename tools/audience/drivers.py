"""What makes people of an audience worth contacting, each with its strength and where that number came from."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import stats

from campaigns.audience import Driver
from campaigns.figure import Figure, Source
from tools.audience.features import PAST_DAYS
from tools.audience.snapshot import TakenSnapshot
from tools.audience.worth import SEGMENTS
from tools.prediction.priors import PRIOR
from tools.prediction.response import expected_conversions_per_contact, expected_value_of_conversion

LEVEL = 0.95


def drivers(
    taken: TakenSnapshot, category: str | None, channels: tuple[str, ...], margin_rate: float, currency: str
) -> tuple[Driver, ...]:
    """At least three drivers: worth of the best over the last third, recency, conversions expected without contact;
    then, where the data have them, the past baseline over earlier origins, campaigns redeemed, and who never bought."""
    found = [
        _worth_gap(taken, channels, margin_rate, currency),
        _recency(taken),
        _expected(taken),
        _baseline(taken),
        _redeemed(taken),
        _never(taken, category),
    ]
    return tuple(driver for driver in found if driver is not None)


def _worth_gap(taken: TakenSnapshot, channels: tuple[str, ...], margin_rate: float, currency: str) -> Driver | None:
    channel = next((name for name in channels if f"attention_{name}" in PRIOR), None)
    if channel is None:
        return None
    frame = taken.frame
    uplift = expected_conversions_per_contact(channel, False, responsiveness=frame["responsiveness"].to_numpy())
    value = expected_value_of_conversion(
        frame["conversion_value_micros"].to_numpy(), frame["basket_value_micros"].to_numpy()
    )
    worth = pl.Series(uplift * value * margin_rate)
    best, last = (worth.filter(frame["segment"] == name).mean() for name in (SEGMENTS[0], SEGMENTS[-1]))
    if best is None or last is None:
        return None
    name = f"expected margin of one {channel} message: the best third above the last third of these people"
    return Driver(name=name, effect=_made(taken, round(best - last), f"micros:{currency}", "worth_gap"))


def _recency(taken: TakenSnapshot) -> Driver:
    middle = taken.frame["recency_days"].median()
    return Driver(name="days since the last purchase (median)", effect=_asked(taken, middle, "days", "recency"))


def _expected(taken: TakenSnapshot) -> Driver:
    expected = float(taken.frame["conversion_rate"].mean()) * taken.horizon_days
    basis = "" if taken.organic.enough else " (not enough data for a model: the plain mean)"
    name = f"conversions per person expected in {taken.horizon_days} days without contact{basis}"
    return Driver(name=name, effect=_made(taken, expected, "conversions", "expected_conversions"))


def _baseline(taken: TakenSnapshot) -> Driver | None:
    """The mean of earlier origins with a t interval between origins: weeks differ more than people can show."""
    per_origin = (
        taken.history.group_by("origin").agg(pl.col("conversions").mean()).sort("origin")["conversions"].to_numpy()
    )
    if not len(per_origin):
        return None
    mean = float(per_origin.mean())
    name = (
        f"conversions per person in {taken.horizon_days} days, the same definition at {len(per_origin)} earlier dates"
    )
    if len(per_origin) < 2:
        return Driver(name=name, effect=_asked(taken, mean, "conversions", "history"))
    half = float(stats.t.ppf((1 + LEVEL) / 2, len(per_origin) - 1) * per_origin.std(ddof=1) / np.sqrt(len(per_origin)))
    effect = _asked(taken, mean, "conversions", "history", max(0.0, mean - half), mean + half)
    return Driver(name=name, effect=effect)


def _redeemed(taken: TakenSnapshot) -> Driver | None:
    received, redeemed = int(taken.redeemed["received"].sum()), int(taken.redeemed["redeemed"].sum())
    if not received:
        return None
    low, high = stats.binomtest(redeemed, received).proportion_ci(LEVEL, method="wilson")
    effect = _asked(taken, redeemed / received, "share", "redemptions", float(low), float(high))
    return Driver(name=f"earlier campaigns redeemed, of {received} received by these people", effect=effect)


def _never(taken: TakenSnapshot, category: str | None) -> Driver | None:
    if category is None:
        return None
    share = float((taken.frame["pre_conversions"] == 0).mean())
    name = f"people without any {category} in the last {PAST_DAYS} days"
    return Driver(name=name, effect=_asked(taken, share, "share", "never_bought"))


def _asked(
    taken: TakenSnapshot, value: float, unit: str, name: str, low: float | None = None, high: float | None = None
) -> Figure:
    source = Source(kind="query", name=f"tools.audience.{name}", ref=taken.query_ref)
    bounds = (None, None) if low is None or high is None else (_short(low), _short(high))
    level = None if bounds[0] is None else LEVEL
    return Figure(value=_short(value), unit=unit, source=source, low=bounds[0], high=bounds[1], level=level)


def _made(taken: TakenSnapshot, value: float, unit: str, name: str) -> Figure:
    source = Source(kind="tool", name=f"tools.audience.drivers.{name}", ref=taken.snapshot_id)
    return Figure(value=value if isinstance(value, int) else _short(value), unit=unit, source=source)


def _short(value: float) -> float:
    """Twelve significant digits, like the snapshot's own columns."""
    return float(f"{float(value):.12g}")
