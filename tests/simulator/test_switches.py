"""Each effect beyond the plainest: off, it leaves the world as it was; on, it changes what it is about and no more."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from scipy.special import gammaincinv

import simulator.organic
from campaigns.contact import CLICK, COMPLAINT, CONVERSION, OPEN, REDEMPTION, UNSUBSCRIBE, FloatArray
from simulator.calendar import AT, KEY, KIND, ROW, Events
from simulator.parameters import OFF, Parameters, neutral
from simulator.world import SimWorld
from tests.builders import NOW
from tests.simulator.stagings import TYPICAL, letters, send, stage, world

PEOPLE = 600
STAGE = stage(PEOPLE)
BEFORE = {
    "attention_email": 0.28, "attention_push": 0.15, "click_email": 0.7, "click_push": 0.6, "convert_offer": 0.3,
    "convert_plain": 0.17, "incremental_share": 0.6, "halo_trip_share": 0.3, "fatigue_per_contact": 0.18,
    "fatigue_halflife_days": 5.0, "unsubscribe_per_contact": 0.02, "complaint_per_contact": 0.0002,
    "sleeping_dog_share": 0.03, "sleeping_dog_loss": 0.35, "creative_spread": 0.22, "season_level": 8.0,
    "value_level": 1.0, "dispersion": 1.0, "value_log_sd": 0.9, "delay_log_mean": 2.0, "delay_log_sd": 0.9,
}  # fmt: skip
PLAIN = replace(neutral(TYPICAL), **BEFORE)
LEAVE = (UNSUBSCRIBE, COMPLAINT)
MAIL = (OPEN, CLICK, *LEAVE)
OWN = "own purchases"


def lived(parameters: Parameters, on: object = STAGE) -> SimWorld:
    """A world after ten rounds of messages, each to three fifths of the people, with an offer in the first ones."""
    here = world(on, parameters, seed=5)  # type: ignore[arg-type]
    for slot in range(10):
        rows = np.flatnonzero((np.arange(PEOPLE) * 7 + slot * 3) % 5 < 3)
        batch = letters(STAGE, rows, slot, slot % 4, 1.5 + 2 * slot)
        if slot % 4 in (1, 3):
            batch = replace(batch, liability_micros=np.full(len(rows), 1_000_000 if slot < 4 else 0))
        send(here, batch)
    return here


def of(history: Events, kinds: tuple[int, ...]) -> list[list[int]]:
    return history[:, np.isin(history[KIND], kinds)].tolist()


def own(history: Events) -> list[list[int]]:
    return history[:, (history[KIND] == CONVERSION) & (history[KEY] == 0)].tolist()


@pytest.mark.parametrize(("shape", "digest"), [("odds", "1146cd706e639cd2"), ("saturating", "1528ad4bdf406f63")])
def test_with_every_effect_off_the_world_is_the_one_that_had_none_of_them(
    shape: str, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The digests were taken from the world before it had any of these effects, when gamma quantiles were not interpolated.
    def exact(u: FloatArray, shape: float) -> FloatArray:
        return np.asarray(gammaincinv(shape, u) / shape)

    monkeypatch.setattr(simulator.organic, "rate_multiplier", exact)
    here = lived(replace(PLAIN, click_shape=shape))  # type: ignore[arg-type]
    seen = np.ascontiguousarray(here.history()).tobytes() + repr(here.truth()).encode()
    assert hashlib.sha256(seen).hexdigest()[:16] == digest


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("hour_swing", 0.5, (OWN,)),
        ("device_gap", 0.5, (OWN,)),
        ("competitor_attention", 0.5, (OWN,)),
        ("taste_spread", 1.0, (OWN, OPEN, *LEAVE)),
        ("delivery_minutes", 90.0, (OWN, *LEAVE)),
        ("saturation_per_purchase", 3.0, (OWN, *MAIL)),
        ("offer_depth_power", 2.0, (OWN, *MAIL)),
        ("price_elasticity", 3.0, (OWN, *MAIL, REDEMPTION)),
        ("precision_annoyance", 1.0, (OWN, OPEN, CLICK, CONVERSION, REDEMPTION)),
        ("churn_loss", 0.9, (*MAIL,)),
        ("competitor_purchases", 0.5, (*MAIL,)),
        ("shock_rate", 0.5, (*MAIL,)),
        ("word_of_mouth", 5.0, (*MAIL, REDEMPTION)),
    ],
)
def test_an_effect_changes_what_it_is_about_and_nothing_else(
    name: str, value: float, same: tuple[int | str, ...]
) -> None:
    on = replace(STAGE, personalised=np.array([2, 2, 2, 2]))
    calm = replace(PLAIN, sleeping_dog_share=0.0, attention_email=0.9, convert_plain=0.8, **{name: value})
    plain, changed = lived(replace(calm, **{name: OFF[name]}), on).history(), lived(calm, on).history()
    assert plain.shape != changed.shape or (plain != changed).any()
    for what in same:
        left, right = (own(each) if what == OWN else of(each, (what,)) for each in (plain, changed))  # type: ignore[arg-type]
        assert left == right


def test_every_switch_is_tried_here_or_in_the_auctions() -> None:
    tried = test_an_effect_changes_what_it_is_about_and_nothing_else.pytestmark[0].args[1]
    assert {case[0] for case in tried} | {"report_hours", "auction_pressure"} == set(OFF)


def test_purchases_show_late_in_the_data_and_happen_when_they_happen() -> None:
    prompt, late = lived(PLAIN), lived(replace(PLAIN, report_hours=48.0))
    assert prompt.history().tolist() == late.history().tolist()
    for here in (prompt, late):
        here.advance(NOW + timedelta(days=30))
    now = int((NOW + timedelta(days=30)).timestamp())
    shown, waiting = late.outcomes(NOW), prompt.outcomes(NOW)
    assert waiting.at[waiting.kind == CONVERSION].max() > now - 48 * 3_600
    assert shown.at[shown.kind == CONVERSION].max() <= now - 48 * 3_600
    assert (shown.kind == OPEN).sum() == (waiting.kind == OPEN).sum()
    late.advance(NOW + timedelta(days=33))
    rest = late.outcomes(NOW + timedelta(days=30))
    before = waiting.at[waiting.kind == CONVERSION]
    assert np.isin(before[before > now - 48 * 3_600], rest.at).all()


def test_weekdays_move_own_purchases_and_keep_their_number() -> None:
    week = (0.4, 0.4, 0.4, 0.4, 0.4, 2.5, 2.5)
    busy = replace(PLAIN, season_level=80.0, sleeping_dog_share=0.0)
    even, weekend = (world(STAGE, replace(busy, weekday=each), 5).history() for each in (PLAIN.weekday, week))
    late = ((weekend[AT] // 86_400 + 3) % 7 >= 5).mean()
    assert late == pytest.approx(5.0 / 7.0, abs=0.03)
    assert weekend.shape[1] == pytest.approx(even.shape[1], rel=0.05)


def test_leavers_drop_their_share_of_purchases_after_leaving_and_none_that_uses_an_offer() -> None:
    angry = replace(
        PLAIN, unsubscribe_per_contact=0.5, churn_loss=0.4, sleeping_dog_share=0.0, season_level=60.0,
        incremental_share=0.0, click_email=1.0, convert_offer=1.0,
    )  # fmt: skip
    here = lived(angry)
    history, lost = here.history(), here.lost()
    gone = history[:, history[KIND] == UNSUBSCRIBE]
    left_at = np.full(PEOPLE, np.iinfo(np.int64).max)
    np.minimum.at(left_at, gone[ROW], gone[AT])
    everything = world(STAGE, angry, seed=5).history()
    exposed = everything[AT] > left_at[everything[ROW]]
    assert (lost[AT] > left_at[lost[ROW]]).all()
    assert lost.shape[1] / exposed.sum() == pytest.approx(0.4, abs=0.05)
    used = history[:, history[KIND] == REDEMPTION]
    assert used.shape[1] > 20
    assert not set(zip(*used[[ROW, AT]].tolist(), strict=True)) & set(zip(*lost[[ROW, AT]].tolist(), strict=True))


def test_people_who_bought_a_lot_because_of_messages_buy_less_because_of_more() -> None:
    keen = replace(
        PLAIN, attention_email=1.0, click_email=1.0, attention_push=1.0, click_push=1.0, sleeping_dog_share=0.0
    )
    keen = replace(keen, fatigue_per_contact=1e-9, delay_log_mean=-3.0, incremental_share=1.0)
    sated = replace(keen, saturation_per_purchase=1.0)
    counts = [lived(each).truth().conversions for each in (keen, sated)]
    assert counts[1] < 0.9 * counts[0]


def test_words_of_mouth_bring_purchases_that_no_message_is_credited_with() -> None:
    told = lived(replace(PLAIN, word_of_mouth=20.0, sleeping_dog_share=0.0))
    plain = lived(replace(PLAIN, sleeping_dog_share=0.0))
    more = told.truth().conversions - plain.truth().conversions
    assert more > 5
    assert len(own(told.history())[0]) - len(own(plain.history())[0]) == more
    assert told.truth().organic_conversions == plain.truth().organic_conversions


def test_who_likes_a_tone_likes_it_in_the_next_message_too_and_another_tone_no_more() -> None:
    both = []
    for tones in ([1, 1, 1, 1], [1, 2, 1, 2]):
        on = replace(STAGE, tone_key=np.array(tones, np.uint64), quality_key=STAGE.quality_key[[0, 0, 0, 0]])
        on = replace(on, channel=np.zeros(4, np.int16), has_offer=np.zeros(4, bool))
        here = world(
            on, replace(PLAIN, attention_email=1.0, click_email=0.2, taste_spread=4.0, fatigue_per_contact=1e-9)
        )
        for slot in (0, 1):
            send(here, letters(on, np.arange(PEOPLE), slot, slot, 1.5 + slot))
        history = here.history()
        clicks = np.bincount(history[ROW, history[KIND] == CLICK], minlength=PEOPLE)
        both.append((clicks == 2).sum())
    assert both[0] > 2 * both[1]
