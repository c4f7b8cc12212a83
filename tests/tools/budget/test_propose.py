"""An allocation keeps the budget, leaves room for reservations, and spends only what pays."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.allocation import Allocation
from campaigns.experiment import TREATED
from campaigns.money import Money
from campaigns.workspace import Settings
from tests.builders import brief, creatives, plan, snapshot
from tools.budget.errors import BudgetError
from tools.budget.propose import propose_allocation
from tools.experiment.assignment import assign

SETTINGS = Settings()
PLAN = plan(900)
FRAME = snapshot(900)


def _allocation(amount: int | None, frame: pl.DataFrame = FRAME, **changes: object) -> Allocation:
    budget = None if amount is None else Money(amount_micros=amount, currency="USD")
    return propose_allocation(
        brief(budget=budget, **changes), frame, PLAN.experiment, PLAN.offers, creatives(), SETTINGS
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(500, 3_000_000_000))
def test_spend_and_ceilings_never_exceed_the_budget_and_every_plan_fits_its_ceiling(amount: int) -> None:
    made = _allocation(amount)
    assert made.total.value == sum(cell.spend.value for cell in made.cells) <= amount
    assert sum(cell.ceiling.value for cell in made.cells) <= amount
    assert all(0 <= cell.spend.value <= cell.ceiling.value for cell in made.cells)
    assert all(isinstance(figure, int) for cell in made.cells for figure in (cell.spend.value, cell.ceiling.value))


def test_a_roomy_ceiling_holds_every_message_and_every_face_value() -> None:
    made = _allocation(5_000_000_000)
    experiment = PLAN.experiment
    arms = assign(
        FRAME["person_id"].to_list(),
        experiment.salt,
        experiment.global_salt,
        experiment.holdout_share,
        experiment.global_share,
    )
    people = FRAME.filter(pl.Series(arms == TREATED) & (pl.col("segment") == "high") & (pl.col("consent_email") == 1))
    cell = made.cells[0]
    assert (cell.segment, cell.channel) == ("high", "email")
    assert cell.ceiling.value == people.height * (13 * 2_000 + 1_000_000)


def test_money_that_does_not_pay_stays_unspent() -> None:
    made = _allocation(5_000_000_000)
    assert made.total.value < 5_000_000_000
    assert all(cell.marginal_return.value >= 1 for cell in made.cells if cell.spend.value)
    dear = propose_allocation(
        brief(), FRAME, PLAN.experiment, PLAN.offers, creatives(), Settings(email_cost_micros=10_000)
    )
    emails = [cell for cell in dear.cells if cell.channel == "email"]
    assert all(0 < cell.contacts.value < made.cells[0].contacts.value for cell in emails)
    assert all(cell.marginal_return.value == pytest.approx(1, abs=1e-4) for cell in emails)
    costly = propose_allocation(
        brief(), FRAME, PLAN.experiment, PLAN.offers, creatives(), Settings(email_cost_micros=5_000_000)
    )
    assert all(cell.spend.value == cell.ceiling.value == 0 for cell in costly.cells if cell.channel == "email")


def test_more_budget_never_lowers_the_margin() -> None:
    margins = [
        sum(cell.incremental_margin.value for cell in _allocation(amount).cells)
        for amount in (1_000, 1_000_000, 20_000_000, 100_000_000, 400_000_000, 2_000_000_000)
    ]
    assert margins == sorted(margins)
    assert margins[0] < margins[-1]


def test_people_held_out_or_suppressed_are_not_counted() -> None:
    everybody = sum(cell.contacts.value for cell in _allocation(5_000_000_000).cells)
    assert everybody <= 0.62 * 900 * 13
    suppressed = FRAME.with_columns(suppressed=pl.lit(True))
    assert _allocation(5_000_000_000, suppressed).total.value == 0


def test_a_lower_weekly_cap_means_fewer_contacts() -> None:
    two, one = _allocation(5_000_000_000), _allocation(5_000_000_000, max_contacts_per_week=1)
    assert sum(cell.contacts.value for cell in one.cells) < 0.6 * sum(cell.contacts.value for cell in two.cells)


def test_every_figure_names_its_source_and_bytes_repeat() -> None:
    made = _allocation(5_000_000_000)
    assert made.model_dump_json() == _allocation(5_000_000_000).model_dump_json()
    assert made.budget.source.kind == "goal"
    for cell in made.cells:
        assert cell.spend.source.kind == "tool"
        assert cell.incremental_margin.source.kind == cell.marginal_return.source.kind == "prior"
        assert cell.spend.unit == cell.ceiling.unit == "micros:USD"


@pytest.mark.parametrize(
    "changes", [{"budget": None}, {"budget": Money(amount_micros=1_000_000, currency="EUR")}, {"channels": ("sms",)}]
)
def test_a_brief_without_budget_or_with_another_currency_or_channel_is_refused(changes: dict) -> None:
    with pytest.raises(BudgetError):
        propose_allocation(brief(**changes), FRAME, PLAN.experiment, PLAN.offers, creatives(), SETTINGS)
