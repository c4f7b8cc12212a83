"""How hard a text is to read: the Flesch-Kincaid grade, from sentences, words and syllables."""

from __future__ import annotations

import re
from functools import cache

from pyphen import Pyphen

_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)|\n+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^l]e|[^td]ed)$")
FEWEST_WORDS = 5
"""Below this a grade says nothing."""


def reading_grade(text: str) -> float:
    """The grade of small-letter text, to one decimal: 0.39 words a sentence + 11.8 syllables a word - 15.59.

    Kincaid et al. (1975). A text of fewer than five words has grade 0. Line breaks, colons and semicolons end a
    sentence too, as copy sets headlines and lists apart that way.
    """
    sentences = [words for part in _SENTENCE.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return 0.0
    count = sum(syllables(word) for word in words)
    return round(0.39 * len(words) / len(sentences) + 11.8 * count / len(words) - 15.59, 1)


@cache
def syllables(word: str) -> int:
    """The syllables of an English word in small letters: groups of vowels, a silent ending not counted, or the parts
    that hyphenation finds when these are more (it never splits off a single letter, so it alone counts too few)."""
    plain = word.replace("'", "")
    groups = len(_VOWELS.findall(_SILENT.sub("", plain))) if len(plain) > 3 else 1
    return max(1, groups, _hyphenated(plain))


def _hyphenated(word: str) -> int:
    return len(_hyphens().positions(word)) + 1


@cache
def _hyphens() -> Pyphen:
    return Pyphen(lang="en_US")
