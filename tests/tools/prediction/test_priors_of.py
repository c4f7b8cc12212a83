from __future__ import annotations

import pytest

from tools.prediction.priors import ONLY_ON, PRIOR, RESPONSE_PRIORS, priors_of


def test_all_channels_together_rest_on_every_prior() -> None:
    assert priors_of(("email", "push", "sms", "onsite", "ads")) == RESPONSE_PRIORS


@pytest.mark.parametrize(
    ("channel", "with_it", "without"),
    [
        ("email", {"click_email", "delivery_minutes", "fatigue_halflife_days"}, {"click_ads", "auction_pressure"}),
        ("ads", {"attention_ads", "competing_bid_micros"}, {"visits_per_basket", "delivery_minutes", "click_push"}),
        ("onsite", {"visits_per_basket", "churn_loss"}, {"competing_bid_spread", "attention_email"}),
    ],
)
def test_a_channel_rests_on_its_own_priors_and_on_the_shared_ones(
    channel: str, with_it: set[str], without: set[str]
) -> None:
    names = {prior.name for prior in priors_of((channel,))}

    assert with_it <= names
    assert not without & names


def test_what_matters_on_some_channels_only_is_a_prior() -> None:
    assert set(ONLY_ON) <= set(PRIOR)
