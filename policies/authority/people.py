"""One person behind several spellings: names are compared by what they look like, not by their bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from campaigns.errors import BadInput
from campaigns.plan import Plan
from policies.text import normalise

_LONGEST = 80
"""Characters of what somebody gave that are said again in a refusal."""
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that show the text after them in another order than it is written."""


def unprintable(text: str) -> bool:
    """Whether a text holds control characters, lone surrogates, line or paragraph separators, or characters that turn text
    around: it would move a terminal's cursor, or could not be kept at all. Joiners inside words are part of names."""
    return any(one in _TURNS_TEXT or unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text)


def person(name: str) -> str:
    """The key that all spellings of one name share: case, white space, accents, punctuation and look-alikes apart.

    Two people whose names differ in nothing else count as one, which asks for a third and never lets one pass for two.
    BadInput when the name has no letter or digit that a reader could tell it by, or holds control characters.
    """
    told = f"{name[:_LONGEST]!r}"
    if unprintable(name.strip()):
        raise BadInput(
            f"The name {told} has control characters; give the name as it is written, in one line, with --by NAME."
        )
    key = normalise(name).replace(" ", "")
    if not key:
        raise BadInput(f"The name {told} has no letter to tell a person by; give a readable name with --by NAME.")
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
