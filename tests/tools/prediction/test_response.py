"""The closed forms agree with the twin's own behaviour, message by message."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.effects.attention import attention, recovered
from tools.prediction import response
from tools.prediction.errors import UnknownChannel
from tools.prediction.priors import USUAL_DEPTH, means

PLAIN = means() | {"sleeping_dog_share": 0.0, "creative_spread": 0.0, "taste_spread": 0.0}
CONTACTS = st.integers(1, 20)
CADENCE = st.floats(0.5, 7.0)


@given(CONTACTS, CADENCE)
@settings(max_examples=30, deadline=None)
def test_mean_attention_is_that_of_the_twins_recursion(contacts: int, per_week: float) -> None:
    given = means()
    fatigue, seen = np.zeros(1), []
    for _ in range(contacts):
        seen.append(attention(np.ones(1), fatigue, given["fatigue_per_contact"])[0])
        fatigue = recovered(fatigue + 1, np.array([7.0 / per_week]), given["fatigue_halflife_days"])
    assert response.attention_factor(contacts, per_week) == pytest.approx(np.mean(seen))


@given(st.floats(0.1, 15), st.floats(0.1, 15), CADENCE)
@settings(max_examples=30, deadline=None)
def test_more_messages_bring_more_in_total_and_less_each(few: float, more: float, per_week: float) -> None:
    few, more = sorted((few, more))
    each = response.expected_conversions_per_contact("email", True, np.array([few, more]), per_week)
    assert each[0] >= each[1] > 0
    assert each[0] * few <= each[1] * more + 1e-12


def test_long_campaigns_tend_to_the_steady_state() -> None:
    floor = np.exp(-means()["fatigue_per_contact"] * response.fatigue_steady_state(2.0))
    assert response.attention_factor(1.0) == 1.0
    assert response.attention_factor(5000.0) == pytest.approx(floor, rel=1e-3)


def test_one_message_is_the_product_of_its_steps() -> None:
    steps = PLAIN["attention_push"] * PLAIN["click_push"] * PLAIN["convert_plain"] * PLAIN["incremental_share"]
    assert response.expected_conversions_per_contact("push", False, parameters=PLAIN) == pytest.approx(steps)


def test_responsiveness_multiplies_the_odds_of_a_click() -> None:
    given = means()
    odds = 3 * given["click_email"] / (1 - given["click_email"])
    clicks = response.expected_clicks_per_contact("email", responsiveness=3.0, parameters=PLAIN)
    assert clicks == pytest.approx(given["attention_email"] * odds / (1 + odds))


def test_redemptions_lie_between_incremental_and_all_purchases_with_the_offer() -> None:
    clicks = response.expected_clicks_per_contact("email")
    never, always = response.expected_redemptions_per_contact("email", np.array([0.0, 1e9]))
    assert never == pytest.approx(response.expected_conversions_per_contact("email", True))
    awake = 1 - means()["sleeping_dog_share"]
    assert always == pytest.approx(clicks * means()["convert_offer"] * awake)


def test_a_deeper_discount_sells_more_and_the_usual_one_what_the_prior_says() -> None:
    usual, deeper = (
        float(response.expected_purchases_per_click(True, depth, PLAIN)) for depth in (USUAL_DEPTH, 2 * USUAL_DEPTH)
    )
    assert usual == pytest.approx(PLAIN["convert_offer"])
    assert usual < deeper < 2 * usual


def test_clicks_are_the_mean_over_creatives_and_tastes() -> None:
    given, rng = means() | {"creative_spread": 0.4, "taste_spread": 0.6}, np.random.default_rng(1)
    ratio = np.exp(0.4 * rng.standard_normal(400_000) + 0.6 * rng.standard_normal(400_000) - 0.18)
    drawn = given["attention_email"] * response.raised_odds(given["click_email"], 2 * ratio).mean()
    clicks = response.expected_clicks_per_contact("email", responsiveness=2.0, parameters=given)
    assert clicks == pytest.approx(drawn, rel=0.005)


def test_a_message_that_nobody_can_meet_costs_and_reaches_nothing() -> None:
    assert response.expected_reach("onsite", 0.0) == 0
    assert response.expected_reach("email") == 1
    poor, rich = (float(response.expected_reach("ads", price_micros=bid)) for bid in (1, 10**9))
    assert (poor, rich) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
    assert response.expected_price("ads", 2_500, 0.5) < 0.5 * 2_500
    assert response.expected_price("ads", 0, 0.0) == 0


def test_sleeping_dogs_lose_overlapping_fortnights_once() -> None:
    given = means()
    share = given["sleeping_dog_share"] * given["sleeping_dog_loss"]
    lost = response.expected_conversions_lost(0.1, np.array([0.0, 1.0, 3.0]), per_week=2.0)
    assert lost == pytest.approx(share * 0.1 * np.array([0.0, 14.0, 21.0]))
    apart = response.expected_conversions_lost(0.1, 3.0, per_week=0.25)
    assert apart == pytest.approx(share * 0.1 * 42.0)


def test_a_channel_without_a_prior_is_refused() -> None:
    with pytest.raises(UnknownChannel, match=r"'post'.*email, push, sms, onsite, ads"):
        response.expected_conversions_per_contact("post", True)
