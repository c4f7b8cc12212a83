from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import numpy as np
import pytest

from campaigns.contact import (
    CLICK,
    COMPLAINT,
    CONSENT_WITHDRAWN,
    CONVERSION,
    OPEN,
    REDEMPTION,
    UNSUBSCRIBE,
    Permit,
)
from policies.errors import NoPermit
from simulator.calendar import AT, KEY, KIND, MARGIN, REVENUE, ROW
from simulator.errors import BackInTime
from simulator.parameters import neutral, without_response
from simulator.world import SimWorld, Withdrawal
from tests.builders import NOW
from tests.simulator.stagings import GUARD, START, TYPICAL, eager, leave, letters, part, send, stage, world
from tools.prediction.response import expected_conversions_per_contact

STAGE = stage(300)
ALL = np.arange(300)
END = NOW + timedelta(days=60)


def seen(of: SimWorld, kind: int) -> int:
    return int((of.outcomes(NOW - timedelta(days=1)).kind == kind).sum())


def test_own_purchases_match_their_expectation_within_four_standard_deviations() -> None:
    big = stage(2_000)
    even = replace(TYPICAL, dispersion=5.0, season_level=1.5)
    days = (big.end - big.start) / 86_400
    expected = big.roster.conversion_rate * days * 1.5
    totals = [world(big, even, seed).truth().organic_conversions for seed in range(20)]
    sd = np.sqrt((expected.sum() + (expected**2).sum() / even.dispersion) / len(totals))
    assert abs(np.mean(totals) - expected.sum()) < 4 * sd


def test_what_one_person_does_does_not_depend_on_who_else_is_there() -> None:
    few = np.arange(100, 200)
    alone, among = world(part(STAGE, few), eager()), world(STAGE, eager())
    send(alone, letters(part(STAGE, few), np.arange(100)))
    send(among, letters(STAGE, ALL[::-1]))
    left, right = alone.history(), among.history()
    right = right[:, np.isin(right[ROW], few)]
    right[ROW] -= 100
    assert left.shape[1] > 300
    assert (left == right).all()


@pytest.mark.parametrize("fault", ["none", "other key", "other plan", "expired"])
def test_without_a_valid_permit_nothing_happens(fault: str) -> None:
    here = world(STAGE)
    batch = letters(STAGE, ALL[:20])
    permit = leave(batch, "0" * 64 if fault == "other plan" else STAGE.plan_hash)
    if fault == "none":
        permit = Permit(permit.plan_hash, permit.policy_hash, permit.expires, permit.keys, b"")
    if fault == "other key":
        batch = letters(STAGE, ALL[:20], slot=1)
    late = timedelta(days=3 if fault == "expired" else 1.5)
    here.advance(NOW + late)
    with pytest.raises(NoPermit):
        here.deliver(batch, permit)
    assert here.delivered == []
    assert here.truth().message_cost == 0


def test_nobody_clicks_nothing_changes() -> None:
    here = world(STAGE, without_response(TYPICAL))
    for slot in range(10):
        send(here, letters(STAGE, ALL, slot, days=1.5 + 3 * slot))
    truth = here.truth()
    assert (truth.conversions, truth.revenue, truth.margin, truth.offer_cost) == (0, 0, 0, 0)
    assert truth.message_cost == 10 * 300 * 2_000
    assert truth.net == -truth.message_cost


def test_the_world_with_messages_differs_from_the_one_without_only_by_what_messages_did() -> None:
    alone, here = world(STAGE), world(STAGE, replace(TYPICAL, click_email=0.9))
    send(here, letters(STAGE, ALL))
    own = here.history()
    own = own[:, (own[KIND] == CONVERSION) & (own[KEY] == 0)]
    lost = here.lost()
    left_alone = alone.history()
    assert sorted([*own[AT].tolist(), *lost[AT].tolist()]) == left_alone[AT].tolist()
    difference = here.history()[MARGIN].sum() - left_alone[MARGIN].sum()
    assert difference == here.truth().margin


def test_everybody_who_is_certain_buys_once_and_redeems_one_offer() -> None:
    here = world(STAGE, eager())
    for slot in range(3):
        send(here, letters(STAGE, ALL, slot, days=1.5 + 2 * slot))
    truth = here.truth()
    kinds = here.history()[KIND]
    assert truth.conversions == 900
    assert (kinds == REDEMPTION).sum() == 300
    assert truth.offer_cost == 300 * 1_000_000
    assert truth.net == truth.margin - truth.offer_cost - truth.message_cost


def test_an_offer_that_made_no_difference_costs_only_those_who_buy_of_themselves() -> None:
    here = world(STAGE, eager(incremental_share=0.0, season_level=5.0))
    send(here, letters(STAGE, ALL))
    truth = here.truth()
    history = here.history()
    redeemed = history[:, history[KIND] == REDEMPTION]
    own = history[:, history[KIND] == CONVERSION]
    assert truth.conversions == 0
    assert 0 < redeemed.shape[1] < 300
    moments = set(zip(own[ROW].tolist(), own[AT].tolist(), strict=True))
    assert {*zip(redeemed[ROW].tolist(), redeemed[AT].tolist(), strict=True)} <= moments


def test_sleeping_dogs_drop_a_share_of_their_purchases_for_two_weeks_only() -> None:
    calm = stage(2_000)
    dogs = without_response(replace(TYPICAL, season_level=20.0))
    dogs = replace(dogs, sleeping_dog_share=1.0, sleeping_dog_loss=0.4)
    here = world(calm, dogs)
    send(here, letters(calm, np.arange(1_000)))
    lost, organic = here.lost(), world(calm, dogs).history()
    sent = START + int(1.5 * 86_400)
    exposed = (organic[ROW] < 1_000) & (organic[AT] > sent) & (organic[AT] <= sent + 14 * 86_400)
    assert (lost[ROW] < 1_000).all()
    assert lost[AT].min() > sent
    assert lost[AT].max() <= sent + 14 * 86_400
    assert lost.shape[1] / exposed.sum() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / exposed.sum()))
    assert here.truth().conversions == -lost.shape[1]


def test_sleeping_dogs_read_and_click_and_never_buy_because_of_a_message() -> None:
    here = world(STAGE, eager(sleeping_dog_share=1.0, sleeping_dog_loss=1e-9))
    send(here, letters(STAGE, ALL))
    assert (here.history()[KIND] == CLICK).sum() == 300
    assert here.truth().conversions == here.truth().offer_cost == 0


def test_answers_come_in_order_and_after_the_message_and_can_be_looked_at_again() -> None:
    here = world(STAGE, eager())
    send(here, letters(STAGE, ALL))
    first = here.outcomes(NOW)
    assert len(first.where(first.key != 0)) == 0
    here.advance(END - timedelta(days=11))
    later = here.outcomes(NOW + timedelta(days=1.5))
    again = here.outcomes(NOW + timedelta(days=1.5))
    assert (np.diff(later.at) >= 0).all()
    assert later.at.min() > START + int(1.5 * 86_400)
    assert later.key.tolist() == again.key.tolist()
    assert {OPEN, CLICK, CONVERSION, REDEMPTION} <= set(later.kind.tolist())
    answered = {kind: later.row[(later.kind == kind) & (later.key != 0)].tolist() for kind in (OPEN, CLICK)}
    assert len(answered[OPEN]) == len(set(answered[OPEN])) == 300


def test_looking_piecewise_shows_every_outcome_once() -> None:
    whole, pieces = world(STAGE, eager()), world(STAGE, eager())
    for each in (whole, pieces):
        send(each, letters(STAGE, ALL))
    parts, since = [], NOW
    for hours in range(48, 50 * 24, 24):
        pieces.advance(NOW + timedelta(hours=hours))
        parts.append(pieces.outcomes(since))
        since = pieces.now()
    whole.advance(since)
    at_once = whole.outcomes(NOW)
    assert np.concatenate([part.at for part in parts]).tolist() == at_once.at.tolist()
    assert np.concatenate([part.row for part in parts]).tolist() == at_once.row.tolist()
    assert np.concatenate([part.revenue_micros for part in parts]).sum() == at_once.revenue_micros.sum()


def test_tired_people_read_less_and_leave_more() -> None:
    big = stage(2_000)
    irritable = replace(TYPICAL, fatigue_per_contact=0.6, unsubscribe_per_contact=0.02, complaint_per_contact=0.005)
    here = world(big, irritable)
    for slot in range(8):
        send(here, letters(big, np.arange(2_000), slot, days=1.5 + slot))
    here.advance(NOW + timedelta(days=20))
    outcomes = here.outcomes(NOW)
    early, late = letters(big, np.arange(2_000), 0).key, letters(big, np.arange(2_000), 7).key
    opened = [np.isin(outcomes.key[outcomes.kind == OPEN], keys).sum() for keys in (early, late)]
    left = np.isin(outcomes.kind, (UNSUBSCRIBE, COMPLAINT))
    leavers = [np.isin(outcomes.key[left], keys).sum() for keys in (early, late)]
    assert opened[1] < 0.5 * opened[0]
    assert leavers[1] > 1.5 * leavers[0] > 0
    assert seen(here, UNSUBSCRIBE) > seen(here, COMPLAINT) > 0


def test_the_world_answers_as_often_as_the_planners_closed_form_expects() -> None:
    big = stage(2_000)
    keen = replace(neutral(TYPICAL), click_email=0.5, convert_plain=0.3, convert_offer=0.3, creative_spread=1e-9)
    here = world(big, replace(keen, sleeping_dog_share=0.0))
    for slot in range(8):
        send(here, letters(big, np.arange(2_000), slot, days=0.5 + 3.5 * slot))
    shares = expected_conversions_per_contact("email", True, 8, 2, big.roster.responsiveness, asdict(keen))
    expected = 8 * shares.sum()
    # Three weeks are left after the last message, so that every purchase falls into the horizon.
    assert here.truth().conversions == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_identical_creatives_do_not_differ() -> None:
    same = stage(300, None)
    twins = replace(same, quality_key=np.repeat(same.quality_key[:1], 4), has_offer=np.repeat(same.has_offer[1:2], 4))
    twins = replace(twins, channel=np.zeros(4, np.int16), valid_days=np.repeat(same.valid_days[1:2], 4))
    twins = replace(twins, face_value_micros=np.repeat(same.face_value_micros[1:2], 4))
    truths = []
    for action in (1, 2):
        here = world(twins, replace(TYPICAL, click_email=0.9))
        batch = letters(twins, ALL, action=action)
        send(here, replace(batch, liability_micros=np.full(300, 1_000_000)))
        truths.append(here.truth())
    assert truths[0] == truths[1]
    assert truths[0].conversions != 0


def test_a_planned_withdrawal_becomes_visible_at_its_instant() -> None:
    here = SimWorld(STAGE, TYPICAL, GUARD, 1, [Withdrawal(START + 7_200, (3, 5))])
    here.advance(NOW + timedelta(hours=1))
    assert seen(here, CONSENT_WITHDRAWN) == 0
    here.advance(NOW + timedelta(hours=2))
    found = here.outcomes(NOW + timedelta(hours=1))
    withdrawn = found.where(found.kind == CONSENT_WITHDRAWN)
    assert withdrawn.row.tolist() == [3, 5]
    assert withdrawn.at.tolist() == [START + 7_200] * 2


def test_the_clock_does_not_run_back() -> None:
    here = world(STAGE)
    here.advance(NOW + timedelta(days=2))
    with pytest.raises(BackInTime, match="build a new one"):
        here.advance(NOW)


def test_margins_are_the_margin_rate_of_what_was_paid() -> None:
    history = world(STAGE).history()
    assert np.abs(history[MARGIN] - history[REVENUE] * STAGE.margin_rate).max() <= 0.5
