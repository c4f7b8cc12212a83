"""Each bad input is one clear sentence with exit code 2, and leaves the workspace as it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import contents, refused, twinpilot

pytestmark = pytest.mark.e2e

POPULATION = "Get households that have not bought fresh seafood in sixteen weeks to buy some"
GOAL = POPULATION + ", at most {money}, email and push, maximise conversions by the end of {end}"


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (GOAL.format(money="$-50", end="November 2017"), ("-50",)),
        (GOAL.format(money="$0", end="November 2017"), ("0",)),
        (GOAL.format(money="$1e309", end="November 2017"), ("1e309",)),
        (GOAL.format(money="5,000 XYZ", end="November 2017"), ("XYZ",)),
        (GOAL.format(money="$5,000", end="March 2017"), ("2017-03-31",)),
        (GOAL.format(money="$5,000", end="November 2017") + ", no email, email only", ("no email", "email only")),
        (GOAL.format(money="$5,00,000", end="November 2017"), ("$5,00,000",)),
        (GOAL.format(money="$5,000", end="November 2017") + ", exclude staff", ("'exclude staff'", "not understood")),
        ("   ", ()),
    ],
    ids=["negative", "zero", "endless", "currency", "past", "contradiction", "separators", "unread", "empty"],
)
def test_a_goal_that_cannot_be_planned(sample: Path, goal: str, words: tuple[str, ...]) -> None:
    before = contents(sample)

    refused(twinpilot("plan", goal, workspace=sample), *words)

    assert contents(sample) == before


def test_a_goal_without_budget_or_deadline_is_never_filled_in_silently(sample: Path) -> None:
    brief = json.loads(twinpilot("brief", POPULATION + " by email", "--json", workspace=sample).out)

    said = " ".join([*brief["questions"], *(assumption["field"] for assumption in brief["assumptions"])]).lower()
    assert "budget" in said or "spend" in said
    assert "window" in said or "deadline" in said or "until" in said
    assert len(brief["questions"]) <= 1


def test_an_empty_audience(sample: Path) -> None:
    goal = "Win back households that have not shopped for 90 weeks, at most $5,000, email, maximise conversions by the end of November 2017"

    refused(twinpilot("plan", goal, workspace=sample))


def test_a_file_that_lacks_a_needed_column(sample: Path, tmp_path: Path, copy: Callable[[Path], Path]) -> None:
    folder = copy(sample)
    source = tmp_path / "own"
    source.mkdir()
    (source / "people.csv").write_text("name\nAda\n", encoding="utf-8")
    (source / "events.csv").write_text("person_id,kind,occurred_at\n1,purchase,2017-01-01\n", encoding="utf-8")
    before = contents(folder)

    refused(twinpilot("data", "load", str(source), workspace=folder), "people", "person_id")

    assert contents(folder) == before


@pytest.mark.parametrize("name", ["twinpilot.toml", "state.db", "data.duckdb"])
def test_a_damaged_workspace(sample: Path, copy: Callable[[Path], Path], name: str) -> None:
    folder = copy(sample)
    for beside in folder.glob(f"{name}-*"):
        beside.unlink()
    (folder / name).write_bytes(b"\x00 not what it was" * 512)

    refused(
        twinpilot("plan", GOAL.format(money="$5,000", end="November 2017"), workspace=folder),
        "workspace" if name != "data.duckdb" else "data",
    )


def test_no_workspace_at_all(tmp_path: Path) -> None:
    refused(twinpilot("plans", workspace=tmp_path / "nowhere"), "nowhere", "init")


def test_a_workspace_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("not a folder", encoding="utf-8")

    refused(twinpilot("init", "--sample", workspace=path))


def test_an_approval_for_another_hash(proposed: tuple[Path, str]) -> None:
    folder, plan = proposed
    before = contents(folder)

    refused(twinpilot("approve", plan, "--by", "Ada", "--hash", "0" * 64, workspace=folder), "0" * 12)

    assert contents(folder) == before


def test_a_launch_without_approval(proposed: tuple[Path, str]) -> None:
    folder, plan = proposed
    before = contents(folder)

    refused(twinpilot("launch", plan, workspace=folder), plan, "approv")

    assert contents(folder) == before


def test_a_plan_whose_bytes_were_changed_after_its_approval(
    proposed: tuple[Path, str], copy: Callable[[Path], Path]
) -> None:
    folder, plan = copy(proposed[0]), proposed[1]
    assert twinpilot("approve", plan, "--by", "Ada", "--note", "as planned", workspace=folder).code == 0
    with sqlite3.connect(folder / "state.db") as state:
        state.execute(
            "UPDATE plan SET body = replace(body, '\"max_contacts_per_week\":2', '\"max_contacts_per_week\":3')"
        )
    state.close()

    refused(twinpilot("launch", plan, workspace=folder), plan, "changed")


def test_a_plan_that_does_not_exist(sample: Path) -> None:
    for command in (("show",), ("launch",), ("report",), ("approve", "--by", "Ada"), ("stop",)):
        refused(twinpilot(command[0], "p-0000000000", *command[1:], workspace=sample), "p-0000000000")
