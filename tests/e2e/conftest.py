"""A workspace with the sample data, and one with a proposed plan, each made once through the command line."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.data.sample_goal import SAMPLE_GOAL

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def twinpilot(*arguments: str, workspace: Path) -> Done:
    """Run the real command in a process of its own."""
    command = [sys.executable, "-m", "app", "--workspace", str(workspace), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env=environment, cwd=workspace.parent
    )
    return Done(done.returncode, done.stdout, done.stderr)


def contents(workspace: Path) -> dict[str, str]:
    """What the workspace holds: the rows of its state and the digest of every other file, lock files aside."""
    held = {}
    for path in sorted(workspace.rglob("*")):
        if path.is_file() and not path.name.endswith((".db", "-wal", "-shm", ".lock")):
            held[str(path.relative_to(workspace))] = hashlib.sha256(path.read_bytes()).hexdigest()
    if (workspace / "state.db").exists():
        with sqlite3.connect(workspace / "state.db") as state:
            held["state"] = hashlib.sha256("\n".join(state.iterdump()).encode()).hexdigest()
        state.close()
    return held


def refused(done: Done, *words: str) -> None:
    """Assert one clear sentence with these words, exit code 2, no traceback and no answer."""
    sentences = [
        line for line in done.err.splitlines() if line and not line.startswith("  ") and not line.endswith("...")
    ]
    assert done.code == 2, done.err
    assert len(sentences) == 1, done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    for word in words:
        assert word in sentences[0]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample data; not to be changed."""
    folder = tmp_path_factory.mktemp("sample") / "workspace"
    done = twinpilot("init", "--sample", workspace=folder)
    assert done.code == 0, done.err
    return folder


@pytest.fixture(scope="session")
def proposed(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace with the demo's plan, which waits for a decision, and the plan's id; not to be changed."""
    import json

    folder = tmp_path_factory.mktemp("proposed") / "workspace"
    shutil.copytree(sample, folder)
    done = twinpilot("plan", SAMPLE_GOAL, "--json", workspace=folder)
    assert done.code == 0, done.err
    return folder, json.loads(done.out)["plan_id"]


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Makes a workspace's copy that a test may change."""

    def make(source: Path) -> Path:
        return Path(shutil.copytree(source, tmp_path / "workspace"))

    return make
