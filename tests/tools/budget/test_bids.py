"""A bid is what a place is worth, within its cap and floor, and never from unknown chances."""

from __future__ import annotations

import numpy as np
import pytest

from tools.budget.bids import Limits, bid_for_action, bid_for_value, corrected, shaded
from tools.budget.errors import BudgetError

LIMITS = Limits(cap=50_000, floor=1_000)


def test_a_bid_is_probability_times_value_over_the_return_wanted() -> None:
    assert bid_for_value([0.001, 0.002], [20_000_000, 20_000_000], LIMITS, roas=2).tolist() == [10_000, 20_000]
    assert bid_for_value(0.001, 20_000_000, LIMITS, roas=2, price=4).tolist() == 5_000
    assert bid_for_action([0.001, 0.01], 8_000_000, LIMITS).tolist() == [8_000, 50_000]


def test_below_the_floor_there_is_no_bid() -> None:
    assert bid_for_value([0.0, 0.00001], 20_000_000, LIMITS).tolist() == [0, 0]


def test_shading_pays_less_than_the_value_and_never_more() -> None:
    prices = np.random.default_rng(1).lognormal(np.log(6_000), 0.5, 2_000)
    bid = np.array([2_000, 10_000, 40_000])
    low = shaded(bid, prices, LIMITS)
    assert (low <= bid).all()
    assert low[2] < 0.6 * bid[2]
    surplus = [(bid[2] - price) * (prices <= price).mean() for price in (low[2], bid[2], 0.5 * low[2])]
    assert surplus[0] >= max(surplus[1:])
    assert shaded(bid, [], LIMITS).tolist() == bid.tolist()


def test_a_target_is_corrected_by_small_steps() -> None:
    assert corrected(10.0, 12.0, 10.0) == pytest.approx(8.333, abs=1e-3)
    assert corrected(10.0, 40.0, 10.0) == 8.0
    assert corrected(10.0, 0.0, 9.0) == 9.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: bid_for_value([1.2], [1], LIMITS),
        lambda: bid_for_value([float("nan")], [1], LIMITS),
        lambda: bid_for_value([0.1], [-1], LIMITS),
        lambda: bid_for_value([0.1], [1], LIMITS, roas=0),
        lambda: bid_for_action([0.1], -1, LIMITS),
        lambda: Limits(cap=1, floor=2),
        lambda: shaded(np.array([1]), [-3], LIMITS),
        lambda: corrected(0.0, 1.0, 1.0),
    ],
)
def test_amounts_that_make_no_sense_are_refused(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BudgetError):
        wrong()
