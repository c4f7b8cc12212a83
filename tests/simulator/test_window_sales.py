from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.past_campaigns import Ledger
from simulator.sales_calendar import Calendar, calendar_of
from simulator.window_sales import PRIOR_WEIGHTS, fit_spend, past_rates, sales_draws
from tests.simulator.campaign_books import START, books

BOOKS = books(8)
EVEN = Calendar(np.ones(7), np.ones(4))


def priced(ledger: Ledger, factor: np.ndarray) -> Ledger:
    return replace(ledger, bought_micros=ledger.bought_micros * factor)


def foretold(ledger: Ledger, place: int, days: float = 30.0) -> float:
    one = ledger.campaigns[place]
    rng = np.random.default_rng(1)
    return float(
        np.median(sales_draws(ledger, one, list(ledger.campaigns[:place]), one.start, one.start + days, 2_000, rng))
    )


def test_a_calendar_finds_planted_weekends_and_first_weeks_of_the_month() -> None:
    day = np.floor(BOOKS.bought_day).astype(np.int64)
    date = day.astype("datetime64[D]")
    first_week = (date - date.astype("datetime64[M]")).astype(np.int64) < 7
    found = calendar_of(priced(BOOKS, np.where(day % 7 >= 5, 2.0, 1.0) * np.where(first_week, 1.3, 1.0)), START + 365)
    assert found.week[5:].mean() / found.week[:5].mean() == pytest.approx(2, rel=0.1)
    assert found.month[0] / found.month[1:].mean() == pytest.approx(1.3, rel=0.1)
    assert calendar_of(BOOKS, START + 365).week == pytest.approx(np.ones(7), abs=0.06)


def test_books_of_less_than_a_week_have_an_even_calendar_and_keep_the_prior_weights() -> None:
    young = calendar_of(BOOKS, START + 5)
    assert young.week.tolist() == [1] * 7
    assert young.month.tolist() == [1] * 4
    assert fit_spend(BOOKS, START + 5, 30).weights is PRIOR_WEIGHTS


@settings(max_examples=20)
@given(st.floats(0, 40), st.floats(0, 40), st.floats(0, 40))
def test_ordinary_days_add_up(a: float, b: float, c: float) -> None:
    begin, middle, end = (START + day for day in sorted((a, b, c)))
    calendar = Calendar(np.array([0.5, 1, 1, 1, 1, 1, 1.5]), np.array([1.2, 1, 0.9, 0.9]))
    whole = calendar.ordinary_days(begin, end)
    assert whole == pytest.approx(calendar.ordinary_days(begin, middle) + calendar.ordinary_days(middle, end), abs=1e-9)
    assert EVEN.ordinary_days(begin, end) == pytest.approx(end - begin, abs=1e-9)


def test_spans_between_edges_hold_what_each_of_them_holds_alone() -> None:
    edges = np.array([START, START + 10, START + 10.5, START + 60])
    found = BOOKS.spent_between(edges, START + 50)
    for place in range(3):
        np.testing.assert_allclose(found[:, place], BOOKS.spent(edges[place], edges[place + 1], START + 50))
    assert BOOKS.spent_between(edges[:1], START + 50).shape == (400, 0)


def test_rates_before_the_books_opened_are_nothing_and_later_ones_are_the_mean() -> None:
    assert not past_rates(BOOKS, START - 3, EVEN).any()
    rates = past_rates(BOOKS, START + 200, EVEN)
    truth = BOOKS.spent(START + 88, START + 200, START + 200) / 112
    np.testing.assert_allclose(rates[:, 1], truth)


def test_a_short_window_of_weekend_days_is_foretold_higher_than_one_of_weekdays() -> None:
    day = np.floor(BOOKS.bought_day).astype(np.int64)
    lively = priced(BOOKS, np.where(day % 7 >= 5, 3.0, 1.0))
    one = lively.campaigns[6]
    two_days = {}
    for weekday in (5, 0):
        moved = replace(one, start=one.start + (weekday - one.start) % 7)
        ledger = replace(lively, campaigns=(*lively.campaigns[:6], moved))
        two_days[weekday] = foretold(ledger, 6, 2.0)
    assert two_days[5] / two_days[0] == pytest.approx(3, rel=0.15)


def test_what_campaigns_people_spent_lately_counts_more_than_long_ago() -> None:
    last = BOOKS.campaigns[7]
    # Nobody whom the lifted campaigns reached, so that own rates stay and only what campaigns bring has changed.
    lifted = np.concatenate([BOOKS.campaigns[0].reached, BOOKS.campaigns[4].reached])
    others = replace(last, reached=np.setdiff1d(last.reached, lifted))
    apart = replace(BOOKS, campaigns=(*BOOKS.campaigns[:7], others))

    def rise(place: int) -> float:
        one = apart.campaigns[place]
        during = (apart.bought_day >= one.start) & (apart.bought_day < one.start + 30)
        more = np.where(during & np.isin(apart.bought_person, one.reached), 1.6, 1.0)
        return foretold(priced(apart, more), 7) / foretold(apart, 7) - 1

    assert rise(4) > 1.5 * rise(0) > 0


def test_the_forecast_follows_people_who_buy_twice_as_much() -> None:
    one = BOOKS.campaigns[7]
    double = priced(BOOKS, np.where(np.isin(BOOKS.bought_person, one.reached), 2.0, 1.0))
    truth = double.spent(one.start, one.start + 30, np.inf)[one.reached].sum()
    # Counts of a few baskets are shrunk towards everybody's.
    assert foretold(double, 7) == pytest.approx(truth, rel=0.25)
    assert foretold(double, 7) > 1.4 * foretold(BOOKS, 7)
