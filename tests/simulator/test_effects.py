from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincinv

from campaigns.keys import mix64
from simulator.effects.annoyance import annoyance, precision_ratio
from simulator.effects.attention import PERMITTED, attention, device_factor, hour_factor, recovered
from simulator.effects.auction import competing_bids, next_pressure, second_price
from simulator.effects.clicking import CLICK_SHAPES, creative_ratio, raised_odds, taste_ratio
from simulator.effects.neighbours import heard_chance, ring
from simulator.effects.purchase import (
    USUAL_DEPTH,
    amount_ratio,
    delay_days,
    depth,
    depth_ratio,
    gap_days,
    lognormal_value,
    rate_multiplier,
    sated_ratio,
)
from simulator.effects.season import EVEN_WEEK, competitor_index, pressed, shock_factor, weekday_factor

U = (np.arange(20_000) + 0.5) / 20_000
NONE = np.zeros(1, np.int64)
DAYS = np.arange(17_455, 17_455 + 4_000)
MONDAY = 17_455  # 2017-10-16


def test_half_of_the_fatigue_is_gone_after_a_half_life() -> None:
    assert recovered(np.array([2.0]), np.array([5.0]), 5.0) == pytest.approx(1.0)


def test_fatigue_lowers_attention_and_raises_annoyance_up_to_certainty() -> None:
    tired = np.array([0.0, 1.0, 3.0])
    assert (np.diff(attention(np.full(3, 0.3), tired, 0.2)) < 0).all()
    assert (np.diff(annoyance(0.01, tired, 0.2)) > 0).all()
    assert annoyance(0.5, np.array([50.0]), 1.0)[0] == 1.0


def test_attention_over_the_permitted_hours_has_mean_one_and_peaks_at_ten() -> None:
    hours = hour_factor(np.array(PERMITTED) * 60, 0.5)
    assert hours.mean() == pytest.approx(1.0)
    assert hours.argmax() == 10 - PERMITTED[0]
    assert hours.argmin() == 15 - PERMITTED[0]
    assert (hour_factor(np.arange(1_440), 5.0) >= 0).all()
    assert (hour_factor(np.arange(1_440), 0.0) == 1).all()


def test_phone_people_read_texts_more_and_mails_less_and_all_together_as_much() -> None:
    for side in (-1, 1):
        assert device_factor(U, 0.3, side).mean() == pytest.approx(1.0)
        assert np.sign(np.diff(device_factor(np.array([0.1, 0.9]), 0.3, side)))[0] == side


@pytest.mark.parametrize("chance", [0.0, 0.09, 0.5, 1.0])
def test_odds_stay_chances_and_a_ratio_of_one_changes_nothing(chance: float) -> None:
    base = np.full(4, chance)
    raised = raised_odds(base, np.array([1e-6, 1.0, 5.0, 1e6]))
    assert ((raised >= 0) & (raised <= 1)).all()
    assert raised[1] == pytest.approx(chance)


@pytest.mark.parametrize(
    ("shape", "tolerance"), [(0.02, 1e-5), (0.5, 1e-7), (0.83, 1e-7), (5.0, 1e-7), (10_000.0, 1e-7)]
)
def test_people_differ_by_the_exact_gamma_quantile(shape: float, tolerance: float) -> None:
    u = np.concatenate([U, [2.0**-53, 1e-12, 1 - 1e-12, 1 - 2.0**-53]])
    exact = gammaincinv(shape, u) / shape
    tiny = exact < 1e-290
    assert rate_multiplier(u, shape)[~tiny] == pytest.approx(exact[~tiny], rel=tolerance)
    assert (rate_multiplier(u, shape)[tiny] < 1e-280).all()


def test_people_differ_around_a_mean_of_one_with_the_gamma_variance() -> None:
    many = rate_multiplier(U, 0.8)
    assert many.mean() == pytest.approx(1.0, abs=0.01)
    assert many.var() == pytest.approx(1 / 0.8, rel=0.05)


def test_gaps_and_values_keep_their_means() -> None:
    assert gap_days(U, np.full(len(U), 0.5)).mean() == pytest.approx(2.0, rel=0.01)
    assert lognormal_value(np.full(len(U), 8_000_000), 0.9, U).mean() == pytest.approx(8_000_000, rel=0.02)


def test_a_purchase_with_an_offer_falls_within_its_validity() -> None:
    days = delay_days(U, np.full(len(U), 14.0), 2.0, 0.9)
    assert days.min() > 0
    assert days.max() <= 14.0
    assert np.median(days) < np.exp(2.0)


def test_equal_creatives_have_equal_quality_and_no_spread_means_none() -> None:
    assert creative_ratio(np.array([0.3, 0.3]), 0.2).tolist() == [creative_ratio(np.array([0.3]), 0.2)[0]] * 2
    assert creative_ratio(U[:3], 0.0).tolist() == [1.0, 1.0, 1.0]


def test_tastes_differ_around_a_mean_of_one() -> None:
    assert taste_ratio(U, 0.4).mean() == pytest.approx(1.0, abs=0.002)
    assert np.log(taste_ratio(U, 0.4)).std() == pytest.approx(0.4, rel=0.01)


def test_the_other_click_shapes_differ_from_the_twins() -> None:
    base, ready, reluctant = np.array([0.1]), np.array([2.0]), np.array([0.5])
    assert CLICK_SHAPES["threshold"](base, reluctant, NONE)[0] == 0
    assert CLICK_SHAPES["threshold"](base, ready, NONE)[0] == pytest.approx(0.2)
    twin = CLICK_SHAPES["odds"](base, ready, NONE)
    assert CLICK_SHAPES["saturating"](base, ready, NONE) == twin
    assert CLICK_SHAPES["saturating"](base, ready, NONE + 4)[0] == pytest.approx(twin[0] / 3)


def test_deeper_discounts_help_more_but_ever_less() -> None:
    ratio = depth_ratio(np.linspace(0.1, 0.5, 5), 0.4)
    assert (np.diff(ratio) > 0).all()
    assert (np.diff(ratio, 2) < 0).all()
    assert depth_ratio(np.array([USUAL_DEPTH]), 0.4)[0] == 1
    assert depth(np.array([0, 2, 100]), np.array([10, 10, 10])).tolist() == [0.01, 0.2, 0.9]


def test_a_lower_price_sells_more_and_full_price_the_same() -> None:
    assert amount_ratio(np.array([0.0, 0.2, 0.4]), 0.5).tolist() == pytest.approx([1.0, 0.8**-0.5, 0.6**-0.5])


def test_each_extra_purchase_lowers_the_odds_of_the_next_by_the_same_factor() -> None:
    assert sated_ratio(np.array([0.0, 1.0, 2.0]), 0.3).tolist() == pytest.approx([1.0, np.exp(-0.3), np.exp(-0.6)])


def test_messages_that_know_more_annoy_more() -> None:
    assert precision_ratio([0, 1, 3], 0.2).tolist() == pytest.approx([1.0, np.exp(0.2), np.exp(0.6)])


def test_weekdays_start_on_monday() -> None:
    week = (1.4, 1.0, 1.0, 1.0, 1.0, 0.8, 0.8)
    assert weekday_factor(np.arange(MONDAY, MONDAY + 8), week).tolist() == [*week, week[0]]
    assert (weekday_factor(DAYS, EVEN_WEEK) == 1).all()


def test_competitors_press_with_mean_zero_sd_one_and_the_stated_persistence() -> None:
    index = competitor_index(4, DAYS, 0.7)
    assert abs(index.mean()) < 0.15
    assert index.std() == pytest.approx(1.0, abs=0.08)
    assert np.corrcoef(index[1:], index[:-1])[0, 1] == pytest.approx(0.7, abs=0.05)
    assert pressed(index, 0.2).mean() == pytest.approx(1.0, abs=0.04)
    assert (pressed(index, 0.0) == 1).all()


def test_a_day_is_the_same_in_every_world_that_holds_it() -> None:
    assert competitor_index(4, DAYS[100:150], 0.7).tolist() == competitor_index(4, DAYS, 0.7)[100:150].tolist()
    assert shock_factor(4, DAYS[100:150], 0.1, 0.3).tolist() == shock_factor(4, DAYS, 0.1, 0.3)[100:150].tolist()
    assert competitor_index(5, DAYS[:9], 0.7).tolist() != competitor_index(4, DAYS[:9], 0.7).tolist()


def test_shocks_are_as_frequent_as_stated_last_three_days_and_have_mean_one() -> None:
    factor = shock_factor(4, DAYS, 0.02, 0.3)
    assert (factor != 1).mean() == pytest.approx(1 - 0.98**3, abs=0.015)
    assert factor.mean() == pytest.approx(1.0, abs=0.01)
    assert (shock_factor(4, DAYS, 0.0, 0.3) == 1).all()


@settings(max_examples=30, deadline=None)
@given(bid=st.integers(0, 10**9), competing=st.floats(0, 2e9))
def test_nobody_pays_more_than_the_own_bid_and_losers_pay_nothing(bid: int, competing: float) -> None:
    won, paid = second_price(np.array([bid]), np.array([competing]))
    assert won[0] == (bid > competing)
    assert paid[0] == (np.ceil(competing) if won[0] else 0)
    assert paid[0] <= bid


def test_competing_bids_are_lognormal_and_rise_with_pressure() -> None:
    bids = competing_bids(U, 3_000.0, 0.6, 0.0)
    assert np.median(bids) == pytest.approx(3_000, rel=0.01)
    assert (competing_bids(U, 3_000.0, 0.6, 0.5) > bids).all()


def test_pressure_halves_by_the_hour_and_is_one_after_bids_for_a_tenth_of_the_people() -> None:
    assert next_pressure(0.0, 100, 1_000) == pytest.approx(1.0)
    assert next_pressure(1.0, 0, 1_000) == pytest.approx(0.5)
    assert next_pressure(0.0, 0, 0) == 0.0


def test_everybody_has_two_neighbours_and_is_theirs() -> None:
    before, after = ring(mix64(np.arange(50, dtype=np.uint64)))
    assert (before[after] == np.arange(50)).all()
    assert sorted(after.tolist()) == list(range(50))
    assert (before != after).all()


def test_hearsay_raises_the_rate_by_its_share_of_a_fortnight() -> None:
    assert heard_chance(np.array([0.01]), 0.5)[0] == pytest.approx(1 - np.exp(-0.07))
    assert heard_chance(np.array([0.01]), 0.0)[0] == 0.0
