"""What a plan says it will send under its ceilings is what the engine sends, also with half the money."""

from __future__ import annotations

import numpy as np
import pytest

from campaigns.figure import Figure
from campaigns.money import Money
from campaigns.plan import Plan
from campaigns.workspace import Settings
from simulator.parameters import draws
from simulator.prepare import prepare
from simulator.randomness import seed_of
from simulator.run import Ran, run_once
from tests.builders import NOW, SOURCE, brief, creatives, plan, snapshot
from tests.simulator.stagings import BELIEF, POLICIES
from tools.budget.propose import propose_allocation

PEOPLE = 600
ROWS = snapshot(PEOPLE)
WHOLE = 5_000_000_000


def _planned(amount: int) -> Plan:
    asked = brief(budget=Money(amount_micros=amount, currency="USD"))
    made = plan(PEOPLE, asked)
    allocation = propose_allocation(asked, ROWS, made.experiment, made.offers, creatives(), Settings())
    return made.model_copy(update={"allocation": allocation})


def _most(made: Plan) -> int:
    return sum(int(cell.ceiling.value) for cell in made.allocation.cells)


def _ran(made: Plan) -> list[Ran]:
    setup = prepare(made, ROWS, POLICIES, 9, NOW)
    return [run_once(setup, drawn, seed_of(9, place)) for place, drawn in enumerate(draws(BELIEF, 3, 9))]


@pytest.mark.parametrize("factor", [1.0, 0.5, 0.25])
def test_the_engine_sends_the_contacts_that_the_plan_states(factor: float) -> None:
    made = _planned(int(_most(_planned(WHOLE)) * factor))
    planned = sum(cell.contacts.value for cell in made.allocation.cells)
    sent = np.mean([one.contacts for one in _ran(made)])
    assert 0.8 * planned <= sent <= 1.3 * planned


def test_half_the_money_earns_more_than_ceilings_shared_out_evenly() -> None:
    """Every cell at half its ceiling is used up by face values at once: that is how money must not be spread."""
    whole = _planned(WHOLE)
    made = _planned(_most(whole) // 2)
    cut = tuple(
        cell.model_copy(
            update={"ceiling": Figure(value=int(cell.ceiling.value) // 2, unit="micros:USD", source=SOURCE)}
        )
        for cell in whole.allocation.cells
    )
    even = whole.model_copy(
        update={"allocation": whole.allocation.model_copy(update={"cells": cut, "budget": made.allocation.budget})}
    )
    ours, theirs = _ran(made), _ran(even)
    assert np.mean([one.contacts for one in ours]) > 1.5 * np.mean([one.contacts for one in theirs])
    assert np.mean([one.truth.net for one in ours]) > np.mean([one.truth.net for one in theirs])
