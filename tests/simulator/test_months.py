"""A month counts as seen when the history holds enough of it, and a record of new months when horizons really lay there."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from simulator.months import Foretold, NewMonths, months_in, months_seen, named, new_months

YEAR = date(2017, 1, 1)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (None, None, []),
        (date(2017, 3, 5), date(2017, 3, 4), []),
        (date(2017, 3, 1), date(2017, 3, 13), []),
        (date(2017, 3, 1), date(2017, 3, 14), [3]),
        (date(2017, 3, 18), date(2017, 4, 14), [3, 4]),
        (date(2016, 12, 18), date(2017, 1, 10), [12]),
        (YEAR, date(2017, 10, 15), list(range(1, 11))),
        (YEAR, date(2021, 1, 1), list(range(1, 13))),
    ],
)
def test_a_month_is_seen_from_fourteen_days_on(first: date | None, last: date | None, months: list[int]) -> None:
    assert sorted(months_seen(first, last)) == months


def test_a_window_has_every_month_of_which_it_has_a_day() -> None:
    assert months_in(date(2017, 10, 31), date(2018, 1, 1)) == (10, 11, 12, 1)
    assert months_in(date(2017, 5, 5), date(2017, 5, 5)) == (5,)
    assert months_in(date(2017, 5, 5), date(2020, 5, 5)) == (5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4)
    assert named((10, 11, 12)) == "October, November and December"
    assert named((10,)) == "October"
    assert named(()) == ""


def test_only_horizons_that_lay_mostly_in_new_months_count() -> None:
    in_first_year = [Foretold(YEAR + timedelta(days=90 + 28 * n), 28, n != 2) for n in range(6)]
    in_second_year = [Foretold(YEAR + timedelta(days=400 + 28 * n), 28, False) for n in range(6)]
    half_seen = Foretold(date(2017, 6, 16), 28, True)

    assert new_months(YEAR, [*in_first_year, *in_second_year]) == NewMonths(5, 6)
    assert new_months(YEAR, [half_seen]) == NewMonths(0, 0)
    assert new_months(None, in_first_year) == NewMonths()


@pytest.mark.parametrize(
    ("held", "tried", "covered"), [(0, 0, False), (4, 4, False), (5, 5, True), (3, 6, True), (2, 6, False), (13, 20, True), (12, 20, False)]
)  # fmt: skip
def test_a_record_carries_a_new_season_when_long_enough_and_within_doubt(held: int, tried: int, covered: bool) -> None:
    assert NewMonths(held, tried).covered is covered


def test_intervals_that_hold_what_they_say_are_believed_and_those_that_hold_a_third_are_mostly_not() -> None:
    luck = np.random.default_rng(4)
    honest, poor = luck.binomial(10, 0.8, 4_000), luck.binomial(10, 1 / 3, 4_000)

    assert np.mean([NewMonths(int(held), 10).covered for held in honest]) >= 0.95
    assert np.mean([NewMonths(int(held), 10).covered for held in poor]) <= 0.25
