"""Facts of people in the engine: the laws that may reach them, age, complaints, and their own calendar day."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from campaigns.plan import Plan
from delivery.books_columns import ColumnBooks
from delivery.engine import Engine
from delivery.roster import Roster
from delivery.schedule import local_clock, local_days, ticks
from delivery.standing import Standing
from delivery.values import Values
from policies.facts import LAWS
from policies.guard import Guard
from policies.load import load_policies
from tests.builders import NOW, plan, snapshot
from tests.delivery.test_engine import Wire

POLICIES = load_policies()
GUARD = Guard(POLICIES, b"a key for tests only, 32 bytes...")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def blocked(frame: pl.DataFrame, the_plan: Plan | None = None) -> tuple[int, dict[str, int]]:
    """Contacts accepted and refusals per rule over the plan's first ticks."""
    the_plan = the_plan or plan(frame.height)
    roster = Roster.build(the_plan, frame)
    world, books = Wire(GUARD), ColumnBooks(roster, the_plan)
    engine = Engine(the_plan, roster, GUARD, Values.build(the_plan, roster), seed=3)
    accepted, counts = 0, dict[str, int]()
    for tick in ticks(the_plan, roster.zones, NOW)[:3]:
        world.at = datetime.fromtimestamp(tick.at, UTC)
        report = engine.tick(world, books, tick)
        accepted += report.accepted
        for rule, count in report.blocked.items():
            counts[rule] = counts.get(rule, 0) + count
    return accepted, counts


def test_people_who_are_known_to_be_contactable_are_contacted() -> None:
    accepted, refused = blocked(snapshot())
    assert accepted > 0
    assert not refused


SETS: list[tuple[str, pl.Expr, set[str]]] = [
    ("minors", pl.lit(17, pl.Int16).alias("age_to"), {"minors_untouched"}),
    ("complaints", pl.lit(True).alias("open_complaint"), {"complaint_answered"}),
    ("no country", pl.lit("").alias("country"), {"in_dpdp_adults"}),
    ("India, age unknown", pl.lit("IN").alias("country"), {"in_dpdp_adults"}),
]


@pytest.mark.parametrize(("name", "changed", "rules"), SETS, ids=[case[0] for case in SETS])
def test_whoever_may_not_be_contacted_is_refused_by_name(name: str, changed: pl.Expr, rules: set[str]) -> None:
    accepted, refused = blocked(snapshot().with_columns(changed))
    assert accepted == 0
    assert set(refused) == rules


@pytest.mark.parametrize(("age", "sent"), [(0, False), (18, False), (20, False), (21, True), (65, True)])
def test_beer_is_offered_in_the_united_states_from_21_and_never_at_an_unknown_age(age: int, sent: bool) -> None:
    frame = snapshot().with_columns(age_from=pl.lit(age, pl.Int16))
    made = plan()
    beer = made.model_copy(update={"audience": made.audience.model_copy(update={"category": "BEERS/ALES"})})
    accepted, refused = blocked(frame, beer)
    assert (accepted > 0) == sent
    assert set(refused) == (set() if sent else {"age_for_category"})


def test_a_snapshot_without_places_and_ages_counts_as_unknown() -> None:
    frame = snapshot(40).drop("country", "region", "age_from", "age_to", "open_complaint")
    roster = Roster.build(plan(40), frame)
    facts = Standing.build(plan(40), roster, POLICIES.lists).of(np.arange(40), np.zeros(40, np.int16))
    assert all(facts[law].all() for law in LAWS)
    assert not facts["age_from"].any()
    assert not facts["minor"].any()


def test_without_lists_the_laws_are_not_known_and_nobody_is_contacted() -> None:
    roster = Roster.build(plan(40), snapshot(40))
    facts = Standing.build(plan(40), roster, {}).of(np.arange(40), np.zeros(40, np.int16))
    assert not {*LAWS, "age_needed"} & set(facts)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2017-11-05", 25),
        ("America/New_York", "2017-03-12", 23),
        ("America/New_York", "2017-07-01", 24),
        ("America/Sao_Paulo", "2017-10-15", 23),
        ("Asia/Kolkata", "2017-10-15", 24),
    ],
)
def test_a_local_day_lasts_from_its_first_to_its_last_instant(zone: str, day: str, hours: int) -> None:
    noon = at(f"{day}T15:00:00+00:00")
    starts, ends = local_days(noon, (zone,))
    assert ends[0] - starts[0] == hours * 3600
    assert starts[0] <= noon < ends[0]
    assert local_days(int(starts[0]), (zone,))[0][0] == starts[0]
    assert local_days(int(starts[0]) - 1, (zone,))[1][0] == starts[0]


def test_two_messages_25_hours_apart_can_share_a_calendar_day() -> None:
    midnight = at("2017-11-05T00:00:00-04:00")
    late = at("2017-11-05T23:30:00-05:00")
    starts, _ = local_days(late, ("America/New_York",))
    assert late - midnight > 86_400
    assert starts[0] == midnight


@pytest.mark.parametrize(
    ("instant", "minute", "weekday"),
    [("2017-11-05T05:30:00+00:00", 90, 7), ("2017-11-05T06:30:00+00:00", 90, 7), ("2017-03-12T07:00:00+00:00", 180, 7)],
)
def test_the_clock_of_a_zone_follows_its_changes(instant: str, minute: int, weekday: int) -> None:
    minutes, weekdays = local_clock(at(instant), ("America/New_York",))
    assert (minutes[0], weekdays[0]) == (minute, weekday)


def standing(frame: pl.DataFrame) -> Standing:
    return Standing.build(plan(frame.height), Roster.build(plan(frame.height), frame), POLICIES.lists)


def test_the_columns_are_shared_where_everybody_has_the_same() -> None:
    assert all(column.ndim == 0 for column in standing(snapshot(40)).columns.values())
    mixed = snapshot(40).with_columns(country=pl.Series(["US", "CA"] * 20))
    facts = standing(mixed).of(np.array([0, 1]), np.zeros(2, np.int16))
    assert facts["law_us"].tolist() == [True, False]
    assert facts["law_ca"].tolist() == [False, True]
