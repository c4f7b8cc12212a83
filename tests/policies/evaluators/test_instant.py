"""When a rule about local time next holds, against a count minute by minute over changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.evaluators.closure import closure
from policies.evaluators.instant import Clockwork
from policies.facts import SCOPES
from policies.language.bind import bind
from policies.language.parse import parse

FACTS = SCOPES["contact"].facts
QUIET = "local_minute >= 480 && local_minute < 1260"
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "America/Sao_Paulo"]
RULES = [
    QUIET,
    "local_minute >= 120 && local_minute < 180",
    "local_minute == 150",
    "local_weekday < 6 && local_minute >= 540",
    "local_weekday == 7 ? local_minute >= 720 : local_minute >= 1200",
]


def counted(rule: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    violated = closure([bind(parse(rule), FACTS, {})])
    at = now.replace(second=0)
    for _ in range(9 * 1440):
        local = at.astimezone(zone)
        if not violated({"local_minute": local.hour * 60 + local.minute, "local_weekday": local.isoweekday()}):
            return max(at, now)
        at += timedelta(minutes=1)
    return None


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(RULES),
    st.sampled_from(ZONES),
    st.one_of(
        st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 6)),
        st.datetimes(datetime(2026, 10, 3), datetime(2026, 11, 3)),
    ),
)
def test_the_instant_is_the_one_a_count_finds(rule: str, name: str, now: datetime) -> None:
    zone, now = ZoneInfo(name), now.replace(tzinfo=UTC, microsecond=0)
    assert Clockwork(bind(parse(rule), FACTS, {})).next_passing({}, zone, now) == counted(rule, zone, now)


@pytest.mark.parametrize(
    ("rule", "zone", "now", "wanted"),
    [
        (QUIET, "America/New_York", "2026-11-01T03:00", "2026-11-01T13:00"),
        (QUIET, "America/New_York", "2026-10-31T03:00", "2026-10-31T12:00"),
        (QUIET, "America/New_York", "2026-03-08T03:00", "2026-03-08T12:00"),
        ("local_minute == 150", "America/New_York", "2026-03-08T05:00", "2026-03-09T06:30"),
        ("local_minute == 90", "America/New_York", "2026-11-01T05:31", "2026-11-01T06:30"),
        (QUIET, "Europe/Berlin", "2026-06-01T12:00", "2026-06-01T12:00"),
    ],
    ids=["autumn", "ordinary", "spring", "skipped minute", "repeated minute", "holds now"],
)
def test_changes_of_the_clock_are_taken_into_account(rule: str, zone: str, now: str, wanted: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = Clockwork(bind(parse(rule), FACTS, {})).next_passing({}, ZoneInfo(zone), at)
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)


def test_other_facts_stay_as_they_are_and_have_to_be_known() -> None:
    clock = Clockwork(bind(parse("consent && local_minute > 600"), FACTS, {}))
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert clock.next_passing({"consent": True}, ZoneInfo("UTC"), now) == now
    assert clock.next_passing({"consent": False}, ZoneInfo("UTC"), now) is None
    assert clock.next_passing({}, ZoneInfo("UTC"), now) is None
    assert Clockwork(bind(parse("consent"), FACTS, {})).next_passing({"consent": True}, ZoneInfo("UTC"), now) is None
