"""Two versions of the policies at once: a contact is allowed when both allow it."""

from __future__ import annotations

from dataclasses import replace

from campaigns.border import digest
from policies.errors import BadPolicy
from policies.evaluators.columns import MOST_RULES
from policies.facts import LAWS
from policies.language.syntax import Binary, text
from policies.rule import PolicySet, Rule

CONTACT_LISTS = (*LAWS, "age_restricted_terms", "legal_ages")
"""The lists by which facts of contacts are made."""


def conjunction(approved: PolicySet, in_force: PolicySet) -> PolicySet:
    """The policies in force with the contact rules of those that a plan was approved under beside their own.

    A rule that only one has stays as it is; one that both have, but not alike, must hold in both forms and is worded as
    the one in force. The hash names both. BadPolicy when the lists that make the facts of contacts differ, because
    the same facts cannot stand for both, and when there are more rules than fit a mask.
    """
    if approved.hash == in_force.hash:
        return in_force
    for name in CONTACT_LISTS:
        if set(approved.lists.get(name, ())) != set(in_force.lists.get(name, ())):
            raise BadPolicy(f"the list `{name}` changed, and people's facts cannot be told by both forms of it")
    own = {rule.id: rule for rule in in_force.scope("contact")}
    added = {rule.id: rule for rule in approved.scope("contact")}
    contact = [_both(added[name], rule) if name in added else rule for name, rule in own.items()]
    contact += [rule for name, rule in added.items() if name not in own]
    if len(contact) > MOST_RULES:
        raise BadPolicy(f"together they have {len(contact)} contact rules, and {MOST_RULES} fit a mask")
    others = tuple(rule for rule in in_force.rules if rule.scope != "contact")
    return replace(in_force, rules=(*contact, *others), hash=digest({"all_of": [approved.hash, in_force.hash]}))


def _both(one: Rule, other: Rule) -> Rule:
    if text(one.tree) == text(other.tree):
        return other
    tree = Binary("&&", one.tree, other.tree)
    return replace(other, tree=tree, must=text(tree), facts={**one.facts, **other.facts})
