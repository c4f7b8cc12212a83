"""Numbers read the way a marketer writes them."""

from __future__ import annotations

import pytest

from app.wording import amount, clock, figure, interval, listed, money, percent, span
from campaigns.figure import Figure, Source

SOURCE = Source(kind="measured", name="a.test")


@pytest.mark.parametrize(
    ("micros", "currency", "text"),
    [
        (1_234_560_000, "USD", "$1,234.56"),
        (-5_000_000, "EUR", "−€5.00"),
        (0, "USD", "$0.00"),
        (-1_000, "USD", "$0.00"),
        (2_500_000, "CHF", "CHF 2.50"),
    ],
)
def test_micros_read_as_money(micros: int, currency: str, text: str) -> None:
    assert money(micros, currency) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "share", "12.3%"),
        (1_500_000, "micros:USD", "$1.50"),
        (1_500_000, "micros:USD/person", "$1.50 per person"),
        (0.0312, "conversions/person", "0.031 conversions per person"),
        (1234.0, "people", "1,234 people"),
    ],
)
def test_a_value_reads_in_its_unit(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_a_figure_says_its_interval() -> None:
    found = Figure(value=3.0, unit="conversions", source=SOURCE, low=-1.0, high=7.5, level=0.95)

    assert figure(found) == "3 conversions (95% interval −1 to 7.5)"
    assert span(found) == "−1 to 7.5"


def test_a_figure_without_interval_says_none() -> None:
    assert interval(Figure(value=3, unit="people", source=SOURCE)) == ""


def test_shares_times_and_lists_read_naturally() -> None:
    assert percent(-0.051) == "−5.1%"
    assert clock(605) == "10:05"
    assert listed(["email"]) == "email"
    assert listed(("a", "b", "c")) == "a, b and c"
    assert listed([]) == "none"
