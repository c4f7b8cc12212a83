"""Responsiveness ranks people by the campaigns they answered, shrunken, with mean 1."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.audience.conftest import NOW, World
from tools.audience.redemptions import Redemptions, redemptions
from tools.data.warehouse import connect


def answered(rows: list[tuple[str, int, int]]) -> Redemptions:
    schema = {"person_id": pl.String, "received": pl.Int32, "redeemed": pl.Int32}
    return Redemptions(pl.DataFrame(rows, schema=schema, orient="row"))


def test_campaigns_are_counted_once_per_person(world: World) -> None:
    shop = world(
        people={"a": None},
        campaigns=[("a", "campaign", "1"), ("a", "campaign", "1"), ("a", "redemption", "1"), ("a", "redemption", "1"),
                   ("a", "campaign", "2"), ("b", "redemption", "3")],
    )  # fmt: skip
    con = connect(shop)
    try:
        assert redemptions(con, NOW).frame.rows() == [("a", 2, 1), ("b", 1, 1)]
    finally:
        con.disconnect()


def test_who_answers_more_responds_more_and_strangers_lie_between() -> None:
    found = answered([("often", 10, 4), ("rarely", 10, 2), ("none", 10, 0)])
    often, rarely, none, stranger = found.responsiveness(pl.Series(["often", "rarely", "none", "stranger"]))
    assert often > stranger > none
    assert often > rarely > none


def test_without_redemptions_everybody_is_alike() -> None:
    assert answered([("a", 5, 0)]).responsiveness(pl.Series(["a", "b"])).tolist() == [1.0, 1.0]
    assert answered([]).responsiveness(pl.Series(["a"])).tolist() == [1.0]


def test_where_every_campaign_was_redeemed_everybody_is_alike() -> None:
    assert answered([("a", 5, 5), ("b", 1, 1)]).responsiveness(pl.Series(["a", "b", "c"])).tolist() == [1.0] * 3


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 1)), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_the_mean_is_one_and_nobody_is_zero(rows: list[tuple[int, float]]) -> None:
    people = [(f"p{place:02d}", received, int(received * share)) for place, (received, share) in enumerate(rows)]
    relative = answered(people).responsiveness(pl.Series([person for person, *_ in people]))
    assert np.all(relative > 0)
    assert relative.mean() == pytest.approx(1.0)
