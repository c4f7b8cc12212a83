"""The linter: where a text leaves the brand's rules, what was seen there, what is allowed, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from campaigns.brief import Channel
from policies.brand.file import Brand
from policies.brand.grade import reading_grade
from policies.brand.inference import INFERENCES
from policies.brand.judged import judge
from policies.brand.language import is_english
from policies.brand.phrases import Hit, Phrase, find
from policies.brand.reader import Reader, shipped_reader
from policies.brand.reading import SLOT, Reading, hidden, readings
from policies.brand.tone import shouted

LintRule = Literal[
    "price",
    "claim",
    "comparison",
    "banned",
    "pressure",
    "shouting",
    "sensitive",
    "hidden",
    "link",
    "reading",
    "language",
]
_LINK = re.compile(
    r"(?:https?|ftp)://([^\s\"'<>/?#:]+)[^\s\"'<>]*|\bwww\.([^\s\"'<>/?#:]+)[^\s\"'<>]*|\b((?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|shop|store))\b",
    re.IGNORECASE,
)
_LIMITS: Mapping[LintRule, str] = {
    "price": "prices, percentages and offers only through slots of the offer table",
    "claim": "statements of fact only in the words of a claim in the brand file, with its evidence",
    "comparison": "no comparison with others",
    "banned": "none of the words that the brand does not use",
    "pressure": "nothing that hurries, scares or shames the reader",
    "sensitive": "nothing about the reader's health, faith, origin, sexuality, family or money, nor that they are watched",
    "hidden": "every character visible and of one alphabet",
}
_GATHERED: frozenset[LintRule] = frozenset({"price", "claim", "comparison", "pressure"})
_CLOSE = 4
"""Words between two findings of one rule that still read as one complaint."""


@dataclass(frozen=True, slots=True)
class CopyFinding:
    """One complaint about a text. `text[start:end]` is what was written; `observed` what a reader sees there.

    `remedy` says what to do; `replacement` is what to put in that place, "" to take it out, None when a person has to
    find the words.
    """

    rule: LintRule
    start: int
    end: int
    observed: str
    limit: str
    remedy: str
    replacement: str | None


def lint(
    text: str,
    brand: Brand,
    today: date,
    channel: Channel | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
    reader: Reader | None = None,
) -> tuple[CopyFinding, ...]:
    """Every finding about one text (plain, Jinja2 or markup), in its order; empty when the brand could say it.

    `lists` are a policy set's word lists: its `banned_claims` and `claim_markers` count as claims here too. `reader`
    judges the sentences (default: the one shipped); of a text that is not English, which it cannot judge, all that the
    lists know is found.
    """
    views = readings(text)
    judging = (reader or shipped_reader()) if is_english(views[0], text) else None
    found = list(_said(views, brand, today, channel, lists or {}, judging))
    found += _shouts(tuple(view for view in views if "digits" not in view.folded), brand)
    found += (
        _finding(
            "hidden",
            mark.start,
            mark.end,
            mark.kind,
            "type the words again as plain text",
            _visible(text[mark.start : mark.end]),
        )
        for mark in hidden(text)
    )
    found += _links(text, brand)
    found += _whole(text, views[0], brand)
    return _gathered(text, found)


def _gathered(text: str, found: Sequence[CopyFinding]) -> tuple[CopyFinding, ...]:
    """The findings in order, those of one rule that stand close together in a sentence told as one."""
    kept: list[CopyFinding] = []
    for one in sorted(found, key=lambda one: (one.start, one.end, one.rule)):
        last = next((place for place in reversed(range(len(kept))) if kept[place].rule == one.rule), None)
        if last is None or one.rule not in _GATHERED or not _near(text[kept[last].end : one.start]):
            kept.append(one)
            continue
        kept[last] = _joined(text, kept[last], one)
    return tuple(kept)


def _joined(text: str, first: CopyFinding, then: CopyFinding) -> CopyFinding:
    if then.end <= first.end:
        return first
    plain = first.observed.endswith('"') and then.observed.endswith('"')
    observed = f'"{_visible(text[first.start : then.end])}"' if plain else f"{first.observed} … {then.observed}"
    alike = first.replacement if first.replacement == then.replacement else None
    return replace(first, end=then.end, observed=observed, replacement=alike)


def _near(between: str) -> bool:
    return len(between.split()) <= _CLOSE and not re.search(r"[.!?,;:\n<{]", between)


def _said(
    views: tuple[Reading, ...],
    brand: Brand,
    today: date,
    channel: Channel | None,
    lists: Mapping[str, Sequence[str]],
    reader: Reader | None,
) -> Iterator[CopyFinding]:
    allowed = _spans(brand, views, today, channel)
    judged = judge(views, allowed, reader)
    for hit in judged.price:
        slot = f"{{{{ {brand.offers.slots[0]} }}}}"
        yield _hit("price", hit, f"write the slot {slot} and let the offer table fill it", slot)
    listed = tuple(_exactly(word) for name in ("banned_claims", "claim_markers") for word in lists.get(name, ()))
    for hit in (*judged.claim, *find(listed, views)):
        said = any(start <= hit.start and hit.end <= end for start, end in allowed)
        if not said and not _of_price(hit, judged.price):
            yield _hit("claim", hit, _claim_remedy(brand, today, channel), None)
    for hit in (*judged.comparison, *find([_exactly(name) for name in brand.competitors], views)):
        yield _hit("comparison", hit, "say what we have, not what others lack", None)
    for word in (*brand.banned_words, *brand.dont):
        for hit in find((_exactly(word.word),), views):
            remedy = f'write "{word.instead}"' if word.instead else "take it out"
            yield _hit("banned", hit, remedy, word.instead if word.instead else "")
    for hit in judged.tone:
        until = hit.phrase.instead
        remedy = f'write "{until}"' if until else "say what there is and leave the reader the choice"
        yield _hit("pressure", hit, remedy, until)
    for hit in find(INFERENCES, views):
        yield _hit("sensitive", hit, "take it out and speak of the product", "")


def _of_price(hit: Hit, prices: Sequence[Hit]) -> bool:
    """Whether the words compare prices, which a finding about a price already tells."""
    return "than" in hit.words and any(hit.start < price.end and price.start < hit.end for price in prices)


def _spans(brand: Brand, views: tuple[Reading, ...], today: date, channel: Channel | None) -> list[tuple[int, int]]:
    """Where claims stand that may be made here and now."""
    allowed = [_exactly(claim.text) for claim in brand.claims_on(channel, today)]
    return [(hit.start, hit.end) for hit in find(allowed, views[:1])]


def _claim_remedy(brand: Brand, today: date, channel: Channel | None) -> str:
    allowed = [f'"{claim.text}"' for claim in brand.claims_on(channel, today)]
    if not allowed:
        return "take it out, or put the claim with its evidence into the brand file"
    return f"take it out, or state a claim of the brand file: {', '.join(allowed[:3])}"


def _shouts(views: tuple[Reading, ...], brand: Brand) -> Iterator[CopyFinding]:
    first = views[0]
    allowed = frozenset(word.upper() for word in brand.capitals)
    taken: list[tuple[int, int]] = []
    for view in views:
        for start, end, calm in shouted(view.cased, allowed):
            at = view.span(start, end)
            if any(at[0] < upto and since < at[1] for since, upto in taken):
                continue
            taken.append(at)
            limit = "no words in capitals, no heaped marks"
            yield _finding("shouting", *at, view.cased[start:end], f'write "{calm}"', calm, limit=limit)
    marks = [match.start() for match in re.finditer(r"!", first.cased)]
    if len(marks) > brand.exclamation_marks:
        at = first.span(marks[brand.exclamation_marks], marks[brand.exclamation_marks] + 1)
        limit = f"at most {brand.exclamation_marks} exclamation marks in a text"
        yield _finding(
            "shouting", *at, f"{len(marks)} exclamation marks", "end the sentence with a full stop", ".", limit=limit
        )


def _links(text: str, brand: Brand) -> Iterator[CopyFinding]:
    for match in _LINK.finditer(text):
        domain = next(group for group in match.groups() if group).casefold().rstrip(".")
        if not leads_home(domain, brand):
            slot = f"{{{{ {brand.links.slots[0]} }}}}"
            limit = f"links only to {', '.join(brand.links.domains)}"
            yield _finding("link", *match.span(), domain, f"write the slot {slot}", slot, limit=limit)


def leads_home(domain: str, brand: Brand) -> bool:
    """Whether a domain is one of the brand's, or below one."""
    return any(domain == own or domain.endswith(f".{own}") for own in brand.links.domains)


def _whole(text: str, first: Reading, brand: Brand) -> Iterator[CopyFinding]:
    if not is_english(first, text):
        yield _finding(
            "language",
            0,
            len(text),
            "not English",
            "let a person who reads the language judge it",
            None,
            limit="English; in other languages the linter cannot judge",
        )
        return
    grade = reading_grade(first.text.replace(SLOT, " "))
    if grade > brand.reading_grade:
        limit = f"at most grade {brand.reading_grade:g} (Flesch-Kincaid)"
        yield _finding(
            "reading", 0, len(text), f"grade {grade:g}", "shorten sentences and use shorter words", None, limit=limit
        )


@cache
def _exactly(words: str) -> Phrase:
    """The phrase of these very words, however they are spelt."""
    reading = readings(words)[0].text.replace("%", " percent ")
    parts = re.findall(r"[^\W_]+", reading)
    pattern = r"(?<!\w)" + " ".join(re.escape(part) for part in parts) + r"(?!\w)" if parts else r"(?!)"
    return Phrase(pattern, needs=max(parts, key=len, default=""))


def _hit(rule: LintRule, hit: Hit, remedy: str, replacement: str | None) -> CopyFinding:
    observed = f'"{hit.words}"' + (f" ({hit.disguise})" if hit.disguise else "")
    return _finding(rule, hit.start, hit.end, observed, remedy, replacement)


def _finding(
    rule: LintRule, start: int, end: int, observed: str, remedy: str, replacement: str | None, limit: str | None = None
) -> CopyFinding:
    return CopyFinding(rule, start, end, observed, limit or _LIMITS[rule], remedy, replacement)


def _visible(written: str) -> str:
    return " ".join(readings(written)[0].cased.replace(SLOT, "…").split())


def of(findings: Iterable[CopyFinding], *rules: LintRule) -> tuple[CopyFinding, ...]:
    """The findings of these rules."""
    return tuple(finding for finding in findings if finding.rule in rules)
