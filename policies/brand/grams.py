"""A sentence as counts of its word groups and letter groups, hashed into a fixed number of places."""

from __future__ import annotations

import re
from binascii import crc32
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from policies.brand.reading import SLOT

PLACES = 1 << 16
"""Places that the groups of one kind are hashed into."""
KINDS = 2
"""Groups of one to three words, then groups of two to five letters within a word."""
_WORD = re.compile(rf"[^\W_]+(?:'[^\W_]+)*|[%$£€!?{SLOT}]")
_DIGIT = re.compile(r"\d")

Counted = tuple[NDArray[np.int64], NDArray[np.float64]]


def grams(sentence: str) -> tuple[Counted, Counted]:
    """For either kind: the places of the sentence's groups, and 1 + ln(count) at each. Every digit counts as 0."""
    words = [_DIGIT.sub("0", word) for word in _WORD.findall(sentence)]
    groups = (" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1))
    return _counted(_hashed("w", group) for group in groups), _counted(
        place for word in words for place in _letters(word)
    )


def _counted(places: Iterable[int]) -> Counted:
    counts = Counter(places)
    return np.fromiter(counts, np.int64, len(counts)), 1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))


@lru_cache(maxsize=20_000)
def _letters(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(_hashed("c", padded[i : i + n]) for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1))


def _hashed(kind: str, group: str) -> int:
    return crc32(f"{kind}{group}".encode()) % PLACES
