"""Phrases as patterns: how they are written, compiled and found in every reading of a text.

In a phrase one space stands for any small gap between words (or none), `{num}` for a number in digits, `{count}` for
one in digits or words, `{slot}` for a template slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from policies.brand.reading import SLOT, Reading

_GAP = r"[ \t\n'\",/*_–-]{0,4}+"
_LOOSE = r"[^\w]{0,4}"
_SPACE = re.compile(r"(\[[^\]]*\])| \??")
"""A space outside a character class; it may always be missing, so that `?` after it says nothing more."""
_ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUM = r"\d(?:[\d.,]|o(?![a-z]))*"
_COUNT = rf"(?:{_NUM}|\b(?:(?:{_TENS})(?:[ -](?:{_ONES}))?|{_ONES}|(?:a )?(?:hundred|thousand|dozen))\b)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to break a rule: its pattern, and what to write instead (None: take it out).

    `needs` are letters without which the pattern cannot stand in a text ("": nothing is known); a text is searched for
    them first, which is much faster.
    """

    pattern: str
    instead: str | None = None
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: its place in the original, the words as read, the disguise taken off, and the phrase."""

    start: int
    end: int
    words: str
    disguise: str
    phrase: Phrase


def find(phrases: Iterable[Phrase], views: tuple[Reading, ...], more: Iterable[Hit] = ()) -> list[Hit]:
    """Every place where a phrase stands in any view, and `more`, in order; of those that overlap, each the longest."""
    return sorted(
        (*_longest(hit for p in phrases for v in views for hit in _in_view(p, v)), *_longest(more)), key=_place
    )


def _place(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end


def _longest(found: Iterable[Hit]) -> list[Hit]:
    hits = list(found)
    hits.sort(key=lambda hit: (hit.start - hit.end, hit.start, bool(hit.disguise)))
    kept: list[Hit] = []
    for hit in hits:
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return kept


def _in_view(phrase: Phrase, view: Reading) -> Iterator[Hit]:
    drawn = "letters set apart" in view.folded
    spelt = "digits for letters" in view.folded
    if phrase.needs not in view.text and not spelt:
        return
    pattern = _compiled(phrase.pattern, drawn, spelt)
    for match in pattern.finditer(view.text):
        start, end = match.start(), match.start() + len(match[0].rstrip(" ,\t\n"))
        if start == end or (view.folded and not any(view.altered[start:end]) and "direction" not in view.folded):
            continue
        words = " ".join(view.cased[start:end].replace(SLOT, "…").split())
        disguise = view.folded or ("look-alike letters" if any(view.altered[start:end]) else "")
        yield Hit(*view.span(start, end), words, disguise, phrase)


@cache
def _compiled(source: str, drawn: bool, spelt: bool) -> re.Pattern[str]:
    if spelt:
        source = source.replace("l", "i").replace("{siot}", "{slot}")
    source = source.replace("{num}", _NUM).replace("{slot}", SLOT)
    count = _COUNT.replace("l", "i") if spelt else _COUNT
    gap = _LOOSE if drawn else _GAP
    pieces = [_SPACE.sub(lambda match: match[1] or gap, piece) for piece in source.split("{count}")]
    if not drawn:
        pieces = [piece.replace(r"\w+", r"\w+\b") for piece in pieces]
    if drawn or spelt:
        pieces = [piece.replace("'", r"\W{0,3}") for piece in pieces]
    if drawn:
        pieces = [piece.replace(r"\b", "") for piece in pieces]
        count = count.replace(r"\b", "").replace(" ", "")
    return re.compile(count.join(pieces))
