from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import build
from campaigns.store import Store
from tests.delivery.launchable import launchable


@pytest.mark.parametrize("which", ["p-0123456789", "--all"])
def test_an_approved_plan_that_is_stopped_is_rejected_and_said_so(tmp_path: Path, which: str) -> None:
    ws, made = launchable(tmp_path / "ws", people=20)

    said = CliRunner().invoke(
        build(), ["stop", which, "--workspace", str(ws.root), "--by", "Ada", "--note", "a mistake"]
    )

    assert said.exit_code == 0, said.output
    assert f"Plan {made.plan_id} is rejected: its approval is withdrawn" in said.output
    step = Store(ws).life(made.plan_id)[-1]
    assert (step.state, step.by, step.note) == ("rejected", "Ada", "a mistake")
