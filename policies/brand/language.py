"""Whether a text is English, the one language in which the linter can judge."""

from __future__ import annotations

import re
import unicodedata

from policies.brand.reading import Reading

FEWEST_WORDS = 6
LEAST_COMMON = 0.12
"""Share of words that must be among the commonest of English; English copy has 0.3 and more, other languages near 0."""
_WORD = re.compile(r"[^\W\d_]+")
_COMMONEST = """
a about add after all also an and any are as ask at be been before but by can come cook day do each eat every
find first for free from get give go good had has have he help her here his how i if in into is it its just
know last like list look made make more most my need new next no not now of off on one only or other our out
over pick see she so some take than that the their them then there they thing this time to today try two until
up us use we week what when where which who why will with you your
"""
_COMMON = frozenset(_COMMONEST.split())


def is_english(first: Reading, original: str) -> bool:
    """Whether the text may be judged as English: Latin letters, and enough of English's commonest words.

    A text of fewer than six words is taken for what it says it is, unless its letters are of another alphabet.
    """
    letters = [] if original.isascii() else [c for c in unicodedata.normalize("NFKC", original) if c.isalpha()]
    foreign = sum(not c.isascii() and not unicodedata.name(c, "").startswith("LATIN") for c in letters)
    words = _WORD.findall(first.text)
    readable = [word for word in words if word.isascii()]
    if len(readable) < len(words) / 2 or foreign * 2 > max(1, len(letters)):
        return False
    if len(words) < FEWEST_WORDS:
        return True
    return sum(word in _COMMON for word in words) / len(words) >= LEAST_COMMON
