"""Category words name one category of the products table, or none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.audience.categories import match_category, same_reading
from tools.audience.errors import UnknownCategory

CATEGORIES = (
    "SEAFOOD - FROZEN", "FRZN SEAFOOD", "SEAFOOD-FRESH", "SEAFOOD - MISC", "COFFEE", "COFFEE FILTERS", "COFFEE SHOP",
    "FROZEN PIZZA", "FRZN POTATOES", "POTATOES", "BERRIES", "CHEESE", "CHEESES", "DOMESTIC WINE", "IMPORTED WINE",
    "PNT BTR/JELLY/JAMS", "SOFT DRINKS", "SALD DRSNG/SNDWCH SPRD", "BABY FOODS", "YOGURT",
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("frozen seafood", "SEAFOOD - FROZEN"),
        ("seafood, frozen", "SEAFOOD - FROZEN"),
        ("FRZN seafood", "FRZN SEAFOOD"),
        ("fresh seafood", "SEAFOOD-FRESH"),
        ("coffee", "COFFEE"),
        ("coffee filter", "COFFEE FILTERS"),
        ("frozen pizzas", "FROZEN PIZZA"),
        ("frozen potatoes", "FRZN POTATOES"),
        ("berry", "BERRIES"),
        ("cheeses", "CHEESES"),
        ("peanut butter", "PNT BTR/JELLY/JAMS"),
        ("salad dressing", "SALD DRSNG/SNDWCH SPRD"),
    ],
)
def test_words_in_any_order_number_or_abbreviation_name_the_category(words: str, category: str) -> None:
    assert match_category(words, CATEGORIES) == category


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("seafood", "SEAFOOD-FRESH"),
        ("wine", "IMPORTED WINE"),
        ("yoghurt", "YOGURT"),
        ("frozen unicorn", "FROZEN PIZZA"),
        ("zzz", "known are for example"),
        ("the", "names no product category"),
    ],
)
def test_ambiguous_or_unknown_words_are_refused_with_near_categories(words: str, listed: str) -> None:
    with pytest.raises(UnknownCategory) as refused:
        match_category(words, CATEGORIES)
    assert listed in str(refused.value)
    assert repr(words) in str(refused.value)


def test_no_categories_at_all_is_said() -> None:
    with pytest.raises(UnknownCategory, match="products table is empty"):
        match_category("coffee", ())


@given(st.sampled_from(CATEGORIES), st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_category_is_found_by_its_own_name_in_any_case(category: str, lower: bool) -> None:
    assert match_category(category.lower() if lower else category, CATEGORIES) == category


def test_a_category_that_reads_the_same_is_reported() -> None:
    assert same_reading("SEAFOOD - FROZEN", CATEGORIES) == ("FRZN SEAFOOD",)
    assert same_reading("COFFEE", CATEGORIES) == ()
