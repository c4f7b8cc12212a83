"""Change limits count what is in flight and add up over the window; no sequence of changes gets past them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.change import Change, Progress, Recorded, Standing
from campaigns.errors import Refused
from campaigns.finding import denied
from campaigns.ledger import Ledger
from campaigns.workspace import Workspace
from policies.authority import change_facts, judge, moved
from policies.load import load_policies
from policies.rule import PolicySet

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIMIT = 0.1
BOUNDED = Standing(action="budget", level="bounded", in_a_row=0, because="three good campaigns")


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load_policies()


def change(number: int = 0, before: int = 1000, after: int = 1090, **fields: object) -> Change:
    given: dict[str, object] = {
        "change_id": f"c-{number:010x}", "action": "budget", "target": "p-0123456789", "unit": "micros:USD",
        "before": before, "after": after, "at": NOW, "asked_by": "twinpilot", "carried_out_by": "program",
    }  # fmt: skip
    return Change(**{**given, **fields})  # type: ignore[arg-type]


def recorded(one: Change, progress: Progress = "done", finished: datetime | None = NOW) -> Recorded:
    return Recorded(change=one, progress=progress, finished=None if progress == "in_flight" else finished)


def allowed(one: Change, before: list[Recorded], now: datetime, policies: PolicySet) -> bool:
    return not denied(judge(change_facts(one, before, BOUNDED, now, policies, verdict="go"), (), policies))


def test_of_forty_changes_of_nine_per_cent_in_a_day_only_the_first_is_allowed(policies: PolicySet) -> None:
    kept: list[Recorded] = []
    value, said = 1_000_000, []

    for number in range(40):
        now = NOW + timedelta(minutes=30 * number)
        one = change(number, value, value + value * 9 // 100)
        said.append(allowed(one, kept, now, policies))
        if said[-1]:
            kept.append(recorded(one, finished=now))
            value = one.after

    assert said == [True] + [False] * 39


@pytest.mark.parametrize(
    ("earlier", "wanted"),
    [
        ([], True),
        ([recorded(change(1, 1000, 1090))], False),
        ([recorded(change(1, 1000, 910))], False),
        ([recorded(change(1, 1000, 1090)), recorded(change(2, 1090, 1000))], False),
        ([recorded(change(1, 1000, 1090), "in_flight")], False),
        ([recorded(change(1, 1000, 1090, at=NOW - 9 * DAY), "in_flight")], False),
        ([recorded(change(1, 1000, 1090), "withdrawn")], True),
        ([recorded(change(1, 1000, 1090), finished=NOW - DAY)], True),
        ([recorded(change(1, 1000, 1090), finished=NOW - DAY + timedelta(seconds=1))], False),
        ([recorded(change(1, 1000, 1090, at=NOW - 3 * DAY))], False),
        ([recorded(change(1, 1000, 1090), finished=NOW + 5 * DAY)], False),
        ([recorded(change(1, 1000, 1090, target="p-ffffffffff"))], True),
        ([recorded(change(1, 1000, 1090, action="cadence"))], True),
    ],
    ids=[
        "nothing before", "up before", "down before", "up and down again", "in flight", "in flight for nine days",
        "withdrawn", "a day ago", "a second less than a day ago", "begun long ago, done now", "dated in the future",
        "another plan", "another class",
    ],
)  # fmt: skip
def test_what_counts_against_nine_per_cent_under_ten(
    earlier: list[Recorded], wanted: bool, policies: PolicySet
) -> None:
    assert allowed(change(9), earlier, NOW, policies) is wanted


def test_sizes_are_shares_of_the_smallest_value_in_the_window(policies: PolicySet) -> None:
    earlier = [recorded(change(1, 1000, 1050))]

    assert allowed(change(2, 1050, 1100), earlier, NOW, policies)
    assert not allowed(change(2, 1050, 1102), earlier, NOW, policies)


def test_autonomy_earned_in_another_class_gives_none_here(policies: PolicySet) -> None:
    cadence = BOUNDED.model_copy(update={"action": "cadence"})

    assert change_facts(change(1), [], cadence, NOW, policies).facts["autonomy_level"] == 0


def test_a_value_of_zero_has_no_share_and_is_refused(policies: PolicySet) -> None:
    assert moved(change(1, 0, 5), [], NOW, DAY).change is None
    assert not allowed(change(1, 0, 5), [], NOW, policies)


STEPS = st.lists(
    st.tuples(
        st.integers(-200, 200),
        st.sampled_from(["done", "in_flight", "withdrawn", "done"]),
        st.integers(0, 900),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_sequence_of_changes_moves_a_value_beyond_the_limit_within_any_day(
    steps: list[tuple[int, Progress, int]],
) -> None:
    policies = load_policies_once()
    now, value, kept = NOW, 1000, list[Recorded]()
    seen = [(now, value)]

    for number, (delta, progress, minutes) in enumerate(steps):
        now += timedelta(minutes=minutes)
        one = change(number, value, max(0, value + delta), at=now)
        if not allowed(one, kept, now, policies):
            continue
        kept.append(recorded(one, progress, now))
        if progress != "withdrawn":
            value = one.after
            seen.append((now, value))

    for place, (at, start) in enumerate(seen):
        for later, end in seen[place + 1 :]:
            if later - at < DAY:
                assert abs(end - start) <= LIMIT * start + 1e-6


_ONCE: list[PolicySet] = []


def load_policies_once() -> PolicySet:
    if not _ONCE:
        _ONCE.append(load_policies())
    return _ONCE[0]


def test_of_sixteen_changes_begun_at_once_one_goes_through(tmp_path: Path, policies: PolicySet) -> None:
    workspace = Workspace.create(tmp_path / "ws")

    def begin(number: int) -> bool:
        one = change(number)

        def asked(before: tuple[Recorded, ...]) -> None:
            if not allowed(one, list(before), NOW, policies):
                raise Refused("over the limit")

        try:
            Ledger(workspace).begin(one, asked)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        begun = list(pool.map(begin, range(16)))

    assert sum(begun) == 1
    assert [one.progress for one in Ledger(workspace).changes()] == ["in_flight"]


def test_a_change_is_finished_once(tmp_path: Path) -> None:
    ledger = Ledger(Workspace.create(tmp_path / "ws"))
    ledger.begin(change(1), lambda _before: None)

    with pytest.raises(Refused, match="begun before"):
        ledger.begin(change(1), lambda _before: None)
    ledger.finish(change(1).change_id, "withdrawn", NOW)
    for change_id in (change(1).change_id, change(2).change_id):
        with pytest.raises(Refused, match="cannot become done"):
            ledger.finish(change_id, "done", NOW)
    assert ledger.changes() == (recorded(change(1), "withdrawn"),)
