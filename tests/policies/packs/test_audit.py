"""Every audit rule once allowing and once blocking: twin gate, earlier audiences, groups, mailboxes, the age of packs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from policies.audit import Audit, check_audit, smallest_difference
from policies.fairness.impact import Impact
from policies.fairness.proxies import Proxy
from policies.fairness.report import FairnessReport
from policies.rule import PolicySet

TODAY = date(2026, 11, 20)


def impact(ratio: float, high: float = 1.0, measured: bool = True) -> Impact:
    return Impact(measured, ratio, 0.0, high, (("25-34", 0.5), ("35-44", 0.5 * ratio)))


def fair(benefit: Impact = impact(0.95), burden: Impact = impact(0.9), auc: float = 0.5, looked: bool = True) -> Audit:
    proxy = Proxy("segment", "age_band", "25-34", auc, 0.1, 0.01)
    report = FairnessReport(
        ("age_band",), {"age_band": 0.9}, {"age_band": benefit}, {"age_band": burden}, (proxy,), looked
    )
    return Audit("go", 200, 900, 5_000, 2, fairness=report)


SOUND = fair()
CASES = [
    ("twin_gate", replace(SOUND, launching=True), replace(SOUND, launching=True, rehearsal="stop")),
    ("twin_gate", replace(SOUND, rehearsal="none"), replace(SOUND, launching=True, rehearsal="none")),
    ("twin_gate", replace(SOUND, rehearsal="stop"), replace(SOUND, rehearsal=None)),
    ("audience_difference", replace(SOUND, audience_difference=50), replace(SOUND, audience_difference=49)),
    ("audience_difference", SOUND, replace(SOUND, audience_difference=1)),
    ("audience_difference", SOUND, replace(SOUND, audience_difference=None)),
    ("benefit_not_adverse", fair(benefit=impact(0.7, high=0.8)), fair(benefit=impact(0.7, high=0.79))),
    ("benefit_shown_fair", fair(benefit=impact(0.8)), fair(benefit=impact(0.79))),
    ("benefit_shown_fair", SOUND, fair(benefit=impact(0.95, measured=False))),
    ("burden_not_adverse", fair(burden=impact(0.7, high=0.8)), fair(burden=impact(0.7, high=0.79))),
    ("burden_shown_fair", fair(burden=impact(0.8)), fair(burden=impact(0.79))),
    ("burden_shown_fair", SOUND, fair(burden=impact(0.95, measured=False))),
    ("no_proxies", fair(auc=0.59), fair(auc=0.6)),
    ("no_proxies", SOUND, fair(looked=False)),
    ("mailbox_authentication", replace(SOUND, emails_per_day=4_999), replace(SOUND, emails_per_day=5_000)),
    (
        "mailbox_authentication",
        replace(SOUND, emails_per_day=9_000, sender_aligned=True),
        replace(SOUND, emails_per_day=9_000),
    ),
    ("mailbox_complaints", replace(SOUND, complaints=14), replace(SOUND, complaints=15)),
    ("mailbox_complaints", replace(SOUND, messages_sent=999, complaints=9), replace(SOUND, messages_sent=1000, complaints=9)),
    ("mailbox_complaints_watched", replace(SOUND, complaints=5), replace(SOUND, complaints=6)),
]  # fmt: skip


def test_a_sound_plan_has_nothing_against_it(policies: PolicySet) -> None:
    assert check_audit(replace(SOUND, launching=True), policies, TODAY) == ()


@pytest.mark.parametrize(("rule", "passing", "blocked"), CASES)
def test_audit_rules_allow_and_block(rule: str, passing: Audit, blocked: Audit, policies: PolicySet) -> None:
    refused = {finding.rule: finding for finding in check_audit(blocked, policies, TODAY)}
    assert rule not in {finding.rule for finding in check_audit(passing, policies, TODAY)}
    assert rule in refused
    assert refused[rule].severity == policies.rule(rule).severity
    assert "{" not in refused[rule].observed + refused[rule].limit + refused[rule].remedy


def test_an_old_pack_is_warned_of_by_name(policies: PolicySet) -> None:
    oldest = min(note.as_of for note in policies.packs)
    assert check_audit(SOUND, policies, oldest + timedelta(days=365)) == ()
    (finding,) = check_audit(SOUND, policies, oldest + timedelta(days=366))
    assert (finding.rule, finding.severity) == ("packs_fresh", "warn")
    assert "366 days ago" in finding.observed
    assert "law_eu_dsa" in finding.observed


def test_every_audit_rule_has_a_passing_and_a_blocked_case(policies: PolicySet) -> None:
    assert {case[0] for case in CASES} | {"packs_fresh"} == {rule.id for rule in policies.scope("audit")}


def test_without_audit_rules_everything_is_denied(policies: PolicySet) -> None:
    none = replace(policies, rules=tuple(rule for rule in policies.rules if rule.scope != "audit"))
    assert [finding.severity for finding in check_audit(SOUND, none, TODAY)] == ["deny"]


@pytest.mark.parametrize(
    ("earlier", "smallest"),
    [
        ([], 200),
        ([range(200)], 200),
        ([range(199)], 1),
        ([range(1, 200)], 1),
        ([range(200, 400)], 200),
        ([range(150, 400), range(30, 200)], 30),
        ([range(201)], 1),
    ],
)
def test_the_difference_is_the_fewest_people_told_apart(earlier: list[range], smallest: int) -> None:
    own = np.arange(200, dtype=np.uint64)
    assert smallest_difference(own, [np.array(other, np.uint64) for other in earlier]) == smallest
