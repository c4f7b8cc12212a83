"""Plan time, twin and send time say the same of every contact, and the comparison would see it if they did not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from campaigns.workspace import Workspace
from delivery.books_columns import ColumnBooks
from delivery.outbox.books_sql import SqlBooks
from evals import masks
from evals.masks import compare, joined, random_life, run_masks
from policies.load import load_policies


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace whose database keeps the books."""
    ws = Workspace.create(tmp_path / "workspace")
    yield ws
    ws.engine.dispose()


def differing(ws: Workspace, plans: int = 4) -> int:
    """Differences over a few random plans."""
    policies = load_policies()
    return sum(compare(random_life(5, number, policies), ws, policies).differences for number in range(plans))


def test_the_three_masks_of_every_contact_are_the_same() -> None:
    found = joined(list(run_masks(11, 25, lambda _line: None)))

    assert found.differences == 0, found.first_difference
    assert found.plans == 25
    assert found.contacts > 2_500
    assert found.allowed > 0.05 * found.contacts
    assert len(found.fired) >= 15


def test_the_same_seed_makes_the_same_life(workspace: Workspace) -> None:
    policies = load_policies()

    first, second = (random_life(7, 3, policies) for _ in range(2))

    assert first.plan.hash == second.plan.hash
    assert first.frame.equals(second.frame)
    assert compare(first, workspace, policies) == compare(second, workspace, policies)


def test_another_clock_at_plan_time_is_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = masks._clocks
    monkeypatch.setattr(masks, "_clocks", lambda frame, at: real(frame, at).with_columns(pl.col("local_minute") // 2))

    assert differing(workspace) > 0


def test_a_week_of_another_length_in_the_twin_is_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("delivery.books_columns.DAY", 3_600)

    assert differing(workspace) > 0


def test_withdrawals_that_the_send_does_not_see_are_seen_here(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlBooks, "record", lambda self, outcomes: None)

    assert differing(workspace) > 0


def test_money_that_the_twin_forgets_is_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = ColumnBooks.account
    monkeypatch.setattr(ColumnBooks, "account", lambda self: type(real(self))(10**12, 0, 0, real(self).cell_used))

    assert differing(workspace, 8) > 0
