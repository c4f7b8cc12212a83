"""A goal's words made regular, and the places in them that readers have already understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAME = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-"}
)  # fmt: skip
_RELATIVE = re.compile(r"\b(?:who|that|which|whose|without|inactive|lapsed|dormant|absent|away)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the words: first place, and the place after the last."""

    start: int
    end: int


class Text:
    """The words with single spaces and plain quotes and dashes; `taken` spans were understood by some reader."""

    def __init__(self, words: str) -> None:
        # What cannot be printed would reach a terminal or a log with the questions that quote the goal.
        printed = "".join(letter if letter.isprintable() else " " for letter in words.translate(_SAME))
        self.plain = " ".join(printed.split())
        self.taken: list[Span] = []
        self.gone: list[Span] = []

    def take(self, *spans: Span) -> None:
        """Mark stretches as understood."""
        self.taken.extend(spans)

    def cut(self, *spans: Span) -> None:
        """Mark stretches as understood that do not part the words around them ("households in Canada that ...")."""
        self.gone.extend(spans)

    def phrase(self, span: Span) -> str:
        """The words of a stretch, without punctuation at its ends."""
        return self.plain[span.start : span.end].strip(" ,;:.")

    @property
    def rest(self) -> str:
        """The words with every understood stretch blanked by NUL characters, a cut one by spaces; places stay the same."""
        letters = list(self.plain)
        for span in self.taken:
            letters[span.start : span.end] = "\0" * (span.end - span.start)
        for span in self.gone:
            letters[span.start : span.end] = " " * (span.end - span.start)
        return "".join(letters)

    def clause_before(self, place: int) -> str:
        """The words from the last comma, semicolon or full stop up to a place."""
        before = self.plain[:place]
        cut = max(before.rfind(mark) for mark in (", ", "; ", ". ", ": "))
        return before[cut + 1 :]

    def about_people(self, place: int) -> bool:
        """Whether a place lies in a clause that says which people are meant ("households that ...")."""
        return _RELATIVE.search(self.clause_before(place)) is not None


def span_of(match: re.Match[str], group: int | str = 0) -> Span:
    """The stretch of a match or of one of its groups."""
    return Span(match.start(group), match.end(group))
