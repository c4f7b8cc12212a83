"""A reading cut into the sentences that the learnt reader judges one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.brand.reading import SLOT, Reading

_BREAK = re.compile(r"(?<=[.!?;:])[\"')\]]*\s+|\s+-+\s+|\n+")
_CLAUSE = re.compile(r",\s+|\s*[()]\s*|\s+(?=(?:and|but|so|or|because|which)\s)")
_FEWEST = 3
"""Words that a clause needs to be pointed at by itself."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reading: its words in small letters, its place in the reading and in what was written."""

    text: str
    first: int
    after: int
    start: int
    end: int

    def touches(self, start: int, end: int) -> bool:
        """Whether a piece of what was written lies, in part at least, in this sentence."""
        return self.start < end and start < self.end


def sentences(view: Reading) -> tuple[Sentence, ...]:
    """The sentences and lines of a reading that hold a letter or a digit, in order."""
    return tuple(_sentence(view, first, after) for first, after in _cut(_BREAK, view.text, 0, len(view.text)))


def clauses(view: Reading, whole: Sentence) -> tuple[Sentence, ...]:
    """The clauses of a sentence that have words enough to stand alone; the sentence itself when there is no such one."""
    parts = [
        _sentence(view, first, after)
        for first, after in _cut(_CLAUSE, view.text, whole.first, whole.after)
        if len(view.text[first:after].split()) >= _FEWEST
    ]
    return tuple(parts) or (whole,)


def _cut(at: re.Pattern[str], text: str, first: int, end: int) -> list[tuple[int, int]]:
    found = []
    for match in at.finditer(text, first, end):
        found.append((first, match.start()))
        first = match.end()
    found.append((first, end))
    trimmed = ((a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip())) for a, b in found)
    return [(a, b) for a, b in trimmed if any(c.isalnum() for c in text[a:b])]


def _sentence(view: Reading, first: int, after: int) -> Sentence:
    return Sentence(view.text[first:after], first, after, *view.span(first, after))


def without(sentence: Sentence, view: Reading, spans: list[tuple[int, int]]) -> str:
    """The sentence's words with the given pieces of what was written taken for slots."""
    kept = ""
    for place in range(sentence.first, sentence.after):
        inside = any(start <= view.starts[place] and view.ends[place] <= end for start, end in spans)
        if not inside:
            kept += view.text[place]
        elif not kept.endswith(SLOT):
            kept += SLOT
    return kept
