"""Weekdays, months and hours are drawn as rows around what was learnt, and the world lives by them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from campaigns.contact import CONVERSION
from simulator.calendar import AT, KEY, KIND, ROW
from simulator.calibration import ALIKE, calibrate, twin_of
from simulator.effects.season import EVEN_CLOCK, EVEN_WEEK, EVEN_YEAR
from simulator.fitting.fit import fit
from simulator.fitting.particles import NOTHING
from simulator.fitting.rhythm import rhythm_of
from simulator.fitting.seasons import months_of, read, rows
from simulator.fitting.stored import content
from simulator.parameters import RHYTHM, draws, typical
from tests.builders import NOW, plan
from tests.simulator.fitting.test_history import WEEK, hourly
from tests.simulator.fitting.trials import lived_in
from tests.simulator.stagings import BELIEF, START, TYPICAL, eager, letters, stage, world

EVENING = (0.1,) * 6 + (0.4,) * 6 + (1.0,) * 6 + (2.4,) * 4 + (0.6,) * 2
CLOCK = tuple(np.array(EVENING) * 24 / sum(EVENING))


def planted(years: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Purchases per hour under months and levels of months drawn anew, and the months."""
    rng = np.random.default_rng(seed)
    month = np.maximum(1 + 0.15 * rng.standard_normal(12), 0.5)
    hour = (
        np.arange(years * 365 * 24) + int((np.datetime64("2015-01-01") - np.datetime64("1970-01-05")).astype(int)) * 24
    )
    date = np.datetime64("1970-01-05T00") + hour
    months = date.astype("datetime64[M]").astype(int)
    level = np.exp(0.15 * rng.standard_normal(months.max() - months.min() + 1) - 0.15**2 / 2)
    mean = 8 * month[months % 12] * level[months - months.min()]
    return np.column_stack([hour, rng.poisson(mean)]), month


def table(of: str, drawn: object) -> np.ndarray:
    return np.column_stack([drawn.column(name) for name in RHYTHM[of]])  # type: ignore[attr-defined]


@pytest.mark.parametrize("years", [1, 3])
def test_drawn_months_cover_planted_ones_as_often_as_they_say(years: int) -> None:
    held = []
    for seed in range(30):
        counts, month = planted(years, seed)
        found = table("month", rows(rhythm_of(counts)))
        low, high = np.quantile(found, [0.05, 0.95], axis=0)
        truth = month / month.mean()
        held.append((low <= truth) & (truth <= high))
    # 360 months, some of them of one world: 90 % within four standard errors of half as many.
    assert 0.83 < np.mean(held) < 0.97


def test_more_years_make_a_month_surer() -> None:
    one, three = (np.mean(rhythm_of(planted(years, 4)[0]).month.sd) for years in (1, 3))
    assert three < 0.8 * one


def test_rows_have_mean_one_and_spread_as_the_estimates_do() -> None:
    found = rhythm_of(hourly(40))
    drawn = rows(found)
    for kind in ("weekday", "month", "hour"):
        assert table(kind, drawn).mean(axis=1) == pytest.approx(1.0)
    week = table("weekday", drawn)
    assert np.abs(week.mean(axis=0) - np.array(found.weekday.value) / np.mean(found.weekday.value)).max() < 0.01
    assert week.std(axis=0) == pytest.approx(np.array(found.weekday.sd) * np.sqrt(6 / 7), rel=0.3)
    assert np.abs(week.mean(axis=0) - WEEK).max() < 0.06
    night = np.argmin(table("hour", drawn), axis=1)
    assert len(np.unique(night)) > 3


def test_months_have_mean_one_over_the_days_that_the_level_was_learnt_from() -> None:
    shares = months_of(np.array(["2017-03-01", "2017-03-29"], "datetime64[D]"), 28)
    assert shares == pytest.approx(np.eye(12)[2] * 31 / 56 + np.eye(12)[3] * 25 / 56)
    month = table("month", rows(rhythm_of(planted(1, 2)[0]), shares))
    assert month @ shares == pytest.approx(1.0)
    assert months_of(np.zeros(0, "datetime64[D]"), 28) == pytest.approx(1 / 12)


def test_without_weeks_nothing_is_drawn_and_that_is_an_assumption() -> None:
    assert rows(rhythm_of(hourly(2))) == NOTHING
    assert {(one.weekday, one.month, one.hour) for one in draws(BELIEF, 5, 1)} == {(EVEN_WEEK, EVEN_YEAR, EVEN_CLOCK)}
    silent = twin_of(_no_frame(), np.zeros(0), 28, "1" * 16)
    assert ALIKE in silent.assumptions


def test_a_rehearsal_draws_the_learnt_rhythm_anew_for_each_run(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 60)
    made = fit(ws, NOW)
    assert read(content(made)["rhythm"]) == made.rhythm
    twin = calibrate(ws, plan(), NOW)
    assert ALIKE not in twin.assumptions
    each = draws(twin.posterior, 20, 3)
    for kind in RHYTHM:
        assert len({getattr(one, kind) for one in each}) > 10
    assert typical(twin.posterior).weekday != EVEN_WEEK
    plain = replace(twin.posterior, rhythm=NOTHING)
    same = draws(plain, 20, 3)
    names = set(asdict(same[0])) - set(RHYTHM)
    assert all(getattr(a, name) == getattr(b, name) for a, b in zip(each, same, strict=True) for name in names)


def test_own_purchases_come_in_the_months_and_at_the_local_hours_that_were_learnt() -> None:
    on = stage(6_000)
    roster = replace(
        on.roster, zones=("UTC", "Asia/Kolkata", "America/New_York"), zone=np.arange(6_000, dtype=np.int16) % 3
    )
    on = replace(on, roster=roster, end=START + 90 * 86_400)
    months = np.array([1.0] * 9 + [0.5, 1.0, 1.5])
    calm = replace(eager(), month=tuple(months), hour=CLOCK, season_level=3.0)
    history = world(on, calm, 2).history()
    at = history[AT]
    month = (at // 86_400).astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    days = np.bincount(
        np.arange(START // 86_400, on.end // 86_400).astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12,
        minlength=12,
    )
    lived = np.bincount(month, minlength=12)[9:] / days[9:]
    assert lived / lived.mean() == pytest.approx(months[9:] / months[9:].mean(), rel=0.08)
    ahead = np.array([0, 19_800, -14_400])[roster.zone[history[ROW]]]
    # New York turns its clocks back in the time: an hour's width of doubt there.
    clock = np.bincount((at + ahead) // 3_600 % 24, minlength=24) / len(at) * 24
    assert clock[18:22].sum() / 4 == pytest.approx(np.mean(CLOCK[18:22]), rel=0.1)
    assert clock[0:5].mean() < 0.2


def test_purchases_that_follow_a_click_fall_at_shopping_hours_but_never_before_it() -> None:
    on = stage(3_000)
    on = replace(on, roster=replace(on.roster, zones=("UTC",), zone=np.zeros(3_000, np.int16)))
    plain, learnt = (world(on, replace(eager(), hour=hour), 4) for hour in (EVEN_CLOCK, CLOCK))
    for each in (plain, learnt):
        each.respond(letters(on, np.arange(3_000)))
    blocks = [one.history() for one in (plain, learnt)]
    caused = [block[:, (block[KIND] == CONVERSION) & (block[KEY] != 0)] for block in blocks]
    night = [np.mean(block[AT] // 3_600 % 24 < 6) for block in caused]
    assert night[1] < 0.5 * night[0]
    assert min(block[AT].min() for block in caused) > START + 1.5 * 86_400
    assert len(caused[0].T) == pytest.approx(len(caused[1].T), rel=0.02)
    assert TYPICAL.hour == EVEN_CLOCK


def _no_frame():  # type: ignore[no-untyped-def]
    import polars as pl

    return pl.DataFrame(schema={"origin": pl.Datetime, "person_id": pl.String})
