"""The suite `budget` and the benchmark `allocate` on few markets and instances: same seed, same bytes, gates that can fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.bench import NAMES, run
from evals.bench.allocate import run_allocate
from evals.budget.lived import RULES, equal, live, oracle
from evals.budget.suite import gates_of, run_budget
from evals.budget.worlds import market
from evals.suites import NAMES as SUITES


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple:
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "other")]
    return tuple((run_budget(folder, 5, lambda _: None, worlds=1), folder) for folder in folders)


def test_the_suite_passes_on_few_markets_and_repeats_its_bytes(results: tuple) -> None:
    (first, one), (_, other) = results
    assert first.passed, [gate for gate in first.gates if not gate.passed]
    assert "budget" in SUITES
    for name in ("budget.json", "budget.md"):
        assert (Path(one) / name).read_bytes() == (Path(other) / name).read_bytes()


def test_money_that_moves_in_a_null_market_fails_its_gate(results: tuple) -> None:
    samples = results[0][0].samples
    restless = tuple(one.model_copy(update={"moved": one.moved | {"twinpilot": 0.2}}) for one in samples)
    assert {gate.name for gate in gates_of(restless) if not gate.passed} == {
        "money moved a week, null market",
        "money moved a week, no information market",
    }


def test_no_rule_beats_the_oracle_and_a_null_market_has_nothing_to_gain() -> None:
    null, planted = (market(kind, np.random.default_rng(3)) for kind in ("null", "planted"))
    assert live(null, equal, 1).regret == pytest.approx(0, abs=1e-6)
    assert live(planted, equal, 1).regret > 0
    assert oracle(planted).sum() <= 2_000_000_000
    assert set(RULES) == {"twinpilot", "equal split", "last-click greedy", "greedy"}


def test_the_benchmark_reports_gaps_and_ratios() -> None:
    result = run_allocate(lambda _: None, {10: 2}, 4)
    rows = result["rows"]
    assert result["bench"] == "allocate" in NAMES
    assert isinstance(rows, list)
    gaps = [row for row in rows if row["peer_name"] == "limit" and "gap" in row["metric"]]
    assert len(gaps) == 4
    assert all(row["ours"] <= row["peer"] for row in gaps)
    assert any(row["peer_name"] == "scipy SLSQP with gradient" and row["metric"] == "median ms" for row in rows)
    with pytest.raises(Exception, match="one size"):
        run("allocate", lambda _: None, "quick")
