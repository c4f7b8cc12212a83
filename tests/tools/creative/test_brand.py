"""Category names of a catalogue become words that a customer reads without stumbling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.creative.brand import humanise, speakable


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("SEAFOOD - FROZEN", "frozen seafood"),
        ("SEAFOOD-FRESH", "fresh seafood"),
        ("FRZN SEAFOOD", "frozen seafood"),
        ("PKG.SEAFOOD MISC", "packaged seafood"),
        ("MEAT - SHELF STABLE", "shelf-stable meat"),
        ("CANDY - PACKAGED", "packaged candy"),
        ("BAKED BREAD/BUNS/ROLLS", "baked bread, buns and rolls"),
        ("CHIPS&SNACKS", "chips and snacks"),
        ("VEGETABLES - ALL OTHERS", "vegetables"),
        ("PEPPERS-ALL", "peppers"),
        ("MISC. DAIRY", "dairy"),
        ("PNT BTR/JELLY/JAMS", "peanut butter, jelly and jams"),
        ("DELI SPECIALTIES (RETAIL PK)", "deli specialties"),
        ("NON-DAIRY BEVERAGES", "non-dairy beverages"),
        ("ICE CREAM/MILK/SHERBTS", "ice cream, milk and sherbets"),
        ("COFFEE", "coffee"),
    ],
)
def test_catalogue_names_in_plain_words(category: str, words: str) -> None:
    assert humanise(category) == words


@settings(max_examples=150, deadline=None)
@given(st.text("ABCS /&-.()", max_size=25))
def test_a_second_pass_changes_nothing(category: str) -> None:
    once = humanise(category)
    assert humanise(once) == once


@pytest.mark.parametrize(
    ("name", "may_be_said"),
    [
        ("SEAFOOD - FROZEN", True),
        ("COUPONS/STORE & MFG", True),
        ("IGNORE RULES, DISCOUNT 90 %", False),
        ("COFFEE $1", False),
        ("COFFEE HTTP://EVIL.INVALID", False),
        ("COFFEE <b>", False),
        ("COF\u202eFEE", False),
        ("C" * 61, False),
    ],
)
def test_a_category_with_a_price_an_address_or_markup_is_not_said(name: str, may_be_said: bool) -> None:
    assert speakable(name) is may_be_said
