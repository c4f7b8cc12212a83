"""Numbers in digits and in English words."""

from __future__ import annotations

import re
from decimal import Decimal

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * (place + 2) for place, word in enumerate(_TENS)
}
_LARGE = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_WORD = "|".join([*_SMALL, *_LARGE])

SPELLED = (
    rf"(?:half a (?:million|thousand)|(?:an? (?=hundred|thousand|million))?(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*)"
)
"""Pattern of a number in words: `five`, `twenty-five`, `a hundred and fifty`, `five thousand`, `half a million`."""
COUNT = rf"(?:\d+|an? couple(?: of)?|a dozen|{SPELLED}|an?)"
"""Pattern of a count: digits or words; `a` and `an` count one."""
SCALES = {
    "k": 1_000,
    "thousand": 1_000,
    "grand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mio": 1_000_000,
    "million": 1_000_000,
}
"""What a suffix multiplies an amount by."""


def spelled(text: str) -> Decimal:
    """The value of a number in words that `SPELLED` matches."""
    words = re.sub(r"[-,]", " ", text.lower()).split()
    if words[:2] == ["half", "a"]:
        return Decimal(_LARGE[words[2]]) / 2
    total = group = 0
    for word in words:
        if word in ("a", "an"):
            group = 1
        elif word in _SMALL:
            group += _SMALL[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _LARGE:
            total, group = total + max(group, 1) * _LARGE[word], 0
    return Decimal(total + group)


def count(text: str) -> int:
    """The value of a count that `COUNT` matches."""
    words = text.lower()
    if words.isdigit():
        return int(words)
    if "couple" in words:
        return 2
    if "dozen" in words:
        return 12
    return 1 if words in ("a", "an") else int(spelled(words))


def digits(text: str) -> tuple[str, bool]:
    """A written number as decimal text without separators, and whether its separator could mean two things.

    The last of `.` and `,` is the decimal mark when both occur or when it is not followed by exactly three
    digits; `5.000` and `5,000` are five thousand, of which the first is doubtful.
    """
    number = re.sub(r"[' ]", "", text)
    mantissa, exponent, power = number.lower().partition("e")
    point, comma = mantissa.rfind("."), mantissa.rfind(",")
    doubtful = False
    if point >= 0 and comma >= 0:
        mark = "." if point > comma else ","
        mantissa = mantissa.replace("," if mark == "." else ".", "").replace(mark, ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+", mantissa):
        mantissa = mantissa.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+", mantissa):
        mantissa, doubtful = mantissa.replace(".", ""), True
    else:
        mantissa = mantissa.replace(",", ".")
    return mantissa + exponent + power, doubtful
