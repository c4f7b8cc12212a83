"""What the lists and the learnt reader find together: the lists say where to look and what was said, the reader whether it is so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from policies.brand.claim_words import CLAIM_FAMILIES, RIVAL_FAMILIES
from policies.brand.claims import CLAIMS, COMPARISONS
from policies.brand.families import told
from policies.brand.phrases import Hit, Phrase, find
from policies.brand.price_words import PRICE_FAMILIES
from policies.brand.prices import PRICES
from policies.brand.reader import JUDGED, MARKS, Judged, Reader
from policies.brand.reading import SLOT, Reading
from policies.brand.sentences import Sentence, clauses, sentences, without
from policies.brand.tone import PRESSURE
from policies.brand.tone_words import TONE_FAMILIES

_MONEY = re.compile(r"[%$€£¥₹]|\b(?:percent|per cent|pct)\b|\d[.,]\d\d\b", re.IGNORECASE)
"""A price in a form that needs no judgement: a sign, a percentage, a decimal amount."""
_PLAIN = ("", "look-alike letters")
"""Disguises that the reader sees through; any other is a finding by itself, for nobody disguises plain words."""
_LEARNT: dict[Judged, Phrase] = {
    "price": Phrase("a price by the learnt reader", "{{ offer_title }}"),
    "claim": Phrase("a claim by the learnt reader"),
    "tone": Phrase("pressure by the learnt reader"),
}
_SERVICE = re.compile(
    r"(?:(?:please |to |or )?(?:unsubscribe|opt out|manage (?:your )?preferences|privacy(?: policy)?|view (?:this |it )?(?:e-?mail )?in (?:your )?browser)"
    r"(?: here| at any time| with one click)?)[:. ]*"
)
"""A footer's service words, which the reader is not asked about: what they lead to is a slot's."""
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Listed:
    """What the lists know in a text: for each of JUDGED its phrases, then its families; comparisons among the claims."""

    phrases: tuple[tuple[Hit, ...], ...]
    families: tuple[tuple[Hit, ...], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The findings about price, claim, comparison with others and pressure, each in its order."""

    price: tuple[Hit, ...]
    claim: tuple[Hit, ...]
    comparison: tuple[Hit, ...]
    tone: tuple[Hit, ...]


def listed(views: tuple[Reading, ...], allowed: Spans) -> Listed:
    """What the lists know in any view, but for claims inside places that `allowed` holds."""
    words = tuple(told(view) for view in views)
    claims = find((*CLAIMS, *COMPARISONS), views)
    families = find((), views, CLAIM_FAMILIES.find(words)) + find((), views, RIVAL_FAMILIES.find(words))
    return Listed(
        (tuple(find(PRICES, views)), _outside(claims, allowed), tuple(find(PRESSURE, views))),
        (
            tuple(find((), views, PRICE_FAMILIES.find(words))),
            _outside(families, allowed),
            tuple(find((), views, TONE_FAMILIES.find(words))),
        ),
    )


def marked(parts: Sequence[Sentence], known: Listed) -> NDArray[np.float64]:
    """For each sentence, which lists know something in it (n, MARKS), as the reader takes it."""
    marks = np.zeros((len(parts), MARKS))
    for column, hits in enumerate((*known.phrases, *known.families)):
        for hit in hits:
            for row, part in enumerate(parts):
                if part.touches(hit.start, hit.end):
                    marks[row, column] = 1
    return marks


def judge(views: tuple[Reading, ...], allowed: Spans, reader: Reader | None) -> Found:
    """The findings of a text by its views. Claims in the places of `allowed` may be made. Without a reader, as for
    another language than English, all that the lists know is found."""
    known = listed(views, allowed)
    found = dict(zip(JUDGED, known.phrases, strict=True))
    more = dict(zip(JUDGED, known.families, strict=True))
    if reader is None:
        return _told({name: [*found[name], *more[name]] for name in JUDGED})
    first = views[0]
    parts = sentences(first)
    texts = [without(part, first, list(allowed)) if allowed else part.text for part in parts]
    margins = reader.margins(texts, marked(parts, known))
    kept: dict[Judged, list[Hit]] = {}
    for column, name in enumerate(JUDGED):
        so = [part for part, margin in zip(parts, margins[:, column], strict=True) if margin >= 0 and not _footer(part)]
        kept[name] = [hit for hit in chain(found[name], more[name]) if _sure(hit, name) or _in_any(so, hit)]
        # A disguise garbles the letters that the reader goes by; what was disguised is told already.
        garbled = any(hit.disguise not in _PLAIN for hit in kept[name])
        silent = [
            part for part in so if not garbled and not any(part.touches(hit.start, hit.end) for hit in kept[name])
        ]
        kept[name] += [_pointed(first, part, column, name, reader) for part in silent]
    return _told(kept)


def _footer(part: Sentence) -> bool:
    return bool(_SERVICE.fullmatch(part.text.replace(SLOT, " ").strip()))


def _told(kept: dict[Judged, list[Hit]]) -> Found:
    def place(hit: Hit) -> tuple[int, int]:
        return hit.start, hit.end

    rivals = [hit for hit in kept["claim"] if _compares(hit)]
    claims = [hit for hit in kept["claim"] if not _compares(hit)]
    price, claim, comparison, tone = (
        tuple(sorted(hits, key=place)) for hits in (kept["price"], claims, rivals, kept["tone"])
    )
    return Found(price, claim, comparison, tone)


def _compares(hit: Hit) -> bool:
    return hit.phrase in COMPARISONS or RIVAL_FAMILIES.holds(hit.phrase)


def _sure(hit: Hit, name: Judged) -> bool:
    return hit.disguise not in _PLAIN or (name == "price" and bool(_MONEY.search(hit.words)))


def _in_any(parts: Sequence[Sentence], hit: Hit) -> bool:
    return any(part.touches(hit.start, hit.end) for part in parts)


def _outside(hits: Sequence[Hit], allowed: Spans) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in allowed))


def _pointed(view: Reading, part: Sentence, column: int, name: Judged, reader: Reader) -> Hit:
    """The clause of a sentence that most makes it what it is judged as, by its words alone."""
    choices = clauses(view, part)
    blank = np.zeros((1, MARKS))
    chosen = (
        max(choices, key=lambda one: reader.margins([one.text], blank)[0, column]) if len(choices) > 1 else choices[0]
    )
    words = " ".join(view.cased[chosen.first : chosen.after].replace(SLOT, "…").split())
    altered = any(view.altered[chosen.first : chosen.after])
    end = chosen.end - 1 if words.endswith(".") and view.text[chosen.after - 1] == "." else chosen.end
    return Hit(chosen.start, end, words.removesuffix("."), _PLAIN[altered], _LEARNT[name])


def texts_of(views: tuple[Reading, ...]) -> Iterator[tuple[Sentence, NDArray[np.float64]]]:
    """The sentences of a text with their marks: what the reader learns from."""
    parts = sentences(views[0])
    yield from zip(parts, marked(parts, listed(views, ())), strict=True)
