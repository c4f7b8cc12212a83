"""At least six variants within the brief, none that breaks a prohibition, none with an unproven claim."""

from __future__ import annotations

import re

import pytest

from campaigns.audience import Audience
from campaigns.creative import Creative, Offer
from campaigns.money import Money
from campaigns.workspace import Settings
from tests.builders import brief, figure, plan
from tools.creative.brand import forbids_offers
from tools.creative.errors import CreativeError
from tools.creative.library import CHANNELS, creative, tones
from tools.creative.lint import lint
from tools.creative.propose import propose_creatives
from tools.creative.render import Renderer
from tools.creative.slots import SLOTS, campaign_slots

SETTINGS = Settings()
BANNED = re.compile(
    r"(?i)\b(best|cheapest|lowest|free|guarantee\w*|proven|healthy|healthiest|always|never|only|#1|last chance|hurry)\b|%"
)


def _audience(category: str | None = "SEAFOOD - FROZEN", people: int = 300) -> Audience:
    return plan().audience.model_copy(update={"category": category, "size": figure(people)})


def _propose(audience: Audience | None = None, **changes: object) -> tuple[tuple[Offer, ...], tuple[Creative, ...]]:
    return propose_creatives(brief(**changes), audience or _audience(), SETTINGS)


@pytest.mark.parametrize("category", ["SEAFOOD - FROZEN", None])
@pytest.mark.parametrize("channels", [("email", "push"), ("push", "email"), ("email",), ("push",)])
@pytest.mark.parametrize("prohibitions", [(), ("no discounts",)])
def test_six_variants_or_more_on_the_channels_asked_for(
    category: str | None, channels: tuple, prohibitions: tuple
) -> None:
    offers, made = _propose(_audience(category), channels=channels, prohibitions=prohibitions)
    assert len(made) >= 6
    assert {variant.channel for variant in made} == set(channels)
    assert len({variant.creative_id for variant in made}) == len(made)
    assert len({(variant.subject, variant.body) for variant in made}) == len(made)
    assert {variant.offer_id for variant in made} - {None} == {offer.offer_id for offer in offers}
    assert bool(offers) == (not prohibitions)
    assert len({variant.tone for variant in made}) >= 3


def test_excluded_channels_and_channels_without_copy_get_no_variant() -> None:
    _, made = _propose(channels=("email", "push", "sms"), excluded_channels=("push",))
    assert {variant.channel for variant in made} == {"email"}
    with pytest.raises(CreativeError, match="sms"):
        _propose(channels=("sms",))


def test_win_back_copy_speaks_of_the_shop_and_names_no_category() -> None:
    _, made = _propose(_audience(None))
    assert all("category" not in variant.slots for variant in made)
    Renderer(made, SETTINGS).message(
        0, {**campaign_slots(SETTINGS, None, None, None), "unsubscribe_url": "https://m.invalid/u"}
    )


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("no discounts", True),
        ("without coupons", True),
        ("never use price cuts", True),
        ("No Offers!", True),
        ("no emojis", False),
        ("do not mention competitors", False),
    ],
)
def test_which_prohibitions_rule_out_offers(text: str, forbidden: bool) -> None:
    assert forbids_offers((text,)) is forbidden


def test_copy_with_forbidden_words_is_left_out_and_nothing_left_is_refused() -> None:
    _, made = _propose(prohibitions=("do not mention thank you",))
    assert made
    assert not any("thank you" in (variant.subject + variant.body).casefold() for variant in made)
    with pytest.raises(CreativeError, match="no brand"):
        _propose(prohibitions=("no brand",))


def test_an_offer_that_the_budget_cannot_hold_for_the_audience_is_left_out() -> None:
    poor = Money(amount_micros=100_000_000, currency="USD")
    assert _propose(_audience(people=300), budget=poor)[0] == ()
    assert len(_propose(_audience(people=100), budget=poor)[0]) == 1
    assert len(_propose(_audience(people=100_000), budget=None)[0]) == 1


def test_offers_come_in_the_workspaces_currency_or_not_at_all() -> None:
    offers, _ = propose_creatives(brief(budget=None), _audience(), Settings(currency="EUR"))
    assert (offers[0].title, offers[0].face_value.currency) == ("€1.00 off", "EUR")
    offers, made = propose_creatives(brief(budget=None), _audience(), Settings(currency="JPY"))
    assert offers == ()
    assert len(made) >= 6


def test_a_language_without_copy_is_refused() -> None:
    with pytest.raises(CreativeError, match="'de'"):
        propose_creatives(brief(), _audience(), Settings(language="de"))


def _all(offer: Offer) -> list[Creative]:
    return [
        creative(channel, theme, tone, given)
        for channel in CHANNELS
        for theme in ("category", "shop")
        for tone in tones(channel, theme)
        for given in (None, offer)
    ]


def test_all_shipped_copy_is_clean_short_and_without_claims_that_need_evidence() -> None:
    offer = _propose()[0][0]
    shipped = _all(offer)
    assert len(shipped) == 48
    for variant in shipped:
        lint(variant)
        assert not BANNED.search(re.sub(r"<[^>]+>", "", variant.subject + variant.body))
        assert len(re.sub(r"\{\{ \w+ \}\}", "x" * 14, variant.subject)) <= (70 if variant.channel == "email" else 50)
        assert set(variant.slots) <= SLOTS.keys()
        assert [claim.evidence for claim in variant.claims] == (
            [f"offer table, {offer.offer_id}"] if variant.offer_id else []
        )
        if variant.offer_id:
            assert {"offer_title", "offer_until"} <= set(variant.slots)
        else:
            assert not {"offer_title", "offer_until"} & set(variant.slots)


def test_no_sentence_begins_with_a_category_in_small_letters() -> None:
    for variant in _all(_propose()[0][0]):
        lines = [variant.subject, *variant.body.splitlines()]
        assert not any(line.startswith("{{ category }}") for line in lines)
        assert not any(". {{ category }}" in line for line in lines)
