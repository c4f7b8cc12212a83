"""Which laws may reach a person, and what age they ask for: places looked up in the packs' lists.

A place is an ISO 3166 country (`US`) or a part of one (`US-TX`). What is not known is decided for the strictest: an
unknown country may be any, an unknown region any of its country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from campaigns.contact import BoolArray, IntArray
from policies.facts import LAWS
from policies.text import find_terms

Lists = Mapping[str, tuple[str, ...]]
UNKNOWN = ""
"""Stands for a country or region that is not known."""
ADULT_YEARS = 18
"""Below this age a person is a minor, whatever the law of the place (UN Convention on the Rights of the Child)."""
OLDEST = 150
_AGE = re.compile(r"[A-Z]{2} [0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person lives: ISO 3166-1 country and the letters of the region within it, each empty when not known."""

    country: str = UNKNOWN
    region: str = UNKNOWN


def reaches(places: Iterable[str], at: Place) -> bool:
    """Whether a law with this list of places reaches, or may reach, somebody who lives there."""
    if not at.country:
        return True
    for place in places:
        country, _, region = place.partition("-")
        if country == at.country and (not region or not at.region or region == at.region):
            return True
    return False


def laws(lists: Lists, places: Sequence[Place]) -> dict[str, BoolArray]:
    """Per law one flag per place; a law whose list is in no pack is left out, and what reads it is then violated."""
    return {law: np.array([reaches(lists[law], at) for at in places], bool) for law in LAWS if law in lists}


def laws_of_markets(lists: Lists, markets: Sequence[str]) -> dict[str, bool | None]:
    """Per law whether it reaches one of these countries; every law when no market is named, None without its list."""
    places = [Place(country) for country in markets] or [Place()]
    return {law: any(reaches(lists[law], at) for at in places) if law in lists else None for law in LAWS}


def age_needed(lists: Lists, texts: Iterable[str], places: Sequence[Place]) -> IntArray | None:
    """Years of age that what these texts sell asks for in each place, 0 for goods that anybody may be sold.

    An unknown place, and one without an age of its own, needs the highest age of the list `legal_ages` (`US 21`).
    None when the packs have no list of ages or of `age_restricted_terms`, or one that cannot be read.
    """
    terms, written = lists.get("age_restricted_terms"), lists.get("legal_ages")
    if terms is None or written is None:
        return None
    if not _names_any(tuple(texts), terms):
        return np.zeros(len(places), np.int64)
    if not written or not all(_AGE.fullmatch(line) for line in written):
        return None
    ages = {line[:2]: int(line[3:]) for line in written}
    strictest = max(ages.values())
    return np.array([ages.get(at.country, strictest) for at in places], np.int64)


@lru_cache(maxsize=256)
def _names_any(texts: tuple[str, ...], terms: tuple[str, ...]) -> bool:
    return any(find_terms(text, terms) for text in texts)
