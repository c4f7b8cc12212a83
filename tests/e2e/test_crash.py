"""A planning process that is killed is continued by the same command: one plan, and the bytes of an undisturbed run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, twinpilot
from tools.data.sample_goal import SAMPLE_GOAL

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("sentence", ["Audience:", "rehearsed 50 of"])
def test_a_killed_planning_run_is_continued(
    sample: Path, proposed: tuple[Path, str], copy: Callable[[Path], Path], sentence: str
) -> None:
    folder = copy(sample)
    command = [sys.executable, "-m", "app", "--workspace", str(folder), "plan", SAMPLE_GOAL, "--json"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stderr is not None
        until = time.monotonic() + 120
        for line in running.stderr:
            if sentence in line or time.monotonic() > until:
                break
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL

    done = twinpilot("plan", SAMPLE_GOAL, "--json", workspace=folder)

    assert done.code == 0, done.err
    assert done.out == twinpilot("show", proposed[1], "--json", workspace=proposed[0]).out
    assert len(json.loads(twinpilot("plans", "--json", workspace=folder).out)["plans"]) == 1
    assert "Audience:" not in done.err, "a finished step was repeated"
