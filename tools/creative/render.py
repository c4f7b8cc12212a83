"""Templates and slot values become messages: compiled once per variant, values escaped and never compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import mrml
from jinja2 import StrictUndefined, Template, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campaigns.creative import Creative
from tools.creative.brand import humanise, speakable
from tools.creative.errors import BadSlot, BadTemplate
from tools.creative.lint import lint, slots_of
from tools.creative.slots import URLS, Sender, sender_slots

LONGEST_VALUE = 2_000
"""Characters that a slot value may have."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NOT_IN_HEADER = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_URL = re.compile(r"(?:https://|mailto:)[^\s\"'<>\\]+")
_FONTS = re.compile(r"fonts\.googleapis|@import|<link\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a person sees it: subject (or push title), text, and html for e-mail ("" for push)."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    creative_id: str
    subject: Template
    text: Template
    html: Template | None
    slots: tuple[str, ...]


class Renderer:
    """Renders the variants of one plan and its sender; the order of `creatives` gives the action numbers.

    Every variant is linted and compiled here, MJML to HTML included, so that a message costs only its slots.
    BadTemplate when a variant may not be compiled.
    """

    def __init__(self, creatives: Sequence[Creative], sender: Sender) -> None:
        self._shared = {name: _checked(name, value) for name, value in sender_slots(sender).items()}
        self._compiled = tuple(_compile(creative) for creative in creatives)

    def message(self, action: int, slots: Mapping[str, str]) -> Message:
        """The message of an action; `slots` gives the values that are not the same for the sender.

        The category may be given as the data spells it. Values are escaped in html and left as they are in text.
        BadSlot when a value is missing, is no plain text, holds a control character, or is no https or mailto
        address where a link stands. IndexError for an action that the plan does not have.
        """
        if action < 0:
            raise IndexError(f"action {action} is no message")
        compiled = self._compiled[action]
        values = dict(self._shared)
        for name in compiled.slots:
            if name in slots:
                values[name] = _checked(name, slots[name])
        try:
            subject = compiled.subject.render(values)
            text = compiled.text.render(values)
            html = "" if compiled.html is None else compiled.html.render(values)
        except UndefinedError as error:
            raise BadSlot(
                f"Variant {compiled.creative_id} cannot be rendered: {error}; give the slot a value."
            ) from None
        if _NOT_IN_HEADER.search(subject):
            raise BadSlot(
                f"The subject of {compiled.creative_id} would hold a line break or control character; mend the slot's value."
            )
        return Message(subject=subject, text=text, html=html)


def _compile(creative: Creative) -> _Compiled:
    lint(creative)
    plain = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    marked = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, keep_trailing_newline=True)
    return _Compiled(
        creative_id=creative.creative_id,
        subject=plain.from_string(creative.subject),
        text=plain.from_string(creative.body),
        html=marked.from_string(_html(creative)) if creative.html else None,
        slots=creative.slots,
    )


def _html(creative: Creative) -> str:
    """The e-mail's HTML with its slots still open; BadTemplate when it would load anything or lost a slot."""
    try:
        html = mrml.to_html(creative.html).content
    except OSError as error:
        raise BadTemplate(f"Variant {creative.creative_id}: the MJML does not compile ({error}); mend it.") from None
    if _FONTS.search(html):
        raise BadTemplate(
            f"Variant {creative.creative_id}: the MJML loads a font; set font-family to one that is installed."
        )
    if slots_of(html) != slots_of(creative.html):
        raise BadTemplate(
            f"Variant {creative.creative_id}: a slot is lost where the MJML becomes HTML; move it into text."
        )
    return html


def _checked(name: str, value: str) -> str:
    """The value of a slot, the category in plain words; BadSlot unless it is plain text that may stand there."""
    if type(value) is not str:
        raise BadSlot(f"The slot {name} got a {type(value).__name__}; give plain text.")
    if len(value) > LONGEST_VALUE or _CONTROL.search(value):
        raise BadSlot(
            f"The slot {name} got {value[:40]!r}, which is too long or holds a control character; give plain text."
        )
    if name in URLS and not _URL.fullmatch(value):
        raise BadSlot(f"The slot {name} got {value[:80]!r}; give an address that begins with https:// or mailto:.")
    if name != "category":
        return value
    if not speakable(value):
        raise BadSlot(
            f"The category {value[:40]!r} holds a price, an address or markup, or is too long to be said; name it in plain words."
        )
    return _category(value)


_category = lru_cache(maxsize=256)(humanise)
