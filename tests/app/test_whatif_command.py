"""`twinpilot twin whatif` and what a launch teaches the twin, over small workspaces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from campaigns.store import Store
from campaigns.workspace import Workspace
from simulator.fitting.live import campaign
from simulator.fitting.stored import kept_trials
from tests.builders import plan, snapshot
from tests.delivery.launchable import approved, launchable
from tests.simulator.fitting.trials import lived_in
from tools.creative.propose import propose_creatives

PLAN = "p-0123456789"
PEOPLE = 120


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ws = lived_in(tmp_path_factory.mktemp("whatif") / "workspace", 60, people=PEOPLE)
    like = plan(PEOPLE)
    offers, creatives = propose_creatives(like.brief, like.audience, ws.settings)
    approved(ws, snapshot(PEOPLE), offers=offers, creatives=creatives)
    return ws.root


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(root), "twin", "whatif", *arguments])


def test_the_answer_is_a_table_with_sentences_and_two_files(root: Path, tmp_path: Path) -> None:
    done = run(root, PLAN, "--budget", "0.05,1", "--audience", "0.5,1", "--runs", "10", "--out", str(tmp_path / "out"))

    assert done.exit_code == 0, done.output
    assert "Half of the audience (the best people)" in done.stdout
    assert "outside the twin's support" in " ".join(done.stdout.split()), "120 people are fewer than it was tested on"
    assert "Policy would say go at none of these points." in done.stdout
    assert "rehearsed 4 of 4 points" in done.stderr
    assert (tmp_path / "out" / "whatif.png").read_bytes().startswith(b"\x89PNG")
    kept = json.loads((tmp_path / "out" / "whatif.json").read_text())
    assert len(kept["points"]) == 4
    assert kept["surfaces"]["net_margin_micros"]["left_out_error"] >= 0


def test_the_json_marks_the_plan_and_shows_what_is_refused_without_numbers(root: Path, tmp_path: Path) -> None:
    done = run(root, PLAN, "--cadence", "1,2,5", "--runs", "10", "--out", str(tmp_path), "--json")

    found = json.loads(done.stdout)
    by_cadence = {point["cadence"]: point for point in found["points"]}
    assert by_cadence[2]["present"]
    assert by_cadence[2]["of_present"] in (None, {"value": 1.0, "low": 1.0, "high": 1.0})
    assert "frequency_cap" in by_cadence[5]["refused"][0]
    assert "net_margin_micros" not in by_cadence[5]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("p-9999999999",), "There is no plan"),
        ((PLAN, "--budget", "0"), "budget factor of 0"),
        ((PLAN, "--budget", "half"), "'half' is no budget"),
        ((PLAN, "--cadence", "1.5"), "whole numbers"),
        ((PLAN, "--cadence", "inf"), "whole numbers"),
        ((PLAN, "--audience", "2"), "does not know"),
        ((PLAN, "--audience", "0.1"), "at least 50 people"),
        ((PLAN, "--budget", "1,2,3,4,5,6,7,8", "--audience", "0.5,0.6,0.7,0.8,0.9,1", "--depth", "1,2"), "at most 60"),
        ((PLAN, "--runs", "3"), "3 runs"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(root: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(root, *arguments)

    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert not list(root.glob("whatif/*"))


def test_a_launch_fits_the_twin_anew_from_its_holdout_and_says_so(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=PEOPLE)

    done = CliRunner().invoke(build(), ["launch", made.plan_id, "--workspace", str(ws.root), "--json"])

    assert done.exit_code == 0, done.output
    assert "The twin is fitted anew" in done.stderr
    assert json.loads(done.stdout)["plan_id"] == made.plan_id
    after = Workspace.open(ws.root)
    assert Store(after).record(made.plan_id).state == "completed"
    assert campaign(made.plan_id) in {trial.source for trial in kept_trials(after)}


def test_a_fit_that_fails_after_a_launch_is_said_and_the_launch_stands(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", people=60)
    (ws.folder("twin") / "current.json").write_text("damaged")

    done = CliRunner().invoke(build(), ["launch", made.plan_id, "--workspace", str(ws.root)])

    assert done.exit_code == 0, done.output
    assert "The twin was not fitted anew" in done.stderr
    assert Store(Workspace.open(ws.root)).record(made.plan_id).state == "completed"
