"""Explanations of refused contacts: complete, the same one by one and in columns, with values, limits and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.evaluators.closure import closure
from policies.evaluators.explainer import Explainer
from policies.facts import NULL_BOOL, NULL_INT, SCOPES, row_of
from policies.rule import PolicySet

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)


def test_a_refusal_has_value_limit_change_and_instant(facts: dict[str, object], policies: PolicySet) -> None:
    rules = [policies.rule(name) for name in ("consent_required", "weekly_cap", "quiet_hours", "budget_left")]
    broken = facts | {"sends_7d": 5, "local_minute": 200, "budget_left_micros": 500_000, "cost_micros": 1_002_000}
    found = Explainer(rules, "USD").one(broken, ZoneInfo("America/New_York"), NOW)
    assert [one.rule for one in found] == ["weekly_cap", "quiet_hours", "budget_left"]
    cap, hours, budget = found
    assert dict(cap.seen) == {"sends_7d": 5, "cap_7d": 2}
    assert cap.limit.startswith("at most 2 messages in 7 days by the brief and 4")
    assert cap.change == "sends_7d 1 instead of 5"
    assert cap.passes_at is None
    assert hours.change == "local_minute 08:00 instead of 03:20"
    assert hours.passes_at == datetime(2026, 11, 1, 13, tzinfo=UTC)
    assert budget.change == "cost_micros USD 0.50 instead of USD 1.00"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_columns_explain_what_single_rows_explain(policies: PolicySet, seed: int) -> None:
    rng, n = np.random.default_rng(seed), 12
    table: dict[str, np.ndarray] = {}
    for name, fact in SCOPES["contact"].facts.items():
        if fact.kind == "bool":
            table[name] = rng.choice(np.array([0, 1, NULL_BOOL], np.int8), n)
        else:
            table[name] = rng.choice(np.array([0, 1, 2, 500, 1300, NULL_INT], np.int64), n)
    table["cap_7d"] = np.array(2)
    del table["arm"]
    zones = [ZoneInfo("Europe/Berlin"), None] * (n // 2)
    rules = policies.scope("contact")
    masks, found = Explainer(rules, "USD").batch(table, n, zones, NOW)
    decide, single = closure([rule.tree for rule in rules]), Explainer(rules, "USD")
    for place in range(n):
        row = row_of(table, place)
        assert masks[place] == decide(row)
        assert found[place] == single.one(row, zones[place], NOW)
        assert [one.rule for one in found[place]] == [r.id for i, r in enumerate(rules) if masks[place] >> i & 1]


def test_a_row_that_every_rule_allows_has_no_explanation(facts: dict[str, object], policies: PolicySet) -> None:
    assert Explainer(policies.scope("contact")).one(facts) == ()


@pytest.mark.parametrize("n", [0, 3])
def test_no_columns_at_all_violate_every_rule(n: int, policies: PolicySet) -> None:
    masks, found = Explainer(policies.scope("contact")).batch({}, n)
    assert len(masks) == len(found) == n
    assert all(len(row) == len(policies.scope("contact")) for row in found)


@pytest.mark.parametrize(
    "column",
    [
        np.array([1.0, 0.0]),
        np.array([True, False]),
        np.array([1, 2], object),
        np.array(["1", "2"]),
        np.array([3, 1], np.uint64),
    ],
    ids=["fractions", "bools", "objects", "texts", "unsigned"],
)
@pytest.mark.parametrize("name", ["consent", "sends_7d"])
def test_columns_of_any_type_are_explained_as_they_are_judged(
    name: str, column: np.ndarray, facts: dict[str, object], policies: PolicySet
) -> None:
    table = {fact: np.array(value) for fact, value in facts.items()} | {name: column}
    rules = policies.scope("contact")
    masks, found = Explainer(rules).batch(table, 2)
    for mask, row in zip(masks.tolist(), found, strict=True):
        assert [one.rule for one in row] == [rule.id for bit, rule in enumerate(rules) if mask >> bit & 1]


def test_a_limit_may_name_a_fact_that_its_rule_does_not_read(facts: dict[str, object], policies: PolicySet) -> None:
    rule = replace(policies.rule("daily_cap"), limit="none, at {local_minute}")
    (one,) = Explainer([rule]).one(facts | {"sends_1d": 1})
    assert one.limit == "none, at 10:00"
