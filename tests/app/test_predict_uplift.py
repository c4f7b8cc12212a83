"""`twinpilot predict uplift` on small test files: the card, the advice, and one sentence for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from campaigns.workspace import Workspace
from tools.prediction.uplift_kept import kept_of


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["predict", "uplift", *arguments])


def file_of(folder: Path, slope: float) -> str:
    rng = np.random.default_rng(5)
    x, arm = rng.standard_normal((3_000, 2)), rng.integers(0, 2, 3_000)
    margin = 1.0 + arm * (0.5 + slope * x[:, 0]) + rng.standard_normal(3_000)
    rows = [f"{a},{m:.4f},{u:.4f},{v:.4f}" for a, m, (u, v) in zip(arm, margin, x, strict=True)]
    path = folder / "test.csv"
    path.write_text("\n".join(["treated,margin,recency,spend", *rows]) + "\n", encoding="utf-8")
    return str(path)


GIVEN = ("--features", "recency,spend", "--chances", "0=0.5,1=0.5")


def test_a_planted_difference_may_choose_people(tmp_path: Path) -> None:
    path = file_of(tmp_path, slope=1.0)
    shown, told = run(path, *GIVEN), json.loads(run(path, *GIVEN, "--json").stdout)

    assert shown.exit_code == 0, shown.output
    assert "Choose by predicted uplift." in shown.stdout
    assert "Qini" in shown.stdout
    (card,) = told["arms"]
    assert (card["advice"], card["usable"], card["people"], len(card["tenths"])) == ("choose", True, 3_000, 10)
    assert card["qini"]["low"] > 0


def test_a_kept_uplift_is_in_the_workspace_and_one_of_other_columns_is_refused(tmp_path: Path) -> None:
    ws = Workspace.create(tmp_path / "ws")
    path = Path(file_of(tmp_path, slope=1.0))
    other = run(str(path), *GIVEN, "--keep", "--workspace", str(ws.root))
    path.write_text(path.read_text().replace("recency", "recency_days").replace("spend", "pre_conversions"))
    given = ("--features", "recency_days,pre_conversions", "--chances", "0=0.5,1=0.5")
    only = run(str(path), *given, "--workspace", str(ws.root))
    assert kept_of(ws) is None
    kept = run(str(path), *given, "--keep", "--workspace", str(ws.root))

    assert (other.exit_code, only.exit_code, kept.exit_code) == (2, 0, 0)
    assert "is in no snapshot" in other.output
    found = kept_of(ws)
    assert found is not None
    assert f"Kept as {found.ref}" in kept.stdout


@pytest.mark.parametrize(("cost", "advice"), [("0.1", "contact everybody"), ("2", "contact nobody")])
def test_where_nobody_differs_it_says_all_or_none(tmp_path: Path, cost: str, advice: str) -> None:
    shown = run(file_of(tmp_path, slope=0.0), *GIVEN, "--cost", cost)
    assert shown.exit_code == 0, shown.output
    assert f"No usable heterogeneity: {advice}" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--features", "recency"), "no column 'propensity'"),
        (("--features", "recency", "--chances", "half"), "cannot be read"),
        (("--features", "recency", "--chances", "0=0,1=1"), "above 0 and below 1"),
        (("--chances", "0=0.5,1=0.5"), "No feature is named"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run(file_of(tmp_path, slope=1.0), *arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
