"""`twinpilot twin passport` over small workspaces: what it shows without a plan, and one sentence for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from tests.simulator.fitting.trials import lived_in


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin") / "workspace"
    lived_in(folder, 200, ((40, 4), (50, 6), (30, 2), (20, 3)))
    return folder


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(root), "twin", "passport", *arguments])


def test_without_a_plan_it_says_what_the_history_holds_and_what_it_could_not_teach(root: Path) -> None:
    done = run(root)
    assert done.exit_code == 0, done.output
    assert "Earlier campaigns foretold" in done.stdout
    assert "by which channel" in " ".join(done.stdout.split())


def test_the_json_holds_the_marks_the_region_and_the_sentences(root: Path) -> None:
    found = json.loads(run(root, "--json").stdout)
    assert found["region"]["campaigns"] == 4
    assert found["campaign_coverage_80"]["unit"] == "share"
    assert found["not_learnt"]
    assert "coverage" not in found


def test_the_same_workspace_gives_the_same_bytes(root: Path) -> None:
    assert run(root, "--json").stdout == run(root, "--json").stdout


def test_an_unknown_plan_is_refused(root: Path) -> None:
    done = run(root, "p-0123456789")
    assert done.exit_code != 0
