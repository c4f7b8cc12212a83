"""Response curves rise ever more slowly, start at the rested response and end at the tired one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.builders import snapshot
from tools.budget.curves import CellResponse, Programme, carried, held_curves, responses, spend_curves
from tools.prediction.response import expected_conversions_per_contact, expected_value_of_conversion

PLAN = Programme(
    contacts=13,
    per_week=2,
    price={"email": 2000, "push": 500},
    offer_share={"email": 0.5, "push": 0.5},
    face_value=1_000_000,
    margin_rate=0.28,
)
CHANNELS = ("email", "push")


def _cells(frame: pl.DataFrame | None = None, plan: Programme = PLAN) -> list[CellResponse]:
    return responses(snapshot(900) if frame is None else frame, ("high", "mid", "low"), CHANNELS, plan)


def test_curves_are_increasing_concave_and_pass_through_both_ends() -> None:
    cells = _cells()
    curves = spend_curves(cells)
    for place, cell in enumerate(cells):
        spend = np.linspace(0, curves.most[place], 50)
        one = type(curves)(*(np.repeat(column[place], 50) for column in (curves.scale, curves.pace, curves.most)))
        value = one.value(spend)
        assert (np.diff(value) > 0).all()
        assert (np.diff(value, 2) < 0).all()
        assert one.marginal(spend)[0] * cell.unit == pytest.approx(cell.rested, rel=1e-9)
        assert value[-1] == pytest.approx(cell.contacts * cell.tired, rel=1e-6)


def test_money_set_aside_is_never_less_than_money_expected_to_be_spent() -> None:
    cells = _cells()
    assert all(0 < cell.contacts * cell.unit <= cell.charge + cell.contacts * cell.price for cell in cells)
    held = held_curves(cells)
    assert np.allclose(held.value(held.most), spend_curves(cells).value(spend_curves(cells).most))
    assert (held.value(held.charge) == 0).all()


def test_a_ceiling_below_the_face_values_lets_few_messages_through() -> None:
    cell = _cells()[0]
    assert carried(cell, cell.largest) == cell.contacts
    assert carried(cell, 0) == 0
    half = carried(cell, cell.largest // 2)
    assert half < 0.15 * cell.contacts  # half of the people hold an offer after little more than one round
    assert half > 0.5 * cell.people


def test_a_person_with_two_consents_is_written_to_once_per_slot() -> None:
    cells = _cells()
    assert sum(cell.contacts for cell in cells) == pytest.approx(900 * PLAN.contacts)
    assert sum(cell.people for cell in cells) == 900 + 450


def test_without_consent_nobody_is_counted() -> None:
    frame = snapshot(300).with_columns(consent_email=pl.lit(-1, dtype=pl.Int8), consent_push=pl.lit(0, dtype=pl.Int8))
    cells = _cells(frame)
    assert all((cell.people, cell.contacts, cell.largest) == (0, 0.0, 0) for cell in cells)
    assert spend_curves(cells).most.sum() == 0


def test_the_rested_response_is_that_of_the_priors() -> None:
    flat = snapshot(300).with_columns(
        responsiveness=pl.lit(1.0), conversion_rate=pl.lit(0.0), consent_push=pl.lit(0, dtype=pl.Int8)
    )
    cell = _cells(flat)[0]
    depth = 1_000_000 / 8_000_000
    bought = [expected_conversions_per_contact("email", kind, depth=depth) for kind in (True, False)]
    worth = [expected_value_of_conversion(8_000_000, 29_000_000, depth=deep) for deep in (depth, 0.0)]
    assert cell.rested == pytest.approx(0.28 * np.mean(np.array(bought) * worth))


def test_an_audience_that_messages_annoy_more_than_they_help_gets_a_flat_curve() -> None:
    frame = snapshot(300).with_columns(conversion_rate=pl.lit(0.5))
    cells = _cells(frame)
    assert all(cell.tired < 0 for cell in cells)
    assert spend_curves(cells).most.sum() == 0
