"""The kill switch reaches a campaign that runs in another process, and a killed launch is continued."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, refused, twinpilot

pytestmark = pytest.mark.e2e


def launched_until(folder: Path, plan: str, sentence: str) -> subprocess.Popen[str]:
    """A launch in a process of its own that has just said the sentence."""
    command = [sys.executable, "-m", "app", "--workspace", str(folder), "launch", plan]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert running.stderr is not None
    for line in running.stderr:
        if sentence in line:
            return running
    raise AssertionError(f"the launch ended without saying {sentence!r}")


def approved(folder: Path, plan: str) -> None:
    """Approve the plan."""
    assert twinpilot("approve", plan, "--by", "Ada", "--note", "as planned", workspace=folder).code == 0


def test_a_stopped_campaign_sends_nothing_more(proposed: tuple[Path, str], copy: Callable[[Path], Path]) -> None:
    folder, plan = copy(proposed[0]), proposed[1]
    approved(folder, plan)

    running = launched_until(folder, plan, "tick 8 of")
    stopped = twinpilot("stop", plan, "--by", "Ada", "--note", "wrong price", workspace=folder)
    out, _ = running.communicate(timeout=120)

    assert stopped.code == 0, stopped.err
    assert "was stopped" in out
    row = json.loads(twinpilot("status", "--json", workspace=folder).out)["plans"][0]
    report = json.loads(twinpilot("report", plan, "--json", workspace=folder).out)
    assert row["state"] == "stopped"
    assert 0 < row["sent"] < 9_000
    assert all(check["violations"] == 0 for check in report["audit"]["checks"])
    refused(twinpilot("launch", plan, workspace=folder), "stopped")


def test_a_killed_launch_is_continued_without_sending_twice(
    proposed: tuple[Path, str], copy: Callable[[Path], Path]
) -> None:
    folder, plan = copy(proposed[0]), proposed[1]
    approved(folder, plan)
    running = launched_until(folder, plan, "tick 20 of")
    running.send_signal(signal.SIGKILL)
    running.communicate()

    resumed = twinpilot("launch", plan, "--resume", "--json", workspace=folder)
    report = json.loads(twinpilot("report", plan, "--json", workspace=folder).out)

    assert resumed.code == 0, resumed.err
    assert json.loads(resumed.out)["taken_up"] >= 20
    assert report["measurement"]["final"]
    assert {check["name"] for check in report["audit"]["checks"] if check["violations"]} == set()
