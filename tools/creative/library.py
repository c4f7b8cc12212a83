"""The shipped copy: YAML entries per tone and theme, made into creatives with and without an offer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from xml.sax.saxutils import escape

import yaml
from pydantic import Field, TypeAdapter

from campaigns.border import Border
from campaigns.creative import Claim, Creative, Offer
from tools.creative.lint import slots_of
from tools.creative.slots import PER_MESSAGE

FOLDER = Path(__file__).with_name("templates")
LANGUAGES = ("en",)
CHANNELS: tuple[Literal["email", "push"], ...] = ("email", "push")
Theme = Literal["category", "shop"]
Text = Annotated[str, Field(min_length=1, max_length=400)]


class EmailOffer(Border):
    """What changes in an e-mail that carries an offer."""

    subject: Text
    line: Text


class EmailCopy(Border):
    """One e-mail: the pieces that the layout and the plain text are made of."""

    tone: Text
    theme: Theme
    subject: Text
    headline: Text
    lines: list[Text]
    button: Text
    offer: EmailOffer


class PushOffer(Border):
    """What a push message says instead when it carries an offer."""

    subject: Text
    body: Text


class PushCopy(Border):
    """One push message: title and sentence."""

    tone: Text
    theme: Theme
    subject: Text
    body: Text
    offer: PushOffer


def tones(channel: str, theme: Theme) -> tuple[str, ...]:
    """The tones that a channel has copy for, in the order in which they are taken."""
    copies = _emails() if channel == "email" else _pushes()
    return tuple(copy.tone for copy in copies if copy.theme == theme)


def creative(channel: str, theme: Theme, tone: str, offer: Offer | None) -> Creative:
    """The variant of a channel, theme and tone, with an offer or without; KeyError when there is no such copy."""
    if channel == "email":
        return _email({(copy.theme, copy.tone): copy for copy in _emails()}[theme, tone], offer)
    return _push({(copy.theme, copy.tone): copy for copy in _pushes()}[theme, tone], offer)


def _email(copy: EmailCopy, offer: Offer | None) -> Creative:
    subject = copy.offer.subject if offer else copy.subject
    lines = [*copy.lines, copy.offer.line] if offer else copy.lines
    body = "\n\n".join(
        [
            "{{ first_greeting }},",
            *lines,
            f"{copy.button}: {{{{ shop_url }}}}",
            "--\nYou get this e-mail because you agreed to hear from {{ brand }}.\n"
            "Unsubscribe: {{ unsubscribe_url }}\n{{ postal_address }}\n",
        ]
    )
    pieces = {
        "language": LANGUAGES[0],
        "subject": escape(subject),
        "preview": escape(lines[-1]),
        "headline": escape(copy.headline),
        "lines": "\n".join(f"        <mj-text>{escape(line)}</mj-text>" for line in copy.lines),
        "offer": _badge(copy.offer.line) if offer else "",
        "button": escape(copy.button),
    }
    html = (FOLDER / "layout.mjml").read_text(encoding="utf-8")
    for name, piece in pieces.items():
        html = html.replace(f"[[{name}]]", piece)
    return _creative("email", copy.theme, copy.tone, subject, body, html, offer)


def _push(copy: PushCopy, offer: Offer | None) -> Creative:
    said = copy.offer if offer else copy
    return _creative("push", copy.theme, copy.tone, said.subject, said.body, "", offer)


def _badge(line: str) -> str:
    return (
        '        <mj-spacer height="8px" />\n        <mj-text font-weight="bold" color="#14361f" container-background-color="#eaf3ec" '
        f'padding="16px 32px">{escape(line)}</mj-text>'
    )


def _creative(
    channel: Literal["email", "push"], theme: Theme, tone: str, subject: str, body: str, html: str, offer: Offer | None
) -> Creative:
    used = slots_of(subject, body, html)
    claims = () if offer is None else (Claim(text=offer.title, evidence=f"offer table, {offer.offer_id}"),)
    return Creative(
        creative_id=f"{channel}-{theme}-{tone}" + (f"-{offer.offer_id}" if offer else ""),
        channel=channel,
        language=LANGUAGES[0],
        tone=tone,
        subject=subject,
        body=body,
        html=html,
        slots=used,
        claims=claims,
        offer_id=offer.offer_id if offer else None,
        personalised=tuple(name for name in used if name in PER_MESSAGE),
    )


@cache
def _emails() -> tuple[EmailCopy, ...]:
    text = (FOLDER / "email.yaml").read_text(encoding="utf-8")
    return tuple(TypeAdapter(list[EmailCopy]).validate_python(yaml.safe_load(text)))


@cache
def _pushes() -> tuple[PushCopy, ...]:
    text = (FOLDER / "push.yaml").read_text(encoding="utf-8")
    return tuple(TypeAdapter(list[PushCopy]).validate_python(yaml.safe_load(text)))
