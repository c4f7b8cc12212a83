"""History is the same definition at earlier instants: no overlap, no look ahead."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from campaigns.errors import BadInput
from campaigns.workspace import Workspace
from tests.tools.audience.conftest import NOW, World
from tools.audience.history import SCHEMA, history
from tools.audience.population import understand

LAPSED = understand("not shopped for four weeks", "win_back", ())


def test_origins_lie_one_horizon_apart_and_leave_room_to_look_back(sample: Workspace) -> None:
    frame = history(sample, LAPSED, NOW, 46)
    origins = frame["origin"].unique().sort().to_list()
    assert origins == [NOW - timedelta(days=46 * number) for number in (4, 3, 2, 1)]
    assert frame["observed_days"].min() >= 84
    assert frame["recency_days"].min() >= 28
    assert dict(frame.schema) == SCHEMA


def test_what_is_known_later_does_not_change_earlier_rows(sample: Workspace) -> None:
    newer = history(sample, LAPSED, NOW, 28)
    older = history(sample, LAPSED, NOW - timedelta(days=28), 28)
    known = ("origin", "person_id", "recency_days", "baskets_84d", "pre_conversions")
    shared = newer.filter(pl.col("origin") <= older["origin"].max()).select(known)
    assert shared.equals(older.filter(pl.col("origin") >= shared["origin"].min()).select(known))


def test_conversions_are_counted_in_the_horizon_after_the_origin(world: World) -> None:
    shop = world(
        people={"a": None, "b": None},
        purchases=[
            ("a", 200.5, "COFFEE", 7),
            ("b", 100.5, "COFFEE", 5),
            ("a", 20.5, "COFFEE", 4),
            ("a", 3.5, "COFFEE", 2),
        ],
    )
    frame = history(shop, LAPSED, NOW, 30, max_origins=1)
    assert frame.select("person_id", "conversions", "revenue_micros").rows() == [("a", 2, 6), ("b", 0, 0)]
    assert frame["recency_days"].to_list() == [170, 70]


def test_too_little_data_gives_an_empty_history(world: World) -> None:
    shop = world(people={"a": None}, purchases=[("a", 50, "COFFEE", 7)])
    assert history(shop, LAPSED, NOW, 30).shape == (0, len(SCHEMA))


def test_a_horizon_below_a_day_is_refused(sample: Workspace) -> None:
    with pytest.raises(BadInput, match="0 days"):
        history(sample, LAPSED, NOW, 0)
