"""A flight spends nearly all of its money, never more, and close to what hindsight could have got for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.budget.errors import BudgetError
from tools.budget.pacing import Pace, take, within_day

BUDGET = 3_000_000_000
WEEK = (1.0, 1.0, 1.05, 1.1, 1.3, 1.4, 1.2)


def _month(seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Offers of thirty days; from day 17 on there are 80 % more than the season says."""
    rng = np.random.default_rng(seed)
    days = []
    for day in range(30):
        count = rng.poisson(400 * WEEK[day % 7] * (1.8 if day >= 17 else 1.0))
        cost = rng.lognormal(np.log(1e6), 0.4, count).astype(np.int64)
        days.append((cost * rng.lognormal(np.log(2), 0.8, count), cost))
    return days


def _lived(days: list[tuple[np.ndarray, np.ndarray]], price: float) -> tuple[float, int]:
    pace = Pace.begin(BUDGET, [WEEK[day % 7] for day in range(30)], price)
    value = 0.0
    for worth, cost in days:
        taken, wanted = take(pace, worth, cost)
        value += float(worth[taken].sum())
        pace = pace.after(int(cost[taken].sum()), wanted)
    return value, pace.left


def test_thirty_days_with_a_shift_earn_what_the_reference_earned_of_hindsight() -> None:
    shares, lefts = [], []
    for seed in range(20):
        days = _month(seed)
        worth, cost = (np.concatenate([day[place] for day in days]) for place in (0, 1))
        order = np.argsort(-worth / cost)
        best = worth[order][np.cumsum(cost[order]) <= BUDGET].sum()
        value, left = _lived(days, 2.0)
        shares.append(value / best)
        lefts.append(left)
    assert np.mean(shares) >= 0.96  # the reference: .963
    assert min(lefts) >= 0
    assert np.mean(lefts) < 0.02 * BUDGET


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5_000), st.integers(0, 50_000_000), st.floats(0.01, 50))
def test_no_flight_spends_more_than_it_has(seed: int, budget: int, price: float) -> None:
    rng = np.random.default_rng(seed)
    pace = Pace.begin(budget, (1.0, 2.0, 0.5), price)
    for _ in range(3):
        cost = rng.integers(0, 5_000_000, 20)
        taken, wanted = take(pace, cost * rng.lognormal(0, 1, 20), cost)
        pace = pace.after(int(cost[taken].sum()), wanted)
    assert 0 <= pace.left <= budget
    assert pace.intended == 0


def test_an_hour_gets_its_seasonal_share_of_what_remains() -> None:
    assert within_day(1_000, [1, 1, 2], 0, 0) == 250
    assert within_day(1_000, [1, 1, 2], 700, 2) == 300
    assert within_day(1_000, [1, 1, 2], 1_200, 1) == 0


def test_what_cannot_be_paced_is_refused() -> None:
    for budget, season, price in ((-1, (1.0,), 1.0), (10, (), 1.0), (10, (1.0, 0.0), 1.0), (10, (1.0,), 0.0)):
        with pytest.raises(BudgetError):
            Pace.begin(budget, season, price)
    with pytest.raises(BudgetError, match="books"):
        Pace.begin(10, (1.0,), 1.0).after(11, 11)
    with pytest.raises(BudgetError, match="Hour 3"):
        within_day(10, [1, 1, 1], 0, 3)
