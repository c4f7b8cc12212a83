"""64 processes on shared accounts, killed at random: no account is overspent, no message sent twice, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.workspace import Workspace
from evals.ledger.storm import storm
from tests.servers import Database

pytestmark = pytest.mark.e2e
WORKERS, SECONDS = 64, 8.0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_kill_makes_the_ledger_overspend_send_twice_or_lose(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "postgresql":
        database: Database = request.getfixturevalue("database")
        monkeypatch.setenv("TWINPILOT_STATE_URL", database())
    ws = Workspace.create(tmp_path / "ws")

    lived = storm(ws, WORKERS, SECONDS, seed=2017)

    assert lived.database == kind
    assert set(lived.wrong.model_dump().values()) == {0}, lived
    assert lived.failed == 0
    assert lived.killed >= WORKERS
    assert lived.reconciled > 0
    assert lived.accepted > 200
