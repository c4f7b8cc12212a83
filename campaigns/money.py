"""Money as integer micros with an ISO 4217 currency; never a float, never two currencies in one sum."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Annotated

from pydantic import Field

from campaigns.border import Border
from campaigns.errors import BadInput

MICROS = 1_000_000
CURRENCIES = (
    "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "BRL", "MXN",
)  # fmt: skip
LARGEST_MICROS = 10**18
"""A trillion units: above it an amount is a slip of the keyboard and would not fit a signed 64-bit sum."""


class Money(Border):
    """An amount in integer micros (1/1,000,000 of a unit) of one currency."""

    amount_micros: Annotated[int, Field(ge=-LARGEST_MICROS, le=LARGEST_MICROS)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount_micros / MICROS:,.2f}"

    def __add__(self, other: Money) -> Money:
        """The sum; BadInput when the currencies differ."""
        if self.currency != other.currency:
            raise BadInput(
                f"{other} cannot be added to {self}: the currencies differ; state both amounts in one currency."
            )
        return Money(amount_micros=self.amount_micros + other.amount_micros, currency=self.currency)


def micros(text: str) -> int:
    """The micros of a decimal amount written as text, rounded half to even; BadInput unless 0 < amount <= 1e12."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise BadInput(f"{text!r} is not an amount; write it in digits, like 5000 or 5000.50.") from None
    if not amount.is_finite() or amount <= 0:
        raise BadInput(f"An amount of {text} cannot be spent; give one above zero, like 5000.")
    if amount > LARGEST_MICROS // MICROS:
        raise BadInput(f"An amount of {text} is above the largest that is accepted (1e12); check the digits.")
    rounded = int((amount * MICROS).to_integral_value(rounding=ROUND_HALF_EVEN))
    if rounded == 0:
        raise BadInput(
            f"An amount of {text} is less than a millionth and cannot be spent; give a larger one, like 5000."
        )
    return rounded


def known_currency(code: str) -> str:
    """The code itself; BadInput unless it is one of the currencies that Twinpilot keeps books in."""
    if code not in CURRENCIES:
        raise BadInput(f"The currency {code!r} is not known; use one of {', '.join(CURRENCIES)}.")
    return code
