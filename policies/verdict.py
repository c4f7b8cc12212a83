"""One subject of any scope judged by the rules in force; a scope without rules permits nothing."""

from __future__ import annotations

from collections.abc import Mapping

from policies.evaluators.explainer import Explainer, Explanation
from policies.facts import Scope
from policies.rule import PolicySet, Rule

NO_RULE = "no_rule_permits"
"""The rule named when a scope has none, so that an empty folder of packs or a new scope never means leave to act."""


def verdict(
    policies: PolicySet, scope: Scope, facts: Mapping[str, object], currency: str = ""
) -> tuple[Explanation, ...]:
    """Every reason against a subject with these facts, in the order of the rules; empty only when all of them hold.

    What is null, absent or ill-typed violates. Without any deny rule of the scope the answer is a denial by `NO_RULE`.
    """
    rules = policies.scope(scope)
    found = _explainer(rules, currency).one(facts)
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


_MADE: dict[tuple[int, ...], tuple[tuple[Rule, ...], str, Explainer]] = {}
_MOST_MADE = 64


def _explainer(rules: tuple[Rule, ...], currency: str) -> Explainer:
    """The explainer of these very rules, made once: a rehearsal asks the same ones a hundred times."""
    # Rules cannot be hashed; the places in memory of those that are kept here cannot become another's.
    key = tuple(map(id, rules))
    kept = _MADE.get(key)
    if kept is None or kept[1] != currency:
        if len(_MADE) >= _MOST_MADE:
            _MADE.clear()
        kept = _MADE[key] = (rules, currency, Explainer(rules, currency))
    return kept[2]
