"""Slips of the keyboard: an amount that is ten, a thousand or more times what it was meant to be, found before it counts.

A slip is told from a decision by saying the same amount twice: `confirmed_amounts` in the settings repeats it to the
digit, and lets through this amount of this name and no other.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from campaigns.money import MICROS

TIMES = 10
"""An amount this many times its reference, or more, is taken for a slip."""
PRICES_USD = {"email": 2_000, "push": 500}
"""What one message usually costs, in micros of a US dollar."""
CHEAPEST = 50
"""How many times cheaper than usual a message may be: bulk senders charge down to USD 0.0001 an e-mail (Amazon SES)."""
PER_USD = {"JPY": 200, "INR": 100, "SEK": 15, "NOK": 15, "DKK": 10, "CNY": 10, "PLN": 5, "BRL": 7, "MXN": 25}
"""Units of a currency to a US dollar, rounded up to the order of size; 2 for those that are not listed."""

_SIGN = r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|CNY|INR|SEK|NOK|DKK|PLN|BRL|MXN)\b)"
_DIGITS = r"\d[\d.,' ]*"
_SCALE = r"(?:\s?(k|m|thousand|million|grand)\b)?"
_NAMED = r"(?:dollars?|euros?|pounds?|francs?|yen|rupees?|bucks|USD|EUR|GBP|CHF)\b"
_AMOUNT = re.compile(rf"{_SIGN}\s?({_DIGITS}){_SCALE}|({_DIGITS}){_SCALE}\s?(?:{_SIGN}|{_NAMED})", re.IGNORECASE)
_SCALES = {"k": 1_000, "thousand": 1_000, "grand": 1_000, "m": 1_000_000, "million": 1_000_000}


@dataclass(frozen=True, slots=True)
class Slip:
    """An amount (micros) that looks mistyped: what it is, what would be plausible and why, and the name to confirm it by.

    Plausible is from `low` to below `high`, or exactly `low` when the two are one.
    """

    name: str
    what: str
    micros: int
    low: int
    high: int
    because: str
    currency: str = ""

    @property
    def confirmation(self) -> str:
        """What `confirmed_amounts` must hold for this amount to pass: the name and the amount in units, to the digit."""
        return f"{self.name}={_units(self.micros)}"

    def sentence(self) -> str:
        """The value, the plausible range with its reason, and how to go on."""
        unit = f"{self.currency} " if self.currency else ""
        least, top = f"{unit}{_units(self.low)}", f"{unit}{_units(self.high)}"
        plausible = least if self.low == self.high else f"below {top}" if self.low == 0 else f"{least} to below {top}"
        return (
            f"{self.what} is {unit}{_units(self.micros)}; plausible is {plausible}, "
            f'{self.because}: correct it, or confirm exactly this amount by adding "{self.confirmation}" to '
            "confirmed_amounts in the settings (TWINPILOT_CONFIRMED_AMOUNTS)."
        )


def unconfirmed(slips: Collection[Slip], confirmed: Collection[str]) -> list[Slip]:
    """The slips that nobody said twice, in order."""
    said = {one.replace(" ", "") for one in confirmed}
    return [slip for slip in slips if slip.confirmation not in said]


def price_slip(channel: str, micros: int, currency: str) -> Slip | None:
    """The price of one message when it is not one that is paid anywhere; free is no slip, nor is an unknown channel."""
    usual = PRICES_USD.get(channel)
    if usual is None or micros in (0, usual):
        return None
    low, top = max(1, usual // CHEAPEST), usual * TIMES * (1 if currency == "USD" else PER_USD.get(currency, 2))
    if low <= micros < top:
        return None
    because = f"since {channel} messages cost around USD {_units(usual)}"
    return Slip(f"{channel}_cost", f"The price of one {channel} message", micros, low, top, because, currency)


def above(slip: Slip, reference: int) -> Slip | None:
    """The slip when its amount is `TIMES` a positive reference (micros) or more; None else."""
    return slip if reference > 0 and slip.micros >= TIMES * reference else None


def misread(micros: int, words: str) -> int | None:
    """The amount (micros) in the words that this one is a power of ten away from; None when one of them is this one.

    Words without a money amount compare with nothing. "5.000" counts as five and as five thousand.
    """
    stated = amounts_in(words)
    if micros in stated:
        return None
    return next((one for one in sorted(stated) if _shifted(micros, one)), None)


def amounts_in(words: str) -> set[int]:
    """Every money amount in the words (micros), in every way that its separators can be read."""
    found: set[int] = set()
    for match in _AMOUNT.finditer(words):
        digits, scale = (match[1], match[2]) if match[1] else (match[3], match[4])
        times = _SCALES.get((scale or "").lower(), 1)
        found |= {int(reading * times * MICROS) for reading in _readings(digits)}
    return {one for one in found if one > 0}


def _readings(digits: str) -> set[Decimal]:
    plain = re.sub(r"[' ]", "", digits).rstrip(".,")
    whole, mark, rest = max(plain.rpartition("."), plain.rpartition(","), key=lambda parts: len(parts[0]))
    grouped = Decimal(re.sub(r"[.,]", "", plain))
    if not whole:
        return {grouped}
    pointed = Decimal(f"{re.sub('[.,]', '', whole)}.{rest}")
    if len(rest) != 3:
        return {pointed}
    return {grouped} if mark == "," or "," in whole or "." in whole else {grouped, pointed}


def _shifted(one: int, other: int) -> bool:
    small, large = sorted((one, other))
    while small < large:
        small *= 10
    return small == large and one != other


def _units(micros: int) -> str:
    text = f"{Decimal(micros) / MICROS:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
