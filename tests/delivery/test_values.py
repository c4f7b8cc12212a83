"""The columns that the engine decides on are the planner's closed forms, person by person and action by action."""

from __future__ import annotations

import numpy as np
import pytest

from delivery.roster import Roster
from delivery.values import Values
from tests.builders import plan, snapshot
from tools.prediction import response as forms

PLAN = plan()
ROSTER = Roster.build(PLAN, snapshot())
ROWS = np.arange(ROSTER.size)


def test_a_rested_persons_contact_is_worth_what_the_closed_forms_say() -> None:
    found, usual = Values.build(PLAN, ROSTER).response(ROWS), ROSTER.conversion_value_micros
    for place, creative in enumerate(PLAN.creatives):
        offer = PLAN.offer(creative.offer_id)
        face = offer.face_value.amount_micros if offer else 0
        depth = forms.offer_depth(face, usual)
        once = (1.0, 2.0, ROSTER.responsiveness, None, depth)
        bought = forms.expected_conversions_per_contact(creative.channel, offer is not None, *once)
        value = forms.expected_value_of_conversion(usual, ROSTER.basket_value_micros, None, depth if offer else 0.0)
        used = forms.expected_redemptions_per_contact(creative.channel, ROSTER.conversion_rate, *once) if offer else 0.0
        assert found[place] == pytest.approx(PLAN.margin_rate * bought * value - used * face)


def test_some_people_are_looked_up_as_all_are() -> None:
    values = Values.build(PLAN, ROSTER)
    some = ROWS[::-3]
    assert np.array_equal(values.response(some), values.response(ROWS)[:, some])
    assert values.response(ROWS[:0]).shape == (len(PLAN.creatives), 0)


def test_the_mean_click_rate_is_that_of_the_people() -> None:
    values = Values.build(PLAN, ROSTER)
    for place, creative in enumerate(PLAN.creatives):
        each = forms.expected_clicks_per_contact(creative.channel, responsiveness=ROSTER.responsiveness)
        assert values.click[place] == pytest.approx(each.mean())
