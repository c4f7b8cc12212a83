"""Rules of scope `change` asked about a launch or a change: what is against it, and how many people it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from campaigns.errors import Refused
from campaigns.finding import Finding, denied
from policies.authority.people import different, person
from policies.evaluators.reason import explain
from policies.facts import SCOPES, Value
from policies.rule import PolicySet, Rule
from policies.wording import fill, shown

MOST_PEOPLE = 9
"""More approvals than this are never asked for; what still is not allowed then has no number of approvals."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be decided: the facts that do not depend on people, who may not approve it, and words for texts."""

    subject: str
    facts: Mapping[str, Value | None]
    authors: tuple[str, ...]
    currency: str
    words: Mapping[str, str]


def judge(proposal: Proposal, approvers: Iterable[str], policies: PolicySet) -> tuple[Finding, ...]:
    """What the rules have against a proposal that these people approved; empty when it may go ahead.

    Names are compared as `person` does. BadInput for a name without a letter; Refused when no rule of scope `change`
    is in force, because nothing is permitted then.
    """
    names = tuple(approvers)
    barred = {person(author) for author in proposal.authors}
    facts = dict(proposal.facts) | {
        "approvals": different(names),
        "author_is_approver": any(person(name) in barred for name in names),
    }
    return change_findings(replace(proposal, facts=facts), names, policies)


def change_findings(proposal: Proposal, names: tuple[str, ...], policies: PolicySet) -> tuple[Finding, ...]:
    """The findings of every rule of scope `change` over complete facts, denials first; a null fact violates."""
    rules = policies.scope("change")
    if not rules:
        raise Refused(
            "No policy rule has scope change, so nothing may be launched or changed; add a pack that has some."
        )
    known = SCOPES["change"].facts
    words = {name: shown(fact, proposal.facts.get(name), proposal.currency) for name, fact in known.items()}
    words |= {"author": " or ".join(proposal.authors), "approvers": ", ".join(names) or "nobody", **proposal.words}
    found = [_finding(rule, proposal, words) for rule in rules]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.severity != "deny"))


def people_needed(proposal: Proposal, policies: PolicySet) -> int:
    """How many different people other than its authors have to approve a proposal: 0 when the program may act alone.

    Refused, naming the first rule, when no number of people is enough.
    """
    found: tuple[Finding, ...] = ()
    for people in range(MOST_PEOPLE + 1):
        facts = dict(proposal.facts) | {"approvals": people, "author_is_approver": False}
        found = change_findings(replace(proposal, facts=facts), (), policies)
        if not any(one.severity == "require_approval" for one in found) or denied(found):
            break
    against = [one for one in found if one.severity != "warn"]
    if against:
        first = against[0]
        raise Refused(
            f"Policy {first.rule} refuses {proposal.subject}: {first.observed}; allowed is {first.limit}. "
            f"To pass, {first.remedy}."
        )
    return people


def _finding(rule: Rule, proposal: Proposal, words: Mapping[str, str]) -> Finding | None:
    violation = explain(rule.tree, proposal.facts)
    if violation is None:
        return None
    unknown = f" ({', '.join(violation.unusable)} not known)" if violation.unusable else ""
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        subject=proposal.subject,
        observed=fill(rule.message, rule, words) + unknown,
        limit=fill(rule.limit, rule, words),
        remedy=fill(rule.remedy, rule, words),
    )
