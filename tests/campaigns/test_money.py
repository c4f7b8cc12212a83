from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from campaigns.errors import BadInput
from campaigns.money import CURRENCIES, LARGEST_MICROS, MICROS, Money, known_currency, micros

amounts = st.integers(-(10**15), 10**15)


@given(amounts, amounts, amounts)
def test_adding_is_exact_and_in_any_order(one: int, two: int, three: int) -> None:
    a, b, c = (Money(amount_micros=amount, currency="USD") for amount in (one, two, three))

    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b).amount_micros == one + two


@given(st.integers(1, LARGEST_MICROS))
def test_an_amount_written_as_text_comes_back_whole(amount: int) -> None:
    assert micros(str(Decimal(amount) / MICROS)) == amount


@pytest.mark.parametrize(
    ("text", "expected"), [("5000", 5_000_000_000), ("0.0000025", 2), ("0.0000035", 4), ("1e3", 10**9)]
)
def test_amounts_are_rounded_half_to_even_at_a_micro(text: str, expected: int) -> None:
    assert micros(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "cannot be spent"),
        ("-5", "cannot be spent"),
        ("-0", "cannot be spent"),
        ("0.0000001", "less than a millionth"),
        ("NaN", "cannot be spent"),
        ("Infinity", "cannot be spent"),
        ("1e309", "above the largest"),
        ("1000000000001", "above the largest"),
        ("", "is not an amount"),
        ("five", "is not an amount"),
    ],
)
def test_an_amount_that_cannot_be_spent_is_named_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        micros(text)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(BadInput, match="currencies differ"):
        Money(amount_micros=1, currency="USD") + Money(amount_micros=1, currency="EUR")


@pytest.mark.parametrize("amount", [1.0, "1", True, None, LARGEST_MICROS + 1])
def test_money_is_made_of_whole_micros_only(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money(amount_micros=amount, currency="USD")  # type: ignore[arg-type]


def test_an_unknown_currency_is_refused_with_the_known_ones() -> None:
    assert [known_currency(code) for code in CURRENCIES] == list(CURRENCIES)
    with pytest.raises(BadInput, match="'XYZ' is not known; use one of USD"):
        known_currency("XYZ")
