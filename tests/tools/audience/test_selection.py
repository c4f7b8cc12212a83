"""A predicate is tested on whole days before the snapshot, on what was known then."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.audience import Predicate
from tools.audience.features import conversions_after, features
from tools.audience.purchases import PurchaseDays
from tools.audience.selection import matching

NOW = datetime(2017, 10, 16, tzinfo=UTC)


def purchases(rows: list[tuple[str, int, int, int | None]], observed: int = 300) -> PurchaseDays:
    """Person, age, known age, revenue of COFFEE (None: the basket held none); every basket costs 10."""
    frame = pl.DataFrame(
        {
            "person_id": [row[0] for row in rows],
            "age": [row[1] for row in rows],
            "known_age": [row[2] for row in rows],
            "revenue_micros": [10] * len(rows),
            "category_0": [row[3] for row in rows],
        },
        schema={
            "person_id": pl.String, "age": pl.Int32, "known_age": pl.Int32, "revenue_micros": pl.Int64, "category_0": pl.Int64,
        },
    )  # fmt: skip
    return PurchaseDays(NOW, ("COFFEE",), frame, observed)


PEOPLE = pl.Series("person_id", ["never", "lapsed", "edge", "drinker", "fresh"])
DAYS = purchases(
    [("lapsed", 90, 90, 4), ("edge", 28, 28, None), ("drinker", 3, 3, 4), ("drinker", 40, 40, 4), ("fresh", 1, 1, None)]
)


@pytest.mark.parametrize(
    ("predicate", "who"),
    [
        (Predicate(field="always"), ["drinker", "edge", "fresh", "lapsed", "never"]),
        (Predicate(field="days_since_purchase", value=28), ["edge", "lapsed"]),
        (Predicate(field="days_since_purchase", value=28, include_never=True), ["edge", "lapsed", "never"]),
        (Predicate(field="days_since_purchase", op="<", value=28), ["drinker", "fresh"]),
        (Predicate(field="days_since_purchase", op="==", value=28), ["edge"]),
        (Predicate(field="days_since_category", value=84, category="COFFEE"), ["lapsed"]),
        (
            Predicate(field="days_since_category", value=84, category="COFFEE", include_never=True),
            ["edge", "fresh", "lapsed", "never"],
        ),
        (Predicate(field="purchases_in_window", value=2, window_days=60), ["drinker"]),
        (Predicate(field="purchases_in_window", op="<=", value=0, window_days=60), ["lapsed", "never"]),
        (Predicate(field="purchases_in_window", value=1, window_days=60, category="COFFEE"), ["drinker"]),
    ],
)
def test_who_meets_a_predicate(predicate: Predicate, who: list[str]) -> None:
    assert matching(PEOPLE, DAYS, (predicate,)).to_list() == who


def test_all_predicates_must_hold() -> None:
    both = (
        Predicate(field="days_since_category", value=84, category="COFFEE", include_never=True),
        Predicate(field="days_since_purchase", value=0),
    )
    assert matching(PEOPLE, DAYS, both).to_list() == ["edge", "fresh", "lapsed"]


def test_an_earlier_origin_sees_neither_later_purchases_nor_late_news() -> None:
    days = purchases([("a", 10, 10, None), ("a", 60, 60, None), ("b", 40, 20, None)])
    lapsed = (Predicate(field="days_since_purchase", value=28),)
    assert matching(pl.Series(["a", "b"]), days, lapsed, days_ago=30).to_list() == ["a"]
    assert matching(pl.Series(["a", "b"]), days, (Predicate(field="days_since_purchase"),), 30).to_list() == ["a"]


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 60)), max_size=12)


@given(ROWS, st.integers(0, 60), st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_selection_agrees_with_counting_by_hand(rows: list[tuple[str, int]], wanted: int, ago: int) -> None:
    days = purchases([(person, age, age, None) for person, age in rows])
    found = matching(
        pl.Series(["a", "b", "c"]), days, (Predicate(field="days_since_purchase", value=wanted),), ago
    ).to_list()
    newest = {
        person: min(age - ago for p, age in rows if p == person and age >= ago)
        for person in "abc"
        if any(p == person and age >= ago for p, age in rows)
    }
    assert found == sorted(person for person, age in newest.items() if age >= wanted)


@given(ROWS, st.integers(1, 30), st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_conversions_before_and_after_an_origin_never_share_a_purchase(
    rows: list[tuple[str, int]], ago: int, horizon: int
) -> None:
    days = purchases([(person, age, age, 1) for person, age in rows])
    people = pl.Series(["a", "b", "c"])
    before = features(people, days, "COFFEE", ago)["pre_conversions"].sum()
    after = conversions_after(people, days, "COFFEE", ago, horizon)["conversions"].sum()
    unique = set(rows)
    assert before == sum(age >= ago for _, age in unique)
    assert after == sum(ago - horizon <= age < ago for _, age in unique)


def test_two_baskets_of_one_day_are_one() -> None:
    days = purchases([("a", 5, 5, 3), ("a", 5, 4, 2)])
    row = features(pl.Series(["a"]), days, "COFFEE").row(0, named=True)
    assert (row["baskets_84d"], row["pre_conversions"], row["pre_revenue_micros"]) == (1, 1, 5)
    assert row["spend_84d_micros"] == 20
