"""A rule after loading, and the set of all rules in force with the hash that names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from campaigns.finding import Severity
from policies.brand.file import Brand
from policies.facts import Fact, Scope
from policies.language.bind import Param
from policies.language.syntax import Node


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of policy: the bound tree of `must`, and the texts shown when it is violated.

    `message` says what was observed, `limit` what is allowed, `remedy` what would make it pass; `{...}` in them stands
    for a fact or a word of its scope, or `params.x`. `must` is the canonical text of the tree. `kind` names
    the kind that the rule was written as; what it means is in `must` all the same.
    """

    id: str
    pack: str
    scope: Scope
    severity: Severity
    must: str
    tree: Node
    facts: Mapping[str, Fact]
    message: str
    limit: str
    remedy: str
    params: Mapping[str, Param]
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class PackNote:
    """Where a pack's rules come from, and the day on which they, or the oldest of them, were held against the sources."""

    pack: str
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All rules in force, in the order of packs and texts, with the word lists that creative facts are counted by.

    `hash` (64 hex digits) changes with every rule, parameter, text or list, and not with comments or white space.
    """

    rules: tuple[Rule, ...]
    lists: Mapping[str, tuple[str, ...]]
    hash: str
    packs: tuple[PackNote, ...] = ()
    brand: Brand | None = None

    def scope(self, scope: Scope) -> tuple[Rule, ...]:
        """The rules of one scope, in order."""
        return tuple(rule for rule in self.rules if rule.scope == scope)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; KeyError when there is none."""
        return {rule.id: rule for rule in self.rules}[rule_id]
