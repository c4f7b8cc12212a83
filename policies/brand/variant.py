"""A whole variant against the brand: findings in each part, and what it must show and does not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.creative import Creative
from policies.brand.file import Brand, Disclosure
from policies.brand.grade import reading_grade
from policies.brand.language import is_english
from policies.brand.lint import CopyFinding, LintRule, leads_home, lint
from policies.brand.reading import SLOT, readings
from policies.brand.shown import fill, link_targets, sample, visible
from policies.copy import Copy
from policies.text import normalise

_SLOT = re.compile(r"\{\{-?\s*([A-Za-z_]\w*)[^{}]*\}\}")
_DOMAIN = re.compile(r"(?:https?:)?//([^/?#:\s]+)")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the linter says of a variant. `findings` go by part (subject, body, html), with places in its template.

    `missing` are disclosures that some body does not show once filled in. `foreign` are links that lead neither
    through a slot of the brand nor to its domains. `grade` is None and `judged` false where the language is not
    English; `one_click` is whether a reader of every part gets the one-click link. None of these: not to be told.
    """

    findings: Mapping[str, tuple[CopyFinding, ...]]
    missing: tuple[str, ...] | None
    foreign: tuple[str, ...]
    grade: float | None
    judged: bool
    one_click: bool | None

    def words(self, *rules: LintRule) -> tuple[str, ...]:
        """What was seen under these rules in any part, each once."""
        found = (f.observed for part in self.findings.values() for f in part if f.rule in rules)
        return tuple(dict.fromkeys(found))


def review(
    creative: Creative, copy: Copy, brand: Brand, today: date, lists: Mapping[str, Sequence[str]] | None = None
) -> Reviewed:
    """The variant, whose parts are in `copy`, against the brand on this day."""
    parts = {"subject": creative.subject, "body": creative.body, "html": creative.html}
    findings = {name: lint(text, brand, today, creative.channel, lists) for name, text in parts.items() if text}
    first = [readings(text)[0] for text in parts.values() if text]
    judged = creative.language == brand.language and all(
        is_english(reading, text) for reading, text in zip(first, filter(None, parts.values()), strict=True)
    )
    grades = [reading_grade(reading.text.replace(SLOT, " ")) for reading in first]
    shown = None if copy.computed else _shown(creative, copy, brand)
    return Reviewed(
        findings=findings,
        missing=None if shown is None else _missing(creative, brand, shown, copy),
        foreign=_foreign(creative, brand),
        grade=max(grades, default=0.0) if judged else None,
        judged=judged,
        one_click=None if shown is None else _one_click(creative, brand, shown, copy),
    )


def _shown(creative: Creative, copy: Copy, brand: Brand) -> tuple[str, ...] | None:
    """Each body as its reader sees it, with sample values in the slots; None when one cannot be rendered."""
    values = _values(copy, brand)
    text, markup = fill(creative.body, values, markup=False), fill(creative.html, values, markup=True)
    if text is None or markup is None:
        return None
    bodies = [" ".join(text.split()) if creative.html or creative.channel == "email" else f"{creative.subject} {text}"]
    return (*bodies, visible(markup)) if creative.html else tuple(bodies)


def _values(copy: Copy, brand: Brand) -> dict[str, str]:
    needed = {name for one in brand.disclosures for name in (*one.slots, *_SLOT.findall(one.text or ""))}
    return sample(copy.used | needed)


def _missing(creative: Creative, brand: Brand, shown: tuple[str, ...], copy: Copy) -> tuple[str, ...]:
    asked = [
        one
        for one in brand.disclosures
        if creative.channel in one.channels and (one.when == "always" or creative.offer_id is not None)
    ]
    values = _values(copy, brand)
    return tuple(
        one.text or ", ".join(one.slots) for one in asked if not all(_says(body, one, values) for body in shown)
    )


def _says(body: str, disclosure: Disclosure, values: Mapping[str, str]) -> bool:
    said = f" {normalise(body)} "
    if disclosure.text is not None:
        wanted = [fill(disclosure.text, values, markup=False) or disclosure.text]
    else:
        wanted = [values[name] for name in disclosure.slots]
    return all(f" {normalise(text)} " in said for text in wanted)


def _one_click(creative: Creative, brand: Brand, shown: tuple[str, ...], copy: Copy) -> bool:
    """Whether the slot that the header and the link are made from is declared, in the text, and a visible link's target."""
    if creative.channel != "email":
        return True
    value = _values(copy, brand).get(brand.unsubscribe_slot, "")
    if not value or brand.unsubscribe_slot not in creative.slots or value not in shown[0]:
        return False
    if not creative.html:
        return True
    return value in link_targets(fill(creative.html, _values(copy, brand), markup=True) or "")


def _foreign(creative: Creative, brand: Brand) -> tuple[str, ...]:
    found: list[str] = []
    for target in link_targets(creative.html):
        slot = _SLOT.fullmatch(target)
        domain = _DOMAIN.match(target)
        own = slot[1] in brand.links.slots if slot else bool(domain and leads_home(domain[1].casefold(), brand))
        found += [] if own else [target]
    return tuple(dict.fromkeys(found))
