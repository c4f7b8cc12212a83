"""One person behind several spellings: names are compared by what they look like, not by their bytes."""

from __future__ import annotations

from collections.abc import Iterable

from campaigns.errors import BadInput
from campaigns.plan import Plan
from policies.text import normalise


def person(name: str) -> str:
    """The key that all spellings of one name share: case, white space, accents, punctuation and look-alikes apart.

    Two people whose names differ in nothing else count as one, which asks for a third and never lets one pass for two.
    BadInput when the name has no letter or digit that a reader could tell it by.
    """
    key = normalise(name).replace(" ", "")
    if not key:
        raise BadInput(f"The name {name!r} has no letter to tell a person by; give a readable name with --by NAME.")
    return key


def different(names: Iterable[str]) -> int:
    """How many different people these names stand for."""
    return len({person(name) for name in names})


def authors(plan: Plan) -> tuple[str, ...]:
    """Who may not approve a plan: who asked for it and who owns it, each named once."""
    return tuple(dict.fromkeys((plan.goal.owner, plan.owner)))


def is_author(plan: Plan, name: str) -> bool:
    """Whether this name stands for an author of the plan."""
    return person(name) in {person(author) for author in authors(plan)}
