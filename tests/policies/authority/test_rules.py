"""Every rule of scope `change`, once allowing and once blocking; a fact that is not known blocks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from campaigns.errors import Refused
from campaigns.money import Money
from campaigns.rehearsal import Rehearsal
from policies.authority import change_findings, judge, launch_facts, people_needed
from policies.authority.judge import Proposal
from policies.load import load_policies
from policies.rule import PolicySet
from tests.builders import brief, plan

SAFE: dict[str, object] = {
    "subject": "budget", "relative_change": 0.05, "cumulative_change": 0.05, "spend_micros": 1_000_000,
    "currency": "USD", "autonomy_level": 2, "level_needed": 2, "reversible": True, "in_flight": 0, "by_program": True,
    "audience_size": 100, "offers": 0, "verdict": "go", "approvals": 0, "author_is_approver": False,
}  # fmt: skip
CASES: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("change_class_permitted", {"subject": "cadence"}, {"subject": "price"}),
    ("change_class_permitted", {}, {"subject": None}),
    ("change_limit", {"cumulative_change": 0.1}, {"cumulative_change": 0.1000001}),
    ("change_limit", {"subject": "audience", "cumulative_change": 0.2}, {"subject": "audience", "cumulative_change": 0.21}),
    ("change_limit", {"subject": "creative", "cumulative_change": 0.5}, {"subject": "creative", "cumulative_change": 0.51}),
    ("change_limit", {"subject": "cadence", "cumulative_change": 0.5}, {"subject": "cadence", "cumulative_change": 0.51}),
    ("change_limit", {}, {"relative_change": 0.06}),
    ("change_limit", {}, {"cumulative_change": None}),
    ("approval_not_by_author", {"approvals": 1}, {"author_is_approver": True}),
    ("approval_not_by_author", {}, {"author_is_approver": None}),
    ("program_may_act", {"autonomy_level": 1}, {"autonomy_level": 0}),
    ("program_may_act", {"autonomy_level": 0, "by_program": False}, {"by_program": None}),
    ("autonomy_earned", {}, {"autonomy_level": 1}),
    ("autonomy_earned", {"autonomy_level": 1, "approvals": 1}, {"by_program": False}),
    ("autonomy_earned", {}, {"verdict": "cannot_tell"}),
    ("four_eyes_spend", {"spend_micros": 10_000_000_000}, {"spend_micros": 10_000_000_001, "approvals": 1}),
    ("four_eyes_spend", {"spend_micros": 10_000_000_001, "approvals": 2}, {"spend_micros": None, "approvals": 2}),
    ("four_eyes_audience", {"audience_size": 10_000}, {"audience_size": 10_001, "approvals": 1}),
    ("four_eyes_uncertain", {"verdict": "cannot_tell", "approvals": 1, "audience_size": 1_000},
     {"verdict": "cannot_tell", "approvals": 1, "audience_size": 1_001}),
    ("four_eyes_uncertain", {"verdict": "none", "approvals": 2, "audience_size": 1_001},
     {"verdict": "none", "approvals": 1, "audience_size": 1_001}),
    ("four_eyes_offer", {"offers": 3, "approvals": 1}, {"offers": 4, "approvals": 1}),
    ("four_eyes_policy", {"subject": "policy", "approvals": 2}, {"subject": "policy", "approvals": 1}),
]  # fmt: skip


def against(policies: PolicySet, changes: dict[str, object]) -> set[str]:
    facts = {**SAFE, **changes}
    proposal = Proposal("change", facts, ("Cleo",), "USD", {"level": "bounded", "window": "24 hours"})  # type: ignore[arg-type]
    return {finding.rule for finding in change_findings(proposal, (), policies)}


@pytest.fixture(scope="module")
def rules() -> PolicySet:
    return load_policies()


@pytest.mark.parametrize(("rule", "passing", "blocked"), CASES)
def test_a_rule_allows_and_blocks(
    rule: str, passing: dict[str, object], blocked: dict[str, object], rules: PolicySet
) -> None:
    assert rule not in against(rules, passing)
    assert rule in against(rules, blocked)


def test_nothing_is_against_a_safe_change(rules: PolicySet) -> None:
    assert against(rules, {}) == set()


def test_every_rule_has_its_cases(rules: PolicySet) -> None:
    assert {rule for rule, _, _ in CASES} == {rule.id for rule in rules.scope("change")}


@pytest.mark.parametrize("fact", sorted({name for rule in load_policies().scope("change") for name in rule.facts}))
def test_a_fact_that_is_not_known_blocks(fact: str, rules: PolicySet) -> None:
    assert against(rules, {fact: None})


def test_without_rules_nothing_is_permitted() -> None:
    none = PolicySet((), {}, "0" * 64)

    for asked in (
        lambda: people_needed(launch_facts(plan(), None), none),
        lambda: judge(launch_facts(plan(), None), ("Ada",), none),
    ):
        with pytest.raises(Refused, match="nothing may be launched or changed"):
            asked()


def test_a_launch_takes_two_people_and_none_of_its_authors(rules: PolicySet) -> None:
    large = brief(budget=Money(amount_micros=50_000_000_000, currency="USD"))
    proposal = launch_facts(plan(brief_=large), None)

    assert people_needed(launch_facts(plan(), None), rules) == 1
    assert people_needed(proposal, rules) == 2
    assert {one.severity for one in judge(proposal, ("Ada", "аDA "), rules)} == {"require_approval"}
    assert judge(proposal, ("Ada", "Ben"), rules) == ()
    assert judge(proposal, ("Ada", "Ben", "Marketing"), rules)[0].rule == "approval_not_by_author"


def test_what_no_number_of_people_can_allow_is_refused_with_its_rule(rules: PolicySet) -> None:
    proposal = launch_facts(plan(), None)
    facts = {**proposal.facts, "subject": "budget", "relative_change": 0.2, "cumulative_change": 0.2}

    with pytest.raises(
        Refused, match=r"Policy change_limit refuses launch of plan p-0123456789: .*0\.2 .*make the change smaller"
    ):
        people_needed(replace(proposal, facts=facts), rules)


def test_only_the_rehearsal_of_these_bytes_speaks_for_a_launch() -> None:
    made = plan()
    own, other = (cast(Rehearsal, SimpleNamespace(plan_hash=text, verdict="go")) for text in (made.hash, "f" * 64))

    verdicts = [launch_facts(made, rehearsal).facts["verdict"] for rehearsal in (None, other, own)]

    assert verdicts == ["none", "none", "go"]


def test_a_launch_without_a_budget_is_refused(rules: PolicySet) -> None:
    made = plan()
    bare = made.model_copy(update={"brief": made.brief.model_copy(update={"budget": None})})

    with pytest.raises(Refused, match="four_eyes_spend"):
        people_needed(launch_facts(bare, None), rules)
