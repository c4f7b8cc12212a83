"""`twinpilot twin fit` over small workspaces: answers, exit codes, and one sentence for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from simulator.fitting.stored import FOLDER
from tests.simulator.fitting.trials import HEADER, lived_in


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin") / "workspace"
    lived_in(folder, 200, ((40, 4), (50, 6), (30, 2), (20, 3)))
    return folder


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(root), "twin", *arguments])


def rows(people: int, lot: int, outcome: str) -> str:
    channel = "email,yes" if lot else ","
    return "".join(
        f"{lot}-{who},{lot},{channel},{int(outcome == 'some' and who % (5 if lot else 8) == 0)},{'1,0,0' if lot else ',,'}\n"
        for who in range(people)
    )


def test_the_table_names_what_was_learnt_and_what_is_only_assumed(root: Path) -> None:
    done = run(root, "fit")
    assert done.exit_code == 0, done.output
    assert "redemptions in 4 past campaigns" in done.stdout
    assert "Not identified by this workspace" in done.stdout
    assert "sleeping_dog_share" in done.stdout
    assert "fitting responses" in done.stderr


def test_the_json_holds_prior_and_posterior_of_every_parameter(root: Path) -> None:
    found = json.loads(run(root, "fit", "--json").stdout)
    by_name = {row["name"]: row for row in found["parameters"]}
    assert by_name["convert_offer"]["identified"]
    assert by_name["incremental_share"]["variance_left"] == 1.0
    assert by_name["weekday_1"]["learnt_from"].startswith("purchases of")
    for row in by_name.values():
        assert row["posterior"]["low"] <= row["posterior"]["mean"] <= row["posterior"]["high"]
    assert any("not identified by this workspace" in line for line in found["not_learnt"])
    assert (root / FOLDER / f"{found['version']}.json").is_file()


def test_a_randomised_test_replaces_the_prior_and_stays(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    lived_in(ws, 60)
    file = tmp_path / "test.csv"
    file.write_text(HEADER + rows(400, 1, "some") + rows(400, 0, "some"))
    first = json.loads(run(ws, "fit", "--test", str(file), "--json").stdout)
    again = json.loads(run(ws, "fit", "--json").stdout)
    assert first["version"] == again["version"]
    by_name = {row["name"]: row for row in first["parameters"]}
    assert by_name["attention_email"]["learnt_from"] == "test.csv"
    assert by_name["attention_email"]["posterior"]["mean"] < by_name["attention_email"]["prior"]["mean"]
    assert by_name["incremental_share"]["identified"]
    assert first["tests"][0]["source"] == "test.csv"


def test_a_test_in_which_nobody_differs_leaves_the_priors_assumptions(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    lived_in(ws, 60)
    file = tmp_path / "same.csv"
    same = "".join(f"s{n},{n % 2},{'email,yes' if n % 2 else ','},1\n" for n in range(200))
    file.write_text("person_id,treated,channel,offer,conversions\n" + same)

    found = json.loads(run(ws, "fit", "--test", str(file), "--json").stdout)

    by_name = {row["name"]: row for row in found["parameters"]}
    assert not any(by_name[name]["identified"] for name in ("sleeping_dog_loss", "attention_email", "creative_spread"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEADER + rows(5, 1, "some"), "no control"),
        (HEADER + rows(5, 1, "some") + "x,0,,,-1,,,\n", "below 0"),
        (HEADER + rows(5, 1, "some") + "x,0,,,NaN,,,\n", "no finite number"),
        ("\xff\xfe\x00", "no rows"),
    ],
)
def test_a_bad_test_file_exits_with_2_and_keeps_nothing(tmp_path: Path, text: str, says: str) -> None:
    ws = tmp_path / "ws"
    lived_in(ws, 10)
    file = tmp_path / "test.csv"
    file.write_text(text)
    done = run(ws, "fit", "--test", str(file))
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert not (ws / FOLDER).exists()


@pytest.mark.parametrize("outcome", ["none", "some"])
def test_three_people_or_constant_outcomes_are_fitted_with_their_limits_said(tmp_path: Path, outcome: str) -> None:
    ws = tmp_path / "ws"
    lived_in(ws, 0)
    people = 3 if outcome == "some" else 300
    file = tmp_path / "test.csv"
    file.write_text(HEADER + rows(people, 1, outcome) + rows(people, 0, outcome))
    found = json.loads(run(ws, "fit", "--test", str(file), "--json").stdout)
    said = " ".join(found["not_learnt"])
    assert ("3 people in control" if outcome == "some" else "nobody's conversions differ") in said
    assert "0 whole weeks" in said
    assert found["tests"] == []
