"""`kill -9` while planning: the next run continues, repeats no finished step, and ends in the same bytes."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.agents import dying
from tests.agents.conftest import Planned

ROOT = Path(__file__).resolve().parents[2]
KILLED = -9


def run(workspace: Workspace, log: Path, point: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, dying.__file__, str(ROOT), str(workspace.root), str(log), point]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_killed_three_times_it_ends_in_the_plan_of_an_unkilled_run(
    shop: Workspace, planned: Planned, tmp_path: Path
) -> None:
    log = tmp_path / "log"

    codes = [run(shop, log, point).returncode for point in ("in:audience", "before:budget", "rehearse")]
    last = run(shop, log, "never")

    assert codes == [KILLED] * 3
    assert last.returncode == 0, last.stderr
    # Only the tool that was in flight, its part computed and not yet kept, ran twice.
    assert Counter(log.read_text().split()) == {
        "audience": 2,
        "creative": 1,
        "experiment": 1,
        "budget": 1,
        "rehearse": 1,
    }
    store = Store(shop)
    before = Store(Workspace.open(planned.root))
    assert [record.plan_id for record in store.plans()] == [planned.outcome.plan_id]
    assert store.record(planned.outcome.plan_id).body == before.record(planned.outcome.plan_id).body
    assert store.record(planned.outcome.plan_id).state == "proposed"
    assert "Continuing" in last.stdout
