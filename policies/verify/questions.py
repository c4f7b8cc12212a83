"""Questions about one set of rules: can anything pass, and has every rule an effect of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, cast

from campaigns.finding import Severity
from policies.evaluators.closure import closure
from policies.evaluators.reason import value
from policies.facts import Value
from policies.rule import Rule
from policies.verify.ask import Answer, ask, fresh
from policies.verify.engine import z3
from policies.verify.formula import Formula, Row, Space

_GRAVITY: dict[Severity, int] = {"deny": 2, "require_approval": 1, "warn": 0}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rules of one scope that cannot all hold, whatever the facts; a smallest such group, most often two."""

    scope: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one rule adds to the others of its scope that are at least as grave.

    `alone`: facts (all known) that it and no other refuses, in `witness`. `redundant`: the rules in `because` refuse
    everything that it refuses. `unknown only`: no known facts violate it, and it still refuses what is not known, like
    every rule. `new words only`: a list that names every word of a closed set; it refuses the next word that the set gets,
    in `witness`, which no other rule would. `dead`: not even that. `undecided`: see `why`.
    """

    rule: str
    scope: str
    kind: Literal["alone", "redundant", "unknown only", "new words only", "dead", "undecided"]
    witness: Row | None = None
    because: tuple[str, ...] = ()
    why: str = ""


def passing(rules: Sequence[Rule]) -> Answer:
    """A row of known facts for which all of these rules (of one scope) hold; `no` when there is none."""
    space = Space()
    every = [space.holds(rule.tree) for rule in rules]
    decide = closure([rule.tree for rule in rules])
    return ask(space, z3().And(*every), lambda row: decide(row) == 0)


def contradiction(rules: Sequence[Rule]) -> Contradiction | None:
    """A smallest group of deny rules of one scope that exclude each other; None when something can pass.

    A rule that nothing can satisfy is a group of one. An undecided question counts as no contradiction here;
    `passing` tells the two apart.
    """
    denying = [rule for rule in rules if rule.severity == "deny"]
    if passing(denying).kind != "no":
        return None
    for size in (1, 2):
        for group in combinations(denying, size):
            if passing(group).kind == "no":
                return Contradiction(group[0].scope, tuple(rule.id for rule in group))
    return Contradiction(denying[0].scope, tuple(rule.id for rule in _smallest(denying)))


def effects(rules: Sequence[Rule]) -> tuple[Effect, ...]:
    """What each of these rules (of one scope) adds to the others, in their order."""
    return tuple(_effect(rule, rules) for rule in rules)


def _effect(rule: Rule, rules: Sequence[Rule]) -> Effect:
    others = [o for o in rules if o is not rule and _GRAVITY[o.severity] >= _GRAVITY[rule.severity]]
    space = Space()
    broken = _known_and_broken(space, rule)
    held = [space.holds(other.tree) for other in others]
    decide = closure([rule.tree, *(other.tree for other in others)])
    answer = ask(space, z3().And(broken, *held), lambda row: decide(row) == 1)
    if answer.kind == "yes":
        return Effect(rule.id, rule.scope, "alone", answer.witness)
    if answer.kind == "undecided":
        return Effect(rule.id, rule.scope, "undecided", why=answer.why)
    because = _implying(rule, others)
    if because:
        return Effect(rule.id, rule.scope, "redundant", because=because)
    unknown = ask(space, z3().And(z3().Not(space.holds(rule.tree)), *held), lambda row: decide(row) == 1)
    if unknown.kind == "yes":
        return Effect(rule.id, rule.scope, "unknown only", unknown.witness)
    further = _of_further_words(rule, others)
    return Effect(rule.id, rule.scope, "new words only" if further.kind == "yes" else "dead", further.witness)


def _of_further_words(rule: Rule, others: Sequence[Rule]) -> Answer:
    """Facts that only this rule would refuse if closed sets had further words, as they get when the program grows."""
    space = Space(further_words=True)
    broken = _known_and_broken(space, rule)
    held = [space.holds(other.tree) for other in others]

    def confirmed(row: Row) -> bool:
        known = cast(Mapping[str, Value], row)
        return not value(rule.tree, known) and all(value(other.tree, known) for other in others)

    return ask(space, z3().And(broken, *held), confirmed)


def _known_and_broken(space: Space, rule: Rule) -> Formula:
    condition = space.condition(rule.tree)
    return z3().And(*(space.known(name) for name in rule.facts), z3().Not(condition))


def _implying(rule: Rule, others: Sequence[Rule]) -> tuple[str, ...]:
    """A smallest group of the others that together imply the rule; empty when it holds without any."""
    needed = list(others)
    for other in others:
        fewer = [one for one in needed if one is not other]
        space = Space()
        solver = fresh(space)
        solver.add(_known_and_broken(space, rule), *(space.holds(one.tree) for one in fewer), *space.domain)
        if solver.check() == z3().unsat:
            needed = fewer
    return tuple(one.id for one in needed)


def _smallest(rules: Sequence[Rule]) -> list[Rule]:
    needed = list(rules)
    for rule in rules:
        fewer = [one for one in needed if one is not rule]
        if passing(fewer).kind == "no":
            needed = fewer
    return needed
