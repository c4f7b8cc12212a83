"""What a message variant says and does: its readable text, its slots, and what is written out that should be a slot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.creative import Creative
from policies.text import clean

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%(.*?)%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SLOT = re.compile(r"-?\s*([A-Za-z_]\w*)\s*(?:\|\s*(?:e|escape|title|capitalize|lower|upper|trim)\s*)*-?")
_BLOCK = re.compile(
    r"[-+]?\s*(?:(?:if|elif)\s+((?:not\s+)?[A-Za-z_]\w*(?:\s+(?:and|or)\s+(?:not\s+)?[A-Za-z_]\w*)*)|else|endif)\s*[-+]?"
)
_STYLE = re.compile(r"<(style|mj-style|mj-attributes)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SPOKEN_ATTRIBUTE = re.compile(r"""\b(?:alt|title|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_MONEY = r"(?:USD|EUR|GBP|CHF|CAD|AUD|dollars?|euros?|pounds|cents?)"
_AMOUNT = re.compile(
    rf"(?:[$€£¥₹]|\b{_MONEY})\s*\d[\d.,]*|\b\d[\d.,]*\s*(?:%|percent\b|[$€£¥₹]|{_MONEY}\b|off\b)|\bhalf[ -](?:price|off)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"""(?:https?|ftp|mailto|data):[^\s"'<>]*|\bwww\.[^\s"'<>]+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|shop|store|invalid|example)\b""",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"""\b(?:href|src|background|background-url|action)\s*=\s*["']\s*([^"'\s][^"']*)["']""", re.IGNORECASE
)
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|input|button|meta|link|base|svg|mj-raw|mj-include|mj-html-attributes)\b"
    r"|\son[a-z]+\s*=|javascript\s*:|vbscript\s*:|expression\s*\(",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A variant taken apart. `texts` are its readable parts, searched one by one; the others are what was found."""

    texts: tuple[str, ...]
    slots: tuple[frozenset[str], ...]
    computed: tuple[str, ...]
    amounts: tuple[str, ...]
    links: tuple[str, ...]
    active: tuple[str, ...]

    @property
    def used(self) -> frozenset[str]:
        """Every slot name that any part uses."""
        return frozenset().union(*self.slots)

    def in_every_body(self, names: tuple[str, ...]) -> bool:
        """Whether each body (the text, and the HTML when there is one) uses one of these slots."""
        return all(part & set(names) for part in self.slots[1:])


def read_copy(creative: Creative) -> Copy:
    """The variant's readable text per part, its slots per part (subject first), and what is written out in it."""
    parts = [creative.subject, creative.body, *([creative.html] if creative.html else [])]
    bare = [clean(_without_jinja(part)) for part in parts]
    readable = [text for part in bare for text in _readable(part)]
    return Copy(
        texts=tuple(readable),
        slots=tuple(_slots(part) for part in parts),
        computed=_each(part for source in parts for part in _computed(source)),
        amounts=_each(match.group() for text in readable for match in _AMOUNT.finditer(text)),
        links=_each(link for part in bare for link in _links(part)),
        active=_each(match.group() for part in bare for match in _ACTIVE.finditer(part)),
    )


def _without_jinja(template: str) -> str:
    for pattern in (_COMMENT, _EXPRESSION, _STATEMENT):
        template = pattern.sub(" ", template)
    return template


def _readable(part: str) -> list[str]:
    styled = _STYLE.sub(" ", part)
    spoken = [first or second for tag in _TAG.findall(styled) for first, second in _SPOKEN_ATTRIBUTE.findall(tag)]
    return [_TAG.sub(" ", styled), *(text for text in spoken if text.strip())]


def _slots(template: str) -> frozenset[str]:
    bare = _COMMENT.sub(" ", template)
    names = {match[1] for inner in _EXPRESSION.findall(bare) if (match := _SLOT.fullmatch(inner.strip(" \t\r\n")))}
    for inner in _STATEMENT.findall(bare):
        match = _BLOCK.fullmatch(inner)
        if match and match[1]:
            names |= set(match[1].split()) - {"and", "or", "not"}
    return frozenset(names)


def _computed(template: str) -> list[str]:
    bare = _COMMENT.sub(" ", template)
    found = [f"{{{{{inner}}}}}" for inner in _EXPRESSION.findall(bare) if not _SLOT.fullmatch(inner.strip(" \t\r\n"))]
    found += [f"{{%{inner}%}}" for inner in _STATEMENT.findall(bare) if not _BLOCK.fullmatch(inner)]
    left = _without_jinja(template)
    return found + [opening for opening in ("{{", "{%", "{#") if opening in left]


def _links(part: str) -> list[str]:
    targets = [target for target in _TARGET.findall(part) if target.strip()]
    rest = _TARGET.sub(" ", part)
    return targets + [match.group() for match in _LINK.finditer(rest)]


def _each(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(text.split()) for text in found))
