from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from campaigns.contact import CLICK, OPEN, UNSUBSCRIBE
from campaigns.creative import Creative
from delivery.horizon import horizon_end
from delivery.roster import Roster
from simulator.assumed import constants
from simulator.calendar import AT, KEY, KIND, ROW
from simulator.channels import CHANNELS
from simulator.parameters import Parameters, neutral
from simulator.stage import Stage
from simulator.world import SimWorld
from tests.builders import NOW, brief, creatives, plan, snapshot
from tests.simulator.stagings import GUARD, START, TYPICAL, letters
from tools.prediction.priors import AD_TRIES, ONSITE_DAYS

PEOPLE = 900
ALL = np.arange(PEOPLE)
NAMES = tuple(CHANNELS)
END = NOW + timedelta(days=40)


@lru_cache(maxsize=1)
def five() -> Stage:
    """One plain creative per channel, in the order of `NAMES`."""
    base = creatives()[0]
    made = tuple(
        Creative(**{**base.model_dump(), "creative_id": name, "channel": name, "offer_id": None, "claims": ()})
        for name in NAMES
    )
    the_plan = plan(PEOPLE, brief(channels=NAMES), creatives=made)
    people = snapshot(PEOPLE).with_columns(
        **{f"consent_{name}": pl.lit(1, pl.Int8) for name in ("sms", "onsite", "ads")}
    )
    return Stage.build(the_plan, Roster.build(the_plan, people), NOW, horizon_end(the_plan))


def told(channel: str, parameters: Parameters, rounds: int = 1, price: int = 2_000, gap: float = 1.0) -> SimWorld:
    """A world after messages of one channel to everybody, a round every `gap` days, and forty days."""
    here = SimWorld(five(), parameters, GUARD, 3)
    for slot in range(rounds):
        batch = letters(five(), ALL, slot, NAMES.index(channel), 1.5 + gap * slot)
        here.advance(NOW + timedelta(days=1.5 + gap * slot))
        here.respond(replace(batch, cost_micros=np.full(PEOPLE, price), liability_micros=np.zeros(PEOPLE, np.int64)))
    here.advance(END)
    return here


def sure(**changes: float) -> Parameters:
    """Everybody notices and clicks; plainest effects but for those named."""
    rates = {f"{effect}_{name}": 1.0 for effect in ("attention", "click") for name in NAMES}
    calm = {"sleeping_dog_share": 0.0, "fatigue_per_contact": 1e-9, "creative_spread": 1e-9}
    return replace(neutral(TYPICAL), **{**rates, **calm, **changes})


@pytest.mark.parametrize("channel", ["email", "push", "sms"])
def test_posted_messages_reach_everybody_and_cost_their_price(channel: str) -> None:
    here = told(channel, sure())
    history = here.history()
    assert (history[KIND] == CLICK).sum() == PEOPLE
    assert here.truth().message_cost == PEOPLE * 2_000


def test_texts_are_read_within_the_hour_and_mails_within_the_day() -> None:
    sent = START + int(1.5 * 86_400)
    waits = []
    for channel in ("sms", "email"):
        history = told(channel, sure()).history()
        waits.append((history[AT, history[KIND] == OPEN] - sent).mean() / 3_600)
    assert waits == [pytest.approx(0.5, rel=0.15), pytest.approx(6.0, rel=0.15)]


def test_an_e_mail_takes_its_minutes_to_arrive() -> None:
    slow, prompt = (told("email", sure(delivery_minutes=minutes)).history() for minutes in (600.0, 0.0))
    opened = [each[AT, each[KIND] == OPEN].mean() for each in (slow, prompt)]
    assert (opened[0] - opened[1]) / 60 == pytest.approx(600, rel=0.15)


def test_on_site_messages_reach_only_visitors_and_as_many_as_visit_within_a_week() -> None:
    here = told("onsite", sure())
    history = here.history()
    opened = history[ROW, history[KIND] == OPEN]
    rate = five().roster.basket_rate * TYPICAL.visits_per_basket
    expected = (1 - np.exp(-rate * ONSITE_DAYS)).sum()
    assert (rate[opened] > 0).all()
    assert len(opened) == len(set(opened.tolist()))
    assert len(opened) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert here.truth().message_cost == len(opened) * 2_000


def test_nobody_is_shown_two_on_site_messages_that_waited_together() -> None:
    few = replace(five(), roster=replace(five().roster, basket_rate=np.full(PEOPLE, 0.1 / TYPICAL.visits_per_basket)))
    here = SimWorld(few, sure(), GUARD, 3)
    for slot in range(3):
        batch = letters(few, ALL, slot, NAMES.index("onsite"), 1.5)
        here.advance(NOW + timedelta(days=1.5))
        here.respond(batch)
    here.advance(END)
    history = here.history()
    opened = history[:, history[KIND] == OPEN]
    assert len(set(opened[ROW].tolist())) == opened.shape[1]
    assert set(opened[KEY].tolist()) <= set(letters(few, ALL, 2).key.view(np.int64).tolist())


def test_there_is_nothing_to_unsubscribe_from_on_the_site_and_in_ads() -> None:
    angry = {"unsubscribe_per_contact": 0.5}
    left = [(told(name, sure(**angry)).history()[KIND] == UNSUBSCRIBE).sum() for name in ("sms", "onsite", "ads")]
    assert left[0] > 300
    assert left[1:] == [0, 0]


def test_an_ad_is_won_as_often_as_its_bid_beats_the_market_and_never_costs_more() -> None:
    market = {"competing_bid_micros": 2_000.0, "competing_bid_spread": 0.6}
    here = told("ads", sure(**market))
    won = (here.history()[KIND] == OPEN).sum()
    expected = 1 - 0.5**AD_TRIES
    assert won / PEOPLE == pytest.approx(expected, abs=4 * np.sqrt(expected / 8 / PEOPLE))
    cost = here.truth().message_cost
    # Second price: below the bid for each won impression, by as much as the lognormal's lower half says.
    assert 0.5 * 2_000 < cost / won < 0.8 * 2_000


def test_a_higher_bid_wins_more_and_crowding_raises_the_price() -> None:
    market = {"competing_bid_micros": 2_000.0, "competing_bid_spread": 0.6}
    shown = [(told("ads", sure(**market), price=price).history()[KIND] == OPEN).sum() for price in (500, 1_500, 6_000)]
    assert shown[0] < shown[1] < shown[2]
    alone, crowded = told("ads", sure(**market)), told("ads", sure(**market, auction_pressure=1.0))
    assert (crowded.history()[KIND] == OPEN).sum() < 0.9 * (alone.history()[KIND] == OPEN).sum()


def test_a_world_moved_in_one_step_is_the_one_moved_hour_by_hour() -> None:
    step, hours = SimWorld(five(), TYPICAL, GUARD, 3), SimWorld(five(), TYPICAL, GUARD, 3)
    for here in (step, hours):
        for channel in ("onsite", "ads", "sms"):
            here.advance(NOW + timedelta(days=1.5))
            here.respond(letters(five(), ALL, NAMES.index(channel), NAMES.index(channel), 1.5))
    for hour in range(37, 200):
        hours.advance(NOW + timedelta(hours=hour))
        hours.outcomes(NOW + timedelta(hours=hour - 1))
    step.advance(NOW + timedelta(hours=199))
    assert step.history().tolist() == hours.history().tolist()
    assert step.truth() == hours.truth()


def test_forgetting_what_was_seen_changes_no_truth() -> None:
    full, lean = (SimWorld(five(), TYPICAL, GUARD, 3, keeps_all=keeps) for keeps in (True, False))
    for here in (full, lean):
        here.advance(NOW + timedelta(days=1.5))
        here.respond(letters(five(), ALL, 0, 0, 1.5))
        here.advance(NOW + timedelta(days=3))
        here.outcomes(NOW)
        here.advance(END)
    assert full.truth() == lean.truth()
    since = NOW + timedelta(days=3)
    assert full.outcomes(since).at.tolist() == lean.outcomes(since).at.tolist()
    assert (full.delivered, lean.delivered)[1] == []
    assert lean.history().shape[1] < full.history().shape[1]


def test_an_ad_that_waits_is_replaced_by_a_newer_one_whatever_its_attempt() -> None:
    here = told("ads", sure(competing_bid_micros=2_000.0, competing_bid_spread=0.6), rounds=3, gap=0.0)
    history = here.history()
    opened = history[:, history[KIND] == OPEN]
    assert len(set(opened[ROW].tolist())) == opened.shape[1]
    assert set(opened[KEY].tolist()) <= set(letters(five(), ALL, 2).key.view(np.int64).tolist())


def test_the_constants_of_a_channel_are_told_when_it_is_used() -> None:
    mail, all_five = constants(("email",)), constants(NAMES, word_of_mouth=True)
    assert len(all_five) == len(mail) + 3
    assert all("judgement" in sentence for sentence in all_five)
    assert "6 hours on email" in mail[0]


def test_on_a_channel_without_a_kept_consent_nobody_is_known_to_have_one() -> None:
    the_plan = plan(40, brief(channels=("email", "sms")))
    people = snapshot(40).with_columns(consent_email=pl.Series([None, *[1] * 39], dtype=pl.Int8))
    consent = Roster.build(the_plan, people).consent
    assert consent[:, 1].tolist() == [-1] * 40
    assert consent[:2, 0].tolist() == [-1, 1]
