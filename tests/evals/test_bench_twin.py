"""The twin's benchmark at its smallest: rows, peers that live through the same month, peers that are missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from campaigns.errors import BadInput
from evals.bench import NAMES, run
from evals.bench import twin as bench
from evals.bench.naive import Lived

TINY = bench.Scale(((200, 1), (400, 1)), 200, 500, (500, 2), (4, 200))


def test_every_case_has_a_row_and_every_peer_lives_through_the_same_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.SCALES, "quick", TINY)
    result = run("twin", lambda _: None, "quick")
    assert result["bench"] == "twin" in NAMES
    assert "load" in str(result["machine"])
    rows = result["rows"]
    assert isinstance(rows, list)
    assert all(set(row) == {"case", "metric", "better", "ours", "peer", "peer_name", "ratio"} for row in rows)
    named = [str(row["peer_name"]).split()[0] for row in rows if row["metric"] == "customer-days/s"]
    assert named == ["naive", "naive", "mesa", "salabim"]
    assert all(row["ours"] > 0 for row in rows)
    told = " ".join(str(row["case"]) for row in rows)
    for words in (
        "response alone, every effect",
        "engine, decisions",
        "2 of 200 paired runs measured",
        "extrapolated from 2",
    ):
        assert words in told
    assert rows[-1]["metric"] == "runs' cost saved, factor"
    assert json.dumps(result)


def test_a_missing_peer_gets_a_row_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.SCALES, "quick", replace(TINY, simpy=((200, 1),)))
    monkeypatch.setattr(bench, "_peers", lambda: {"mesa": None, "salabim": None})
    monkeypatch.setattr(bench, "_alone", lambda *_: [])
    monkeypatch.setattr(bench, "_paired", lambda *_: [])
    missing = [row for row in bench.run_twin(lambda _: None, "quick")["rows"] if row["ratio"] is None]  # type: ignore[attr-defined]
    assert len(missing) == 2
    assert all("pip install 'twinpilot[bench]'" in row["peer_name"] for row in missing)


def test_a_peer_that_lives_through_another_month_ends_the_run() -> None:
    with pytest.raises(RuntimeError, match="idle lives through another month"):
        bench._same("idle", lambda *_: Lived(), bench.parameters())


def test_a_measurement_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="The measurement response many failed"):
        bench.measured(("response", "many"))


def test_sizes_are_for_the_benchmark_that_has_them() -> None:
    with pytest.raises(BadInput, match="'policy' has one size; leave out --quick"):
        run("policy", lambda _: None, "quick")
    both = [sys.executable, "-m", "app", "bench", "twin", "--quick", "--full"]
    done = subprocess.run(both, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 2
    assert "contradict each other" in done.stderr
