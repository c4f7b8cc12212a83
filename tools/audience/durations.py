"""Amounts and spans of time in English words: "twelve weeks", "the last 3 months", "a fortnight"."""

from __future__ import annotations

import re
from decimal import Decimal
from math import ceil

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * (place + 2) for place, word in enumerate(_TENS)
}
DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
"""Days in one unit of time; a month counts 30, a quarter 91 and a year 365 days."""

_TENS_UNITS = re.compile(rf"\b({'|'.join(_TENS)})[ -]({'|'.join(_UNITS[1:10])})\b")
_WORD = re.compile(rf"\b({'|'.join(NUMBERS)})\b")
_UNIT = "|".join(DAYS)
DURATION = rf"(?P<amount>\d+(?:\.\d+)?) (?P<unit>{_UNIT})s?"
"""Pattern of a span in text made by `digits`."""


def digits(text: str) -> str:
    """The text in lower case with number words as digits and one-of-a-unit spelled out ("a month" -> "1 month")."""
    text = re.sub(r"[‐-―]", "-", text.casefold().replace("’", "'"))
    text = re.sub(r"\bhalf a year\b|\bhalf-year\b", "182 days", text)
    text = re.sub(r"\b(?:a )?(?:couple(?: of)?|dozen)\b", lambda m: "12" if "dozen" in m[0] else "2", text)
    text = re.sub(r"\bonce\b", "1 times", re.sub(r"\btwice\b", "2 times", text))
    text = _TENS_UNITS.sub(lambda m: str(NUMBERS[m[1]] + NUMBERS[m[2]]), text)
    text = _WORD.sub(lambda m: str(NUMBERS[m[1]]), text)
    text = re.sub(rf"\b(\d+)-({_UNIT})s?\b", r"\1 \2", text)
    return re.sub(rf"\b(?:an?|(?:the )?(?:last|past|previous)) ({_UNIT})\b", r"1 \1", text)


def days(amount: str, unit: str) -> int:
    """Whole days of a span, rounded up: 2.5 weeks are 18, and 1.2 weeks are 9, as 8 would be less than was said."""
    return ceil(Decimal(amount) * DAYS[unit])
