from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.brief import Window
from campaigns.plan import SendSlot
from delivery.schedule import instant_of, local_minute, occurrences, ticks
from tests.builders import ZONES, brief, plan


def test_slots_fall_on_their_weekday_and_minute_in_every_zone_across_the_autumn_clock_change() -> None:
    found = ticks(plan(), ZONES, datetime(2017, 10, 16, tzinfo=UTC))

    for tick in found:
        for zone in tick.zones:
            local = datetime.fromtimestamp(tick.at, ZoneInfo(ZONES[zone]))
            assert (local.isoweekday(), local.hour, local.minute) in {(2, 10, 0), (5, 10, 0)}
    assert len({tick.slot for tick in found}) == len(occurrences(plan())) == 13
    assert sum(len(tick.zones) for tick in found) == 13 * len(ZONES)


def test_moments_before_the_start_are_not_made_up_for() -> None:
    found = ticks(plan(), ZONES, datetime(2017, 11, 1, tzinfo=UTC))

    assert min(tick.at for tick in found) >= datetime(2017, 11, 1, tzinfo=UTC).timestamp()
    assert min(tick.slot for tick in found) == 5


def test_a_moment_inside_the_spring_gap_becomes_the_first_minute_after_it() -> None:
    at = instant_of(date(2017, 3, 12), 2 * 60 + 30, "America/New_York")

    assert datetime.fromtimestamp(at, ZoneInfo("America/New_York")).isoformat() == "2017-03-12T03:00:00-04:00"


def test_a_repeated_moment_is_sent_at_its_first_occurrence() -> None:
    at = instant_of(date(2017, 11, 5), 60 + 30, "America/New_York")

    assert datetime.fromtimestamp(at, UTC) == datetime(2017, 11, 5, 5, 30, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(
    minute=st.integers(0, 1439),
    day=st.dates(date(2017, 1, 1), date(2018, 12, 31)),
    zone=st.sampled_from(
        ("America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Berlin", "Pacific/Apia")
    ),
)
def test_the_local_minute_of_an_instant_is_the_minute_asked_for_unless_the_clock_skips_it(
    minute: int, day: date, zone: str
) -> None:
    at = instant_of(day, minute, zone)

    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    skipped = local_minute(at, zone) != minute
    assert local.date() == day
    assert not skipped or local.utcoffset() != datetime.fromtimestamp(at - 1, ZoneInfo(zone)).utcoffset()


def test_each_person_has_one_instant_per_occurrence() -> None:
    short = plan(
        brief_=brief(window=Window(start=date(2017, 10, 16), end=date(2017, 10, 22))),
        slots=(SendSlot(weekday=1, local_minute=540), SendSlot(weekday=1, local_minute=900)),
    )

    found = ticks(short, ZONES, datetime(2017, 10, 16, tzinfo=UTC))

    pairs = [(tick.slot, zone) for tick in found for zone in tick.zones]
    assert len(pairs) == len(set(pairs)) == 2 * len(ZONES)
