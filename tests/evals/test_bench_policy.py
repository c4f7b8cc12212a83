"""The policy benchmark: twelve rules, one verdict by every engine, and a sentence when a peer is missing."""

from __future__ import annotations

import sys

import pytest

from campaigns.errors import BadInput
from evals.bench import NAMES, run
from evals.bench import policy as bench
from policies.evaluators.closure import closure
from policies.facts import row_of
from policies.load import read_rules


def test_the_rules_are_twelve_and_the_people_reach_every_one_of_them() -> None:
    rules = read_rules(bench.PACK)
    table = bench.people(3_000, 7) | {"plan_expired": bench.people(3_000, 7)["suppressed"]}
    decide = closure([rule.tree for rule in rules])
    masks = [decide(row_of(table, place)) for place in range(3_000)]
    reached = {rule.id for bit, rule in enumerate(rules) if any(mask >> bit & 1 for mask in masks)}
    assert len(rules) == 12
    assert {rule.id for rule in rules} - reached == {"affordable"}
    assert 0.2 < masks.count(0) / len(masks) < 0.6


def test_the_functions_by_hand_say_what_the_rules_say() -> None:
    rules = read_rules(bench.PACK)
    decide = closure([rule.tree for rule in rules])
    rows = [row_of(bench.people(500, 3), place) for place in range(500)]
    for row in rows:
        mask = decide(row)
        assert bench.written_by_hand(row) == (mask == 0)
        assert bench.every_reason_by_hand(row) == [rule.id for bit, rule in enumerate(rules) if mask >> bit & 1]


def test_all_engines_agree_and_every_row_has_a_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, rows in (("ROWS_IN_COLUMNS", 2_000), ("ROWS_ONE_BY_ONE", 500), ("ROWS_FOR_PEERS", 200)):
        monkeypatch.setattr(bench, name, rows)
    result = bench.run_policy(lambda _: None)
    assert result["bench"] == "policy" in NAMES
    rows = result["rows"]
    assert isinstance(rows, list)
    assert {row["peer_name"].split(",")[0] for row in rows} == {"goal", "cel-expr-python", "cedarpy", "Python by hand"}
    assert any(row["case"] == "explained, no two rows with the same money" for row in rows)
    assert all(row["better"] == "higher" and row["ours"] > 0 and row["peer"] > 0 for row in rows)


def test_a_difference_between_engines_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ROWS_IN_COLUMNS", 500)
    monkeypatch.setattr(bench, "ROWS_ONE_BY_ONE", 500)
    monkeypatch.setattr(bench, "written_by_hand", lambda row: True)
    with pytest.raises(RuntimeError, match="the function written by hand differs"):
        bench.run_policy(lambda _: None)


def test_a_missing_peer_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cedarpy", None)
    with pytest.raises(BadInput, match=r"pip install 'twinpilot\[bench\]'"):
        run("policy", lambda _: None)
