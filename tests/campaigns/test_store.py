from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.approval import Approval
from campaigns.errors import BadInput, Refused
from campaigns.finding import Finding
from campaigns.lifecycle import State
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.builders import NOW, plan

MADE = plan()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Workspace.create(tmp_path / "ws"))


def drafted(store: Store, made: Plan = MADE) -> Plan:
    store.begin(made.plan_id, made.goal.words, NOW)
    store.save_plan(made)
    return made


def moved(store: Store, *states: State) -> None:
    for state in states:
        store.move(MADE.plan_id, state, "test", NOW)


def approval(**changes: object) -> Approval:
    fields: dict[str, object] = {
        "plan_id": MADE.plan_id, "plan_hash": MADE.hash, "decision": "approve", "by": "Ada", "at": NOW,
        "until": NOW + timedelta(days=7), "scope": "launch",
    }  # fmt: skip
    return Approval(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_plan_comes_back_as_it_was_written(store: Store) -> None:
    drafted(store)

    assert store.plan(MADE.plan_id) == MADE
    assert not store.begin(MADE.plan_id, "other words", NOW)
    assert [step.state for step in store.life(MADE.plan_id)] == ["draft"]


def test_an_unknown_plan_is_named_with_those_there_are(store: Store) -> None:
    with pytest.raises(BadInput, match=r'make one with `twinpilot plan "GOAL"`'):
        store.record("p-ffffffffff")
    drafted(store)
    with pytest.raises(BadInput, match=f"the plans here are {MADE.plan_id}"):
        store.record("p-ffffffffff")


def test_a_part_is_written_once_per_revision(store: Store) -> None:
    store.put_part("p-1", 0, "brief", {"a": 1})
    store.put_part("p-1", 0, "brief", {"a": 2})
    store.put_part("p-1", 1, "brief", {"a": 3})

    assert [store.part("p-1", revision, "brief") for revision in (0, 1, 2)] == ['{"a":1}', '{"a":3}', None]


def test_only_a_draft_can_be_written(store: Store) -> None:
    drafted(store)
    moved(store, "checked")

    with pytest.raises(Refused, match="is checked, and only a draft can be written"):
        store.save_plan(MADE)


@pytest.mark.parametrize("change", ["replace(body, 'marketing', 'Marketing')", "substr(body, 2)"])
def test_changed_bytes_of_a_stored_plan_are_refused(store: Store, change: str) -> None:
    drafted(store)
    with store.workspace.session() as session:
        session.connection().exec_driver_sql(f"UPDATE plan SET body = {change}")

    with pytest.raises(Refused, match="changed; plan the goal again"):
        store.plan(MADE.plan_id)


def test_of_two_who_take_the_same_step_at_once_one_is_refused(store: Store) -> None:
    drafted(store)

    def take() -> str:
        try:
            store.move(MADE.plan_id, "checked", "test", NOW)
        except Refused:
            return "refused"
        return "taken"

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(take) for _ in range(4)]]

    assert sorted(results) == ["refused", "refused", "refused", "taken"]
    assert [step.state for step in store.life(MADE.plan_id)] == ["draft", "checked"]


def test_an_approval_is_used_once_and_sets_the_plan_live(store: Store) -> None:
    drafted(store)
    moved(store, "checked", "rehearsed", "proposed", "approved")
    store.save_approval(approval())

    assert store.use_approval(MADE, NOW, "Ada") == approval()
    assert store.record(MADE.plan_id).state == "live"
    with pytest.raises(Refused, match="launched already"):
        store.use_approval(MADE, NOW, "Ada")


@pytest.mark.parametrize(
    ("changes", "after", "said"),
    [
        (None, 0, "has no approval"),
        ({"decision": "reject"}, 0, "was rejected by Ada"),
        ({"plan_hash": "a" * 64}, 0, "for hash aaaaaaaaaaaa"),
        ({}, 7, "ended at"),
    ],
)
def test_an_approval_that_does_not_fit_is_refused_and_stays_unused(
    store: Store, changes: dict[str, object] | None, after: int, said: str
) -> None:
    drafted(store)
    moved(store, "checked", "rehearsed", "proposed", "approved")
    if changes is not None:
        store.save_approval(approval(**changes))

    with pytest.raises(Refused, match=said):
        store.use_approval(MADE, NOW + timedelta(days=after), "Ada")
    assert store.record(MADE.plan_id).state == "approved"


def test_findings_come_back_for_the_hash_they_were_made_for(store: Store) -> None:
    finding = Finding(rule="r", severity="warn", subject="plan", observed="1", limit="2", remedy="less")
    store.save_findings(MADE.hash, "2" * 64, (finding,))

    assert store.findings(MADE.hash) == (finding,)
    assert store.findings("0" * 64) is None


def test_the_clock_is_what_was_set_in_utc(store: Store) -> None:
    with pytest.raises(BadInput, match="has no data yet"):
        store.now()

    store.set_clock(NOW)

    assert store.now() == NOW
    assert store.now().utcoffset() == timedelta(0)
