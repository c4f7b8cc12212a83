"""In which countries people are meant, as ISO 3166 codes."""

from __future__ import annotations

import re

from agents.reading.found import Notes
from agents.reading.text import Span, Text

_COUNTRIES = {
    "US": r"United States(?: of America)?|USA|U\.S\.A?\.?|US|America", "GB": r"United Kingdom|UK|U\.K\.|Britain|Great Britain|England",
    "DE": "Germany", "FR": "France", "ES": "Spain", "IT": "Italy", "NL": "Netherlands|Holland", "BE": "Belgium", "AT": "Austria",
    "CH": "Switzerland", "SE": "Sweden", "NO": "Norway", "DK": "Denmark", "FI": "Finland", "PL": "Poland", "PT": "Portugal",
    "IE": "Ireland", "CA": "Canada", "MX": "Mexico", "BR": "Brazil", "AU": "Australia", "NZ": "New Zealand", "JP": "Japan",
    "CN": "China", "IN": "India",
}  # fmt: skip
# Case counts: "us" is a pronoun, "US" a country; a code is one only after a preposition or beside another.
_IN = r"(?:in|across|within|throughout|from|for|to|and|or|,) (?:the )?"
_PATTERNS = {code: re.compile(rf"\b{_IN}(?:{names})(?![\w$])|\b(?:{names})(?= (?:households|customers|shoppers|market|members|people)\b)") for code, names in _COUNTRIES.items()}  # fmt: skip


def read_markets(text: Text, home: str, notes: Notes) -> tuple[str, ...]:
    """The markets in the order named; the workspace's own, noted, when the words name none."""
    found = sorted(
        (match.start(), match.end(), code)
        for code, pattern in _PATTERNS.items()
        if (match := pattern.search(text.plain))
    )
    if found:
        # They are cut out rather than taken: they stand in the middle of the words for the people.
        text.cut(*(Span(start, end) for start, end, _ in found))
        return tuple(code for _, _, code in found)
    notes.assume("markets", home, "the goal names no country; the workspace's market is taken")
    return (home,)
