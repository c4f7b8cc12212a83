from __future__ import annotations

import numpy as np
import pytest

from simulator.behaviour import (
    CLICK_SHAPES,
    annoyance,
    attention,
    creative_ratio,
    delay_days,
    gap_days,
    lognormal_value,
    raised_odds,
    rate_multiplier,
    recovered,
)

U = (np.arange(20_000) + 0.5) / 20_000
NONE = np.zeros(1, np.int64)


def test_half_of_the_fatigue_is_gone_after_a_half_life() -> None:
    assert recovered(np.array([2.0]), np.array([5.0]), 5.0) == pytest.approx(1.0)


def test_fatigue_lowers_attention_and_raises_annoyance_up_to_certainty() -> None:
    tired = np.array([0.0, 1.0, 3.0])
    assert (np.diff(attention(np.full(3, 0.3), tired, 0.2)) < 0).all()
    assert (np.diff(annoyance(0.01, tired, 0.2)) > 0).all()
    assert annoyance(0.5, np.array([50.0]), 1.0)[0] == 1.0


@pytest.mark.parametrize("chance", [0.0, 0.09, 0.5, 1.0])
def test_odds_stay_chances_and_a_ratio_of_one_changes_nothing(chance: float) -> None:
    base = np.full(4, chance)
    raised = raised_odds(base, np.array([1e-6, 1.0, 5.0, 1e6]))
    assert ((raised >= 0) & (raised <= 1)).all()
    assert raised[1] == pytest.approx(chance)


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


def test_the_other_click_shapes_differ_from_the_twins() -> None:
    base, ready, reluctant = np.array([0.1]), np.array([2.0]), np.array([0.5])
    assert CLICK_SHAPES["threshold"](base, reluctant, NONE)[0] == 0
    assert CLICK_SHAPES["threshold"](base, ready, NONE)[0] == pytest.approx(0.2)
    twin = CLICK_SHAPES["odds"](base, ready, NONE)
    assert CLICK_SHAPES["saturating"](base, ready, NONE) == twin
    assert CLICK_SHAPES["saturating"](base, ready, NONE + 4)[0] == pytest.approx(twin[0] / 3)
