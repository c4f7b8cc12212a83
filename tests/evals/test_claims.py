"""The suite's gates hold in a small run, fail where a method fails, and its files are the same bytes again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.claims import peeking
from evals.claims.row import Row
from evals.claims.suite import Sizes, gates_of, measure, run_claims
from evals.suites import NAMES

SMALL = Sizes(peeking=400, adjusted=60, planned=2_000, families=4, ratios=400, learning=40, designs=150, factorials=40)
TINY = Sizes(peeking=20, adjusted=2, planned=50, families=1, ratios=20, learning=2, designs=4, factorials=2)
CHANCE = ("planted effect inside", "truth inside at every planned look", "factorial", "false claims of planned looks")
"""Gates that so few runs may miss by chance."""


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return measure(3, lambda _: None, SMALL)


def test_a_small_run_meets_its_gates(rows: tuple[Row, ...]) -> None:
    missed = [gate.name for gate in gates_of(rows) if not gate.passed]
    assert not [name for name in missed if not any(word in name for word in CHANCE)]


def test_a_sequence_that_claims_as_much_as_the_usual_test_fails_its_gate(rows: tuple[Row, ...]) -> None:
    bad = tuple(
        row.model_copy(update={"value": 0.4}) if (row.method, row.what) == (peeking.SEQUENCE, peeking.FALSE) else row
        for row in rows
    )
    assert not gates_of(bad)[0].passed


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    one, again = (run_claims(tmp_path / name, 3, lambda _: None, TINY) for name in ("one", "again"))
    for name in ("claims.json", "claims.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    told = json.loads(Path(again.path_json).read_text())
    assert told["suite"] == "claims" in NAMES
    assert len(told["samples"]) == len(one.samples)
