"""The twin blocks and sends the very contacts that the sandbox does, no socket is opened, and a difference would be seen."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.workspace import Workspace
from delivery.books_columns import ColumnBooks
from delivery.outbox.books_sql import SqlBooks
from evals.masks import random_life
from evals.replay import Sockets, joined, replayed, run_replays
from policies.load import load_policies


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace whose database keeps the books."""
    ws = Workspace.create(tmp_path / "workspace")
    yield ws
    ws.engine.dispose()


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process in which nobody gets a socket."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def differing(ws: Workspace, plans: int = 6) -> int:
    """Differences over a few random plans."""
    policies = load_policies()
    return sum(replayed(random_life(5, number, policies), ws, policies).differences for number in range(plans))


@pytest.mark.usefixtures("no_sockets")
def test_twin_and_sandbox_block_the_same_contacts_without_a_socket() -> None:
    found = joined(list(run_replays(11, 25, lambda _line: None)))

    assert (found.differences, found.sockets) == (0, 0), found.first_difference
    assert found.plans == 25
    assert found.blocked > 250
    assert found.delivered > 250
    assert found.left > 25


def test_sandbox_books_that_forget_departures_are_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlBooks, "record", lambda self, outcomes: None)

    assert differing(workspace) > 0


def test_a_week_of_another_length_in_the_twin_is_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("delivery.books_columns.DAY", 3_600)

    assert differing(workspace) > 0


def test_money_that_the_twin_forgets_is_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = ColumnBooks.account
    monkeypatch.setattr(ColumnBooks, "account", lambda self: type(real(self))(10**12, 0, 0, real(self).cell_used))

    assert differing(workspace, 10) > 0


def test_an_attempt_to_use_the_network_is_counted() -> None:
    watch = Sockets()

    socket.socket().close()

    assert watch.opened > 0
