"""One subject of any scope judged by the rules in force; a scope without rules permits nothing."""

from __future__ import annotations

from collections.abc import Mapping

from policies.evaluators.explainer import Explainer, Explanation
from policies.facts import Scope
from policies.rule import PolicySet

NO_RULE = "no_rule_permits"
"""The rule named when a scope has none, so that an empty folder of packs or a new scope never means leave to act."""


def verdict(
    policies: PolicySet, scope: Scope, facts: Mapping[str, object], currency: str = ""
) -> tuple[Explanation, ...]:
    """Every reason against a subject with these facts, in the order of the rules; empty only when all of them hold.

    What is null, absent or ill-typed violates. Without any deny rule of the scope the answer is a denial by `NO_RULE`.
    """
    rules = policies.scope(scope)
    found = Explainer(rules, currency).one(facts)
    if any(rule.severity == "deny" for rule in rules):
        return found
    return (
        Explanation(
            rule=NO_RULE,
            severity="deny",
            parts=(),
            seen=(),
            limit=f"only what a deny rule of scope {scope} has judged",
            remedy=f"add a pack with rules of scope {scope}",
            changes=(),
            change="no small change passes",
        ),
        *found,
    )
