"""Where a slip of a digit could enter the ledger: each is refused with its range and the way to confirm it, nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from campaigns.contact import ContactBatch
from campaigns.errors import BadInput, Refused
from campaigns.money import Money
from campaigns.plan import Plan
from campaigns.slips import amounts_in, misread, price_slip
from campaigns.store import Store
from campaigns.workspace import SETTINGS_FILE, Settings, Workspace
from delivery.errors import NotLaunched
from delivery.live import launch
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.budget_change import move_budget
from delivery.outbox.door import examine
from delivery.roster import Roster
from policies.load import load_policies
from simulator.sandbox import Sandbox
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import launchable, letters

PEOPLE = 30
USD = 1_000_000
Made = Callable[[], Plan]


def with_budget(units: float, words: str = "Sell frozen seafood", **changes: object) -> Plan:
    made = plan(PEOPLE, budget_micros=round(units * USD), **changes)
    return made.model_copy(update={"goal": made.goal.model_copy(update={"words": words})})


def with_price(channel: str, micros: int) -> Plan:
    made = with_budget(500)
    prices = {**made.allocation.contact_cost_micros, channel: micros}
    return made.model_copy(update={"allocation": made.allocation.model_copy(update={"contact_cost_micros": prices})})


def with_face(units: float, title: str) -> Plan:
    made = with_budget(500)
    value = Money(amount_micros=round(units * USD), currency="USD")
    offers = tuple(offer.model_copy(update={"face_value": value, "title": title}) for offer in made.offers)
    return made.model_copy(update={"offers": offers})


def opened(ws: Workspace, made: Plan) -> SqlBooks:
    books = SqlBooks(ws, Roster.build(made, snapshot(PEOPLE)), made)
    books.begin(NOW, ("consent",))
    return books


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    """A workspace that has had one campaign of USD 500."""
    made = Workspace.create(tmp_path / "ws")
    opened(made, plan(PEOPLE, plan_id="p-aaaaaaaaaa", budget_micros=500 * USD))
    return made


GOAL = "Win back lapsed households, at most $500, two messages a week"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: with_budget(5_000, GOAL), "budget is USD 5000; plausible is USD 500, as the goal says"),
        (lambda: with_budget(500_000, GOAL), "as the goal says"),
        (lambda: with_budget(50, GOAL), "as the goal says"),
        (lambda: with_budget(5_000), "plausible is below USD 5000, by the largest account so far"),
        (lambda: with_budget(500_000), "by the largest account so far"),
        (lambda: with_price("email", 20_000), "The price of one email message is USD 0.02"),
        (lambda: with_price("email", 2_000_000), "The price of one email message is USD 2;"),
        (lambda: with_price("email", 2), "The price of one email message"),
        (lambda: with_price("push", 500_000), "The price of one push message is USD 0.5;"),
        (lambda: with_face(10, "$1.00 off"), "as its title"),
        (lambda: with_face(1_000, "$1.00 off"), "as its title"),
        (lambda: with_face(1_000, "a coupon"), "by the people's usual basket"),
    ],
)
def test_an_account_is_not_opened_over_a_slip(ws: Workspace, made: Made, said: str) -> None:
    wanted = made()

    with pytest.raises(Refused, match=said) as caught:
        opened(ws, wanted)

    assert "plausible is" in str(caught.value)
    assert "confirmed_amounts" in str(caught.value)
    with ws.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM account").scalar_one() == 1


@pytest.mark.parametrize(
    "made",
    [
        lambda: with_budget(500, GOAL),
        lambda: with_budget(4_999),
        lambda: with_budget(5),
        lambda: with_budget(1_234, GOAL),
        lambda: with_price("email", 19_999),
        lambda: with_price("email", 100),
        lambda: with_price("push", 0),
        lambda: with_face(2, "$2 off"),
        lambda: with_face(25, "a coupon"),
    ],
)
def test_what_a_person_may_well_mean_is_no_slip(ws: Workspace, made: Made) -> None:
    assert opened(ws, made()).account().spent == 0


def test_a_confirmation_lets_exactly_this_amount_through(ws: Workspace) -> None:
    settings = ws.settings.model_copy(update={"confirmed_amounts": ("budget=5000",)})
    sure = Workspace(ws.root, settings)

    opened(sure, with_budget(5_000, GOAL))
    with pytest.raises(Refused, match='"budget=50000"'):
        examine(sure, with_budget(50_000, GOAL), Roster.build(plan(PEOPLE), snapshot(PEOPLE)))
    sure.engine.dispose()


def test_a_launch_over_a_slip_spends_no_approval_and_opens_nothing(tmp_path: Path) -> None:
    made = plan(60)
    prices = {"email": 2_000_000, "push": 500}
    ws, approved = launchable(
        tmp_path / "ws", 60, allocation=made.allocation.model_copy(update={"contact_cost_micros": prices})
    )

    with pytest.raises(Refused, match="price of one email message"):
        launch(ws, approved, Sandbox(seed=1), "Ada")

    assert Store(ws).record(approved.plan_id).state == "approved"
    assert len(Store(ws).approvals(approved, NOW)) == 2


@pytest.mark.parametrize("times", [10, 1_000])
@pytest.mark.parametrize("column", ["cost_micros", "liability_micros"])
def test_a_contact_that_costs_a_digit_too_much_takes_its_batch_with_it(ws: Workspace, column: str, times: int) -> None:
    made = plan(PEOPLE)
    books = opened(ws, with_budget(500))
    batch = letters(made, [1, 2, 3])
    dear = getattr(batch, column).copy()
    dear[1] = times * max(2_000, int(dear[1]))

    with pytest.raises(Refused, match="by the plan's prices it may be 0 to"):
        books.claim(_changed(batch, column, dear))
    with pytest.raises(Refused, match="may be 0 to"):
        books.claim(_changed(batch, column, np.array([-1, 0, 0])))

    assert books.account().reserved == 0
    assert books.claim(batch).all()


def _changed(batch: ContactBatch, column: str, values: np.ndarray) -> ContactBatch:
    fields = {name: getattr(batch, name) for name in ContactBatch.__slots__}
    return ContactBatch(**{**fields, column: values})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("email_cost_micros = 20000", r"0\.02; plausible is USD 0\.00004 to below USD 0\.02"),
        ("email_cost_micros = 2000000", "email_cost=2"),
        ("push_cost_micros = 500000", "push_cost=0.5"),
        ("push_cost_micros = 1", "push_cost=0.000001"),
    ],
)
def test_a_workspace_with_a_price_that_nobody_pays_is_not_opened(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / SETTINGS_FILE).write_text(text, encoding="utf-8")

    with pytest.raises(BadInput, match=said):
        Workspace.open(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [SETTINGS_FILE]


def test_a_price_said_twice_opens(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text(
        'email_cost_micros = 2000000\nconfirmed_amounts = ["email_cost=2"]', encoding="utf-8"
    )

    assert Workspace.open(tmp_path).settings.email_cost_micros == 2_000_000


def test_a_price_is_judged_by_the_size_of_its_currency() -> None:
    assert price_slip("email", 300_000, "JPY") is None
    assert price_slip("email", 300_000, "USD") is not None
    assert price_slip("email", Settings().email_cost_micros, "JPY") is None


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("at most $5,000", {5_000}),
        ("5.000 € höchstens", {5, 5_000}),
        ("USD 1.5 million or 20k dollars", {1_500_000, 20_000}),
        ("£12.50 per head", {12.5}),
        ("two messages a week for 12 weeks", set()),
    ],
)
def test_money_is_found_in_words(words: str, units: set[float]) -> None:
    assert amounts_in(words) == {round(one * USD) for one in units}


def test_only_a_power_of_ten_is_a_misreading() -> None:
    assert misread(50_000 * USD, "at most $5,000") == 5_000 * USD
    assert misread(5 * USD, "at most $5,000") == 5_000 * USD
    assert misread(7_500 * USD, "at most $5,000") is None
    assert misread(5_000 * USD, "at most $5,000, as we spent $500 before") is None


class TestABudgetThatIsMoved:
    """A step beyond what the policies allow within a day is refused, however many steps it is cut into."""

    @pytest.fixture
    def books(self, ws: Workspace) -> SqlBooks:
        return opened(ws, with_budget(500))

    def move(self, ws: Workspace, units: float, hours: int = 0) -> None:
        move_budget(
            ws,
            with_budget(500),
            round(units * USD),
            "marketing lead",
            ("Ada", "Ben"),
            load_policies(),
            NOW + timedelta(hours=hours),
        )

    @pytest.mark.parametrize("units", [5_000, 500_000, 50, 0.5, 551])
    def test_a_digit_or_a_leap_is_refused(self, ws: Workspace, books: SqlBooks, units: float) -> None:
        with pytest.raises(Refused, match="change_limit"):
            self.move(ws, units)
        assert books.account().budget == 500 * USD

    def test_small_steps_add_up_until_the_window_is_over(self, ws: Workspace, books: SqlBooks) -> None:
        self.move(ws, 530)
        with pytest.raises(Refused, match="change_limit"):
            self.move(ws, 560, hours=1)
        self.move(ws, 560, hours=25)
        assert books.account().budget == 560 * USD

    def test_nothing_is_taken_back_that_is_spent_or_reserved(self, ws: Workspace, books: SqlBooks) -> None:
        with books.transaction() as connection:
            connection.exec_driver_sql("UPDATE account SET spent_micros = 490000000 WHERE plan_id = 'p-0123456789'")

        with pytest.raises(Refused, match="spent and reserved"):
            self.move(ws, 480)
        assert books.account().budget == 500 * USD

    def test_a_plan_without_an_account_has_no_budget_to_move(self, ws: Workspace) -> None:
        with pytest.raises(NotLaunched, match="no account"):
            self.move(ws, 510)
        with pytest.raises(BadInput, match="above zero"):
            self.move(ws, 0)


def test_the_builders_plan_is_no_slip_in_an_empty_workspace(tmp_path: Path) -> None:
    made = plan(PEOPLE)
    examine(Workspace.create(tmp_path / "ws"), made, Roster.build(made, snapshot(PEOPLE)))
