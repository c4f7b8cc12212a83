"""Population words become predicates; words that were not understood stop the reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.audience import Predicate
from tools.audience.durations import days, digits
from tools.audience.errors import UnknownCategory, UnreadableWords
from tools.audience.population import understand

CATEGORIES = ("SEAFOOD - FROZEN", "FRZN SEAFOOD", "COFFEE", "FROZEN PIZZA", "SEAFOOD-FRESH")
BOUGHT_ONCE = Predicate(field="days_since_purchase", value=0)


def lacking(category: str, value: int) -> tuple[Predicate, Predicate]:
    return Predicate(field="days_since_category", value=value, category=category, include_never=True), BOUGHT_ONCE


def lapsed(value: int) -> tuple[Predicate]:
    return (Predicate(field="days_since_purchase", value=value),)


@pytest.mark.parametrize(
    ("words", "predicates", "category"),
    [
        ("households that have not shopped for four weeks", lapsed(28), None),
        ("customers who haven’t shopped for twenty-one days", lapsed(21), None),
        ("households with no purchase in 5 weeks", lapsed(35), None),
        ("people whose last order was more than two months ago", lapsed(60), None),
        ("lapsed customers", lapsed(28), None),
        ("households inactive for a fortnight or more", lapsed(14), None),
        ("have not bought anything in six weeks", lapsed(42), None),
        ("have not bought frozen seafood in twelve weeks", lacking("SEAFOOD - FROZEN", 84), "SEAFOOD - FROZEN"),
        ("Get households that have not bought coffee for a month to buy it", lacking("COFFEE", 30), "COFFEE"),
        ("households that did not purchase any coffee during the past 3 months", lacking("COFFEE", 90), "COFFEE"),
        ("households that never bought frozen pizza", lacking("FROZEN PIZZA", 36_500), "FROZEN PIZZA"),
        ("all households", (Predicate(field="always"),), None),
        ("everyone who shopped in the last 2 weeks", (Predicate(field="days_since_purchase", op="<", value=14),), None),
        (
            "bought at least 3 times in the last 8 weeks",
            (Predicate(field="purchases_in_window", value=3, window_days=56),),
            None,
        ),
        (
            "fewer than five purchases in the past month",
            (Predicate(field="purchases_in_window", op="<", value=5, window_days=30),),
            None,
        ),
        (
            "customers who bought coffee twice or more in the last ten weeks",
            (Predicate(field="purchases_in_window", value=2, window_days=70, category="COFFEE"),),
            "COFFEE",
        ),
        (
            "shoppers who bought coffee in the last 8 weeks but have not bought frozen pizza in 90 days",
            (
                Predicate(field="days_since_category", op="<", value=56, category="COFFEE"),
                *lacking("FROZEN PIZZA", 90),
            ),
            "FROZEN PIZZA",
        ),
    ],
)
def test_words_become_predicates(words: str, predicates: tuple[Predicate, ...], category: str | None) -> None:
    population = understand(words, "cross_sell", CATEGORIES)
    assert (population.predicates, population.category) == (predicates, category)


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("customers in Texas who have not shopped for four weeks", "in texas"),
        ("all but lapsed households", "but"),
        ("everyone except lapsed customers", "except"),
        ("not shopped in 4 weeks or bought coffee in 2 weeks", "or"),
        ("have not bought coffee at least 3 times in the last 8 weeks", "not"),
        ("households with high spend that have not shopped in 4 weeks", "high spend"),
        ("rich people", "names nobody"),
        ("", "names nobody"),
        ("not shopped for 1e309 weeks", "names nobody"),
        ("not shopped for zero weeks", "cannot be looked back"),
        ("not shopped for 99999999999 weeks", "cannot be looked back"),
        ("not " * 900, "names nobody"),
    ],
)
def test_a_condition_is_never_dropped_in_silence(words: str, unread: str) -> None:
    with pytest.raises(UnreadableWords, match=unread):
        understand(words, "win_back", CATEGORIES)


def test_an_ambiguous_category_stops_the_reading() -> None:
    with pytest.raises(UnknownCategory, match="SEAFOOD-FRESH"):
        understand("have not bought seafood in twelve weeks", "cross_sell", CATEGORIES)


def test_what_was_left_open_is_an_assumption() -> None:
    vague = understand("lapsed customers", "win_back", CATEGORIES)
    assert [(a.field, a.value) for a in vague.assumptions] == [("population.days_since_purchase", "28 days")]
    named = understand("have not bought frozen seafood in twelve weeks", "cross_sell", CATEGORIES)
    by_field = {a.field: a for a in named.assumptions}
    assert "FRZN SEAFOOD" in by_field["population.category"].why
    assert "never bought" in by_field["population.never_bought"].why
    assert understand("not shopped for four weeks", "win_back", CATEGORIES).assumptions == ()


def test_a_bought_category_converts_only_for_an_objective_that_sells_it() -> None:
    words = "customers who bought coffee in the last 8 weeks"
    assert understand(words, "upsell", CATEGORIES).category == "COFFEE"
    assert understand(words, "retain", CATEGORIES).category is None


UNITS = {"day": 1, "week": 7, "month": 30}


@given(st.integers(1, 99), st.sampled_from(sorted(UNITS)))
@settings(max_examples=60, deadline=None)
def test_number_words_and_digits_mean_the_same_span(number: int, unit: str) -> None:
    tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    ones = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    word = ones[number] if number < 20 else tens[number // 10] + (f"-{ones[number % 10]}" if number % 10 else "")
    spelled = understand(f"not shopped for {word} {unit}s", "win_back", CATEGORIES)
    written = understand(f"not shopped for {number} {unit}s", "win_back", CATEGORIES)
    assert spelled.predicates == written.predicates == lapsed(number * UNITS[unit])


def test_spans_round_to_whole_days() -> None:
    assert days("2.5", "week") == 18
    assert digits("Half a year, a couple of weeks and twice") == "182 days, 2 weeks and 2 times"
