"""What a person may receive: offers, message variants with slots and claims, and the actions made of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from campaigns.border import Border
from campaigns.brief import Channel
from campaigns.money import Money


class Offer(Border):
    """A discount from the offer table: its face value is the most that one redemption can cost."""

    offer_id: str
    title: str
    face_value: Money
    valid_days: Annotated[int, Field(ge=1, le=365)]


class Claim(Border):
    """A statement of fact in a message and the evidence that supports it."""

    text: str
    evidence: str


class Creative(Border):
    """A message variant for one channel: Jinja2 templates with named slots, filled by the program when sent.

    `subject` is the e-mail subject or the push title; `body` the text; `html` an MJML text for e-mail, empty for
    push. `slots` names every variable the templates use. `tone` names the angle the variant takes.
    """

    creative_id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    channel: Channel
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    tone: str
    subject: str
    body: str
    html: str = ""
    slots: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    offer_id: str | None = None
    personalised: tuple[str, ...] = ()


NO_CONTACT = -1
"""The action index that stands for doing nothing; every decision includes it."""
