"""A whole set of rules before it is used: nothing contradicts, and which rules have no effect of their own."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from policies.facts import Scope
from policies.load import excluded, places
from policies.rule import PolicySet
from policies.verify.questions import Effect, contradiction, effects


def consistent(policies: PolicySet, folder: Path | None = None) -> None:
    """Returns when something can pass every scope; BadPolicy, with each rule's place and how to mend, when nothing can.

    `folder` is where the rules were read from (default: the packs shipped). Needs the extra `verify`.
    """
    for scope in get_args(Scope):
        found = contradiction(policies.scope(scope))
        if found is not None:
            where = places(folder)
            rules = [(policies.rule(name), where.get(name, policies.rule(name).pack)) for name in found.rules]
            raise excluded(scope, rules)


def idle(policies: PolicySet) -> tuple[Effect, ...]:
    """The rules that refuse nothing which others do not refuse, or of which that could not be decided."""
    found = (effect for scope in get_args(Scope) for effect in effects(policies.scope(scope)))
    return tuple(effect for effect in found if effect.kind != "alone")
