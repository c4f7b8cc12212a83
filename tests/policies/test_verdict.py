"""Scopes that are asked about one subject at a time: tools, reports, and the denial that stands where no rule does."""

from __future__ import annotations

import pytest

from policies.facts import Scope
from policies.rule import PolicySet
from policies.verdict import NO_RULE, verdict

CALL: dict[str, object] = {
    "known": True, "allowed": True, "effect": "draft", "arguments_known": True, "agent": "budget", "tool": "draft_budget",
}  # fmt: skip
CLAIM: dict[str, object] = {
    "control": True, "estimator": True, "interval": True, "window": True, "evidence": True, "group_size": 50,
}  # fmt: skip
REHEARSAL: dict[str, object] = {
    "p_harm": 0.2, "p_breach": 0.0, "p_harm_usual": 0.2, "reached": True, "supported": True, "settled": True,
    "placebos_failed": 0, "runs": 200, "assumed_share": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "facts", "blocked", "rule"),
    [
        ("rehearsal", REHEARSAL, {"p_breach": 0.005}, "rehearsal_keeps_guardrails"),
        ("rehearsal", REHEARSAL, {"reached": False}, "rehearsal_reaches_people"),
        ("rehearsal", REHEARSAL, {"supported": False}, "rehearsal_supported"),
        ("rehearsal", REHEARSAL, {"placebos_failed": 1}, "rehearsal_placebos"),
        ("rehearsal", REHEARSAL, {"settled": False}, "rehearsal_settled"),
        ("tool", CALL, {"known": False}, "tool_listed"),
        ("tool", CALL, {"allowed": False}, "tool_listed"),
        ("tool", CALL, {"arguments_known": False}, "tool_listed"),
        ("tool", CALL, {"effect": "send"}, "tool_effect"),
        ("tool", CALL, {"effect": "reed"}, "tool_effect"),
        *(("report", CLAIM, {name: False}, "claim_supported") for name in CLAIM if name != "group_size"),
        ("report", CLAIM, {"group_size": 49}, "claim_about_groups"),
    ],
)
def test_tool_and_report_rules_allow_and_block(
    scope: Scope, facts: dict[str, object], blocked: dict[str, object], rule: str, policies: PolicySet
) -> None:
    assert verdict(policies, scope, facts) == ()
    assert [one.rule for one in verdict(policies, scope, facts | blocked)] == [rule]
    absent = {name: value for name, value in facts.items() if name not in blocked}
    assert [one.rule for one in verdict(policies, scope, absent)] == [rule]


def test_the_two_limits_of_a_loss_stop_and_cannot_tell(policies: PolicySet) -> None:
    def against(chance: float | None) -> list[str]:
        return [one.rule for one in verdict(policies, "rehearsal", REHEARSAL | {"p_harm": chance})]

    assert against(0.2) == []
    assert against(0.205) == against(0.495) == ["rehearsal_loss_possible"]
    assert against(0.5) == against(None) == ["rehearsal_loss_likely", "rehearsal_loss_possible"]


@pytest.mark.parametrize("scope", ["tool", "report", "change", "audit", "rehearsal"])
def test_a_scope_without_rules_permits_nothing(scope: Scope, policies: PolicySet) -> None:
    bare = PolicySet(tuple(rule for rule in policies.rules if rule.scope != scope), policies.lists, "0" * 64)
    (only,) = verdict(bare, scope, CALL | CLAIM)
    assert (only.rule, only.severity) == (NO_RULE, "deny")
    assert scope in only.remedy
