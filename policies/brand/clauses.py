"""Statements by the shape of their clause: what a product, the shop or people in general are said to be or to do counts
as a claim unless its predicate is known to be harmless (a place, a time, a recipe's step, how a thing looks)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from policies.brand.families import NOT_SUPERLATIVE, NUMBERS, Token, Told, hit
from policies.brand.harmless import (
    ABOUT,
    ADVERBS,
    AUXILIARIES,
    CONNECTIVES,
    CONSUMERS,
    DETERMINERS,
    EFFECTS,
    HARMLESS_ADJECTIVES,
    HARMLESS_VERBS,
    MADE,
    NOT_VERBS,
    PLACES,
    PRAISE,
    PREPOSITIONS,
    PRONOUNS,
    READERS,
    SITES,
    TIMES,
)
from policies.brand.phrases import Hit, Phrase
from policies.brand.reading import SLOT

_STATED = Phrase("a statement of fact that no list of harmless ones knows")
_BREAKS = frozenset(',:()–—"')
_NEGATED = frozenset(["nobody", "nothing", "nowhere", "none", "noone"])
_BE = frozenset(["is", "are", "was", "were", "be", "been", "s", "re", "being"])
_HAVE = frozenset(["has", "have", "had"])
_MODAL = frozenset(["will", "would", "can", "could", "do", "does", "did"])
_WISHES = frozenset(["should", "must", "shall", "may", "might", "need", "needs"])
_PARTICLES = frozenset(["up", "off", "away", "out", "down", "back"])
_COMPARING = frozenset(
    [
        "more",
        "less",
        "most",
        "better",
        "best",
        "worse",
        "finest",
        "fewer",
        "so",
        "such",
        "too",
        "mostly",
        "purely",
        "entirely",
    ]
)
_OBJECTS = frozenset(["you", "your", "yours", "them", "him", "us", "everyone", "kids", "children", "people"])


def stated(told: Iterable[Told], spared: Collection[tuple[int, int]]) -> Iterator[Hit]:
    """Every clause that states a fact about what is sold, in places of the original that `spared` does not touch."""
    for one in told:
        if one.view.folded and "direction" not in one.view.folded:
            continue
        for words, asked in one.sentences:
            if asked or not words:
                continue
            start, end = one.view.span(words[0][1], words[-1][2])
            if any(start < upto and since < end for since, upto in spared):
                continue
            for clause in _clauses(words, one.view.text):
                if _claims(tuple(word for word, _, _ in clause), clause is not words and clause[0] is words[0]):
                    yield from hit(one.view, clause[0][1], clause[-1][2], _STATED)


def _clauses(words: tuple[Token, ...], text: str) -> Iterator[tuple[Token, ...]]:
    """The sentence cut at its commas and colons, and before `and`, `but` or `so` with a subject of its own."""
    first = 0
    for place in range(1, len(words)):
        between = text[words[place - 1][2] : words[place][1]]
        then = words[place + 1][0] if place + 1 < len(words) else ""
        joined = words[place][0] in ("and", "but", "so") and then in PRONOUNS
        if joined or any(mark in _BREAKS for mark in between) or " - " in between:
            yield words[first:place]
            first = place
    yield words[first:]


@lru_cache(maxsize=4_000)
def _claims(words: tuple[str, ...], opens: bool) -> bool:
    while words and words[0] in CONNECTIVES:
        words = words[1:]
    if not words or words[0] in ABOUT:
        return False
    if words[0] in CONSUMERS and words[1:2] == ("s",):
        return True
    if words[0] in _NEGATED and len(words) > 2 and words[1] not in ("to", "but", "like", "is", "s"):
        return True
    place = _verb(words)
    if place is None:
        return _of_people(words) or _fragment(words, opens)
    subject, verb, rest = words[:place], words[place], words[place + 1 :]
    if not subject:
        return _said(verb, rest) if verb not in AUXILIARIES else False
    if (
        subject[-1] in READERS
        or subject[0] in READERS
        or set(subject) & (SITES | ABOUT)
        or subject[-1] in ("and", "or")
    ):
        return False
    if _of_people(words) and subject[0] in ("even", "most", "our"):
        return True
    if subject[0] in ("there", "here", "what", "which", "who", "how"):
        return bool(set(rest) & PRAISE)
    if subject[0] in _NEGATED or (subject[0] == "no" and len(subject) > 1):
        return True
    if subject == ("that",):
        return bool(set(rest) & PRAISE)
    if subject[-1] in ("that", "who", "which"):
        then = _verb(rest)
        if then is None:
            return subject[0] in DETERMINERS and _said(verb, rest)
        return _said(rest[then], rest[then + 1 :])
    if subject[0] in CONSUMERS:
        return verb not in HARMLESS_VERBS and not (verb in AUXILIARIES and set(rest[:2]) & HARMLESS_VERBS)
    return _said(verb, rest)


def _of_people(words: tuple[str, ...]) -> bool:
    """Whether the clause is about what people in general do."""
    return len(words) > 3 and (
        words[0] in CONSUMERS or (words[0] in ("even", "most", "our") and bool(set(words) & CONSUMERS))
    )


def _verb(words: tuple[str, ...]) -> int | None:
    """Where the finite verb stands: an auxiliary, a verb after a pronoun, or a form in -s before what it acts on."""
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in AUXILIARIES and not (word == "may" and (before in PREPOSITIONS or _counts(before))):
            return place
        then = words[place + 1] if place + 1 < len(words) else ""
        if (
            place == 1
            and before in PRONOUNS
            and word not in PREPOSITIONS
            and word not in ADVERBS
            and word not in DETERMINERS
        ):
            return place
        if place and word in HARMLESS_VERBS and word.endswith("s") and (not then or then in PREPOSITIONS | DETERMINERS):
            return place
        if (
            place
            and word in EFFECTS
            and then not in AUXILIARIES
            and (word.endswith("s") or before.endswith("s"))
            and before not in DETERMINERS
        ):
            return place
        if then in _PARTICLES and place + 2 < len(words):
            then = words[place + 2]
        acts = then in DETERMINERS or then in _OBJECTS or then.endswith("ly")
        if acts and word.endswith("s") and not word.endswith("ss") and len(word) > 3 and word not in NOT_VERBS:
            return place
    return None


def _said(verb: str, rest: tuple[str, ...]) -> bool:
    """Whether the predicate states something: default yes, unless it is known to be harmless."""
    while rest and rest[0] in ADVERBS:
        if rest[0] in ("never", "always"):
            return True
        rest = rest[1:]
    if verb in _BE:
        return _is(rest)
    if verb in _HAVE:
        if rest and (
            rest[0] in MADE or rest[0] in _COMPARING or rest[0] in ("no", "twice", "half", "all", "been", "had")
        ):
            return rest[0] not in HARMLESS_VERBS and not (rest[0] == "been" and not _is(rest[1:]))
        return bool(set(rest) & PRAISE)
    if verb in _MODAL:
        denied = rest[:1] == ("not",)
        rest = rest[1:] if denied else rest
        while rest and rest[0] in ADVERBS:
            rest = rest[1:]
        if not rest or rest[0] in _BE:
            return _is(rest[1:])
        if denied and verb in ("will", "would", "can", "could", "do", "does", "did"):
            return rest[0] not in ("need", "have", "open", "take", "mind", "fit", "like", "deliver", "get", "keep")
        return rest[0] not in HARMLESS_VERBS or bool(set(rest) & PRAISE)
    if verb in ("comes", "come", "came") and rest and rest[0] == "from":
        return len(rest) > 1 and rest[1] not in NUMBERS and not rest[1].isdigit()
    if not rest:
        return False
    if verb in _WISHES:
        return bool(set(rest) & PRAISE)
    if verb in EFFECTS and rest[0] not in PREPOSITIONS and rest[0] not in TIMES and not rest[0].endswith("ly"):
        made = verb in ("make", "makes") and rest[0] in ("a", "an", "some", "two", "enough")
        return not made or bool(set(rest) & PRAISE)
    if verb in HARMLESS_VERBS or verb.endswith(("ing", "ed")):
        return bool(set(rest) & PRAISE) or (verb in MADE and bool(rest) and rest[0] in PREPOSITIONS)
    return True


def _is(rest: tuple[str, ...]) -> bool:
    """Whether what follows a form of `be` states a quality or an origin."""
    while rest and (rest[0] in ADVERBS or rest[0] == "not"):
        rest = rest[1:]
    if not rest:
        return False
    first = rest[0]
    if first == "from":
        return len(rest) > 1 and rest[1] not in TIMES and not _counts(rest[1])
    if first in ("like", "as"):
        return True
    if first in PLACES or first in PREPOSITIONS or _counts(first) or first in TIMES:
        return False
    if first in ("best", "better", "easier") and rest[1:2] == ("to",):
        return False
    if first in _COMPARING or _superlative(first) or first in PRAISE:
        return True
    if first in DETERMINERS or first in PRONOUNS:
        return bool(set(rest) & PRAISE) or any(_superlative(word) for word in rest)
    if first in MADE:
        return True
    if first.endswith(("ed", "en", "ing")) or first in HARMLESS_ADJECTIVES or first in HARMLESS_VERBS:
        return bool(set(rest[1:]) & PRAISE)
    then = rest[1] if len(rest) > 1 else ""
    return (not then or then in ("and", "enough", "but") or then in PREPOSITIONS) and first.endswith(_QUALITIES)


_QUALITIES = (
    "y",
    "ful",
    "less",
    "ous",
    "ive",
    "ic",
    "al",
    "ant",
    "ent",
    "able",
    "ible",
    "ish",
    "some",
    "er",
    "free",
    "ly",
)


def _fragment(words: tuple[str, ...], opens: bool) -> bool:
    """A line without a verb: made, grown or loved somewhere or by someone, from a place, or better than unsaid ones."""
    first = words[0]
    then = words[1] if len(words) > 1 else ""
    if first in ("all", "only", "still", "always", "freshly", "just") and then in MADE:
        return True
    if first in MADE and (then in PREPOSITIONS or then in ADVERBS or then in ("right", "that")):
        return True
    if then == "as" and first not in ("such", "same", "just", "well", "as", "act", "use"):
        return True
    if then == "enough" or "never" in words[1:]:
        return True
    if first == "from" and then in DETERMINERS and then != "the":
        return not set(words) & (TIMES | SITES)
    if len(words) == 1 and first.endswith("er") and first in PRAISE:
        return True
    return opens is False and bool(set(words) & PRAISE) and len(words) <= 8 and first in ("the", "a", "an", "so")


def _superlative(word: str) -> bool:
    return word.endswith("est") and len(word) > 4 and not NOT_SUPERLATIVE.fullmatch(word)


def _counts(word: str) -> bool:
    return word[:1].isdigit() or word in NUMBERS or word == SLOT
