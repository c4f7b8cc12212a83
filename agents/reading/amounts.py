"""Amounts of money as they are written: symbols, codes and names of currencies, digits, words and scales."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from agents.reading.numbers import SCALES, SPELLED, digits, spelled
from agents.reading.text import Span, Text
from campaigns.errors import BadInput

SYMBOLS = {
    "US$": "USD", "AU$": "AUD", "A$": "AUD", "CA$": "CAD", "C$": "CAD", "NZ$": "NZD", "R$": "BRL", "MX$": "MXN", "$": "",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "₽": "RUB", "₿": "BTC", "₩": "KRW", "₺": "TRY", "₪": "ILS",
}  # fmt: skip
"""Currency of each symbol; the bare dollar is the workspace's own dollar, else the US dollar."""
NAMES = {
    "dollar": "", "buck": "", "euro": "EUR", "pound": "GBP", "quid": "GBP", "franc": "CHF", "yen": "JPY", "yuan": "CNY",
    "renminbi": "CNY", "rupee": "INR", "zloty": "PLN", "reais": "BRL", "peso": "MXN", "krona": "SEK", "kronor": "SEK",
    "ruble": "RUB", "rouble": "RUB", "bitcoin": "BTC", "lira": "TRY", "shekel": "ILS", "rand": "ZAR", "baht": "THB",
    "dirham": "AED", "forint": "HUF", "dinar": "dinar", "ducat": "ducat", "doubloon": "doubloon", "krone": "krone", "kroner": "kroner",
    "crown": "crown", "credit": "credit", "token": "token",
}  # fmt: skip
DOLLARS = ("USD", "CAD", "AUD", "NZD")
_NOT_CODES = "SMS|VIP|CSV|KPI|ROI|CTR|AOV|CLV|LTV|SKU|UTC|GMT|CET|EST|PST|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|THE|PER|FOR|AND|MAX|ALL|OFF"

SIGN = r"(?P<{0}sign>(?<![\w.,])(?:-|(?i:minus |negative )))? ?"
DIGITS = r"(?P<{0}digits>\d{{1,3}}(?:[,' ]\d{{3}})+(?:\.\d+)?(?![\d])|\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?(?![\d])|\d+(?:[.,]\d+)?(?i:e[+-]?\d+)?)"
SCALE = r"(?: ?(?P<{0}scale>(?i:k|m|mn|mio|thousand|grand|million))(?![\w]))?"
_SYMBOL = "(?P<{0}symbol>" + "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True)) + ")"
_CODE = rf"(?P<{{0}}code>(?!(?:{_NOT_CODES})\b)[A-Z]{{{{3}}}})(?![\w])"
_NAME = "(?P<{0}name>(?i:" + "|".join(sorted(NAMES, key=len, reverse=True)) + "))s?(?![\\w])"

_FORMS = (
    (SIGN + _SYMBOL + r" ?(?P<{0}inner>-)? ?" + DIGITS + SCALE).format("a"),
    (SIGN + r"(?<![\w])" + _CODE + r" ?(?P<{0}inner>-)? ?" + DIGITS + SCALE).format("b"),
    (SIGN + r"(?<![\w.,])" + DIGITS + SCALE + " ?" + _SYMBOL).format("c"),
    (SIGN + r"(?<![\w.,])" + DIGITS + SCALE + " ?" + _CODE).format("d"),
    (SIGN + r"(?<![\w.,])" + DIGITS + SCALE + " ?(?i:us |u\\.s\\. )?" + _NAME).format("e"),
    (SIGN + rf"\b(?P<{{0}}spelled>(?i:{SPELLED})) (?i:us )?" + _NAME).format("f"),
    (SIGN + rf"\b(?P<{{0}}spelled>(?i:{SPELLED})) ?" + _CODE).format("g"),
    (rf"\b(?P<{{0}}spelled>(?i:(?:{SPELLED} )?grand))\b").format("h"),
)  # fmt: skip
_CURRENCY = "(?:" + "|".join(re.escape(symbol) for symbol in SYMBOLS) + rf"|\b(?!(?:{_NOT_CODES})\b)[A-Z]{{3}}\b)"
_MANY_MARKS = r"\d+(?:[.,]\d*){2,}(?<=\d)"
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_MALFORMED = re.compile(
    rf"{_CURRENCY} ?-? ?(?P<after>{_MANY_MARKS})|(?<![\w.,])(?P<ahead>{_MANY_MARKS}) ?(?:{_CURRENCY}|{_NAME.format('z')})"
    rf"|\b(?i:budget(?: of| is)?|at most|no more than|spend(?: up to)?|up to|max(?:imum)?) (?!\d{{1,2}}\.\d{{1,2}}\.\d{{2,4}}\b)(?P<cued>{_MANY_MARKS})(?!\w)"
)
_NO_NUMBER = re.compile(r"[$€£¥₹] ?(?:(?i:nan|inf(?:inity)?)\b|(?![A-Z]{3} ?-?\d)[A-Za-z]\w*|-? ?[.,]\d+)")
_MONEY = re.compile("|".join(f"(?:{form})" for form in _FORMS))


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as written: decimal text, currency code (empty when the words give none), its place, its phrase's place."""

    text: str
    currency: str
    at: Span
    phrase: Span
    doubtful: bool = False


def find_amounts(text: Text, home: str) -> list[Amount]:
    """Every amount with a currency (and "five grand"), in order; `home` decides which dollar a bare dollar is.

    Raises BadInput for a number whose separators make no amount ("$5,00,000") and for a symbol without a number.
    """
    _refuse_malformed(text)
    return [_amount(match, home) for match in _MONEY.finditer(text.plain)]


def _refuse_malformed(text: Text) -> None:
    for match in _MALFORMED.finditer(text.plain):
        number = match["after"] or match["ahead"] or match["cued"]
        if not _GROUPED.fullmatch(number):
            raise BadInput(
                f"The amount {text.phrase(Span(match.start(), match.end()))!r} has separators that can be read in several ways; write it like '$5,000' or '$5000.50'."
            )
    match = _NO_NUMBER.search(text.plain)
    if match:
        raise BadInput(f"The amount {match[0]!r} is not understood; write it in digits, like '$5,000' or '$0.50'.")


def _amount(match: re.Match[str], home: str) -> Amount:
    part = {name[1:]: value for name, value in match.groupdict().items() if value is not None}
    doubtful = False
    if "digits" in part:
        written, doubtful = digits(part["digits"])
    else:
        written = str(spelled(part["spelled"]))
    if "scale" in part:
        written = str(Decimal(written) * SCALES[part["scale"].lower()]) if "e" not in written.lower() else written
    if "sign" in part or "inner" in part:
        written = f"-{written}"
    if "symbol" in part:
        currency = SYMBOLS[part["symbol"]] or _dollar(home)
    elif "code" in part:
        currency = part["code"]
    elif "name" in part:
        currency = NAMES[part["name"].lower()] or _dollar(home)
    else:
        currency = ""
    start = match.end() - len(match[0].lstrip())
    at = Span(start, match.end())
    return Amount(written, currency, at, at, doubtful)


def _dollar(home: str) -> str:
    return home if home in DOLLARS else "USD"
