"""What a channel is given and what it must offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message's envelope: the contact's key (16 hex digits), the address, the instant of sending (aware), and the
    token that ends this person's consent to the channel (`delivery.channels.unsubscribe`)."""

    key: str
    to: str
    at: datetime
    token: str


class Text(Protocol):
    """A rendered message: subject or title, text, and HTML (empty where the channel has none)."""

    @property
    def subject(self) -> str:
        """The subject line or title."""

    @property
    def text(self) -> str:
        """The plain text."""

    @property
    def html(self) -> str:
        """The HTML text, or an empty one."""


class Renderer(Protocol):
    """Fills a variant's slots."""

    def message(self, action: int, slots: Mapping[str, str]) -> Text:
        """The text of the plan's variant at this place, with these values in its slots."""


class Channel(Protocol):
    """Turns envelope and text into the bytes of one file; declares which identifier it addresses."""

    identifier: str
    suffix: str

    def deliverable(self, address: str | None) -> bool:
        """Whether a message can be addressed to this; None is never deliverable."""

    def write(self, envelope: Outgoing, text: Text) -> bytes:
        """The bytes of one message; the same arguments give the same bytes."""
