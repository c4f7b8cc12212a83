"""The demo stops for a person when asked to, continues from there, and is not run twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import contents, twinpilot

pytestmark = pytest.mark.e2e


def test_the_demo_waits_for_a_person_and_goes_on(proposed: tuple[Path, str], copy: Callable[[Path], Path]) -> None:
    folder, plan = copy(proposed[0]), proposed[1]

    paused = twinpilot("demo", "--pause", workspace=folder)
    still = json.loads(twinpilot("status", "--json", workspace=folder).out)["plans"]
    approved = twinpilot("approve", plan, "--by", "Ada", workspace=folder)
    finished = twinpilot("demo", workspace=folder)
    again = twinpilot("demo", workspace=folder)

    assert paused.code == 0, paused.err
    assert f"twinpilot approve {plan} --by YOUR-NAME --workspace {folder}" in paused.out
    assert [row["state"] for row in still] == ["proposed"]
    assert approved.code == 0, approved.err
    assert "Approved by Ada" in finished.out
    assert finished.out.rstrip().endswith(f"{plan}.html")
    assert again.code == 0
    assert "the plan is completed" in again.out


def test_the_demo_leaves_other_data_alone(tmp_path: Path) -> None:
    source, folder = tmp_path / "own", tmp_path / "workspace"
    source.mkdir()
    (source / "people.csv").write_text("person_id,time_zone\n1,America/Chicago\n", encoding="utf-8")
    (source / "events.csv").write_text("person_id,occurred_at,revenue\n1,2017-01-01T10:00:00Z,5\n", encoding="utf-8")
    loaded = twinpilot("data", "load", str(source), workspace=folder)
    before = contents(folder)

    done = twinpilot("demo", workspace=folder)

    assert loaded.code == 0, loaded.err
    assert done.code == 2
    assert "holds other data" in done.err
    assert contents(folder) == before
