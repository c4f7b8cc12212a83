"""A marketing e-mail as the bytes of one RFC 5322 message, with RFC 8058 one-click unsubscribe.

Written by hand because the standard library's generator takes about a millisecond per message; the tests parse the
result with the standard library. Same message, same bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from datetime import UTC
from email.utils import format_datetime

from delivery.channels.outgoing import Outgoing, Text
from delivery.channels.unsubscribe import DOMAIN, unsubscribe_url

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_LINE_LIMIT = 60
"""A header text longer than this (characters) is written as folded encoded words, so that no line passes 78."""
_WORD_BYTES = 42
"""Bytes of UTF-8 per encoded word: 56 characters of base64 and 12 of frame stay under RFC 2047's 75."""


class EmailChannel:
    """Makes the messages of one sender; `brand` is the name that people see."""

    identifier = "email"
    suffix = ".eml"

    def __init__(self, brand: str) -> None:
        self._from = f"{_phrase(brand)} <news@{DOMAIN}>"

    def deliverable(self, address: str | None) -> bool:
        """Whether this is one ASCII address, without anything that could open another header."""
        return address is not None and _ADDRESS.fullmatch(address) is not None

    def write(self, envelope: Outgoing, text: Text) -> bytes:
        """The bytes of one message with CRLF line ends; its key makes Message-ID and boundary, its token the one-click address.

        Text and HTML are two alternatives; with an empty HTML the message is plain text. ValueError when the
        address is not deliverable.
        """
        if not self.deliverable(envelope.to):
            raise ValueError(f"{envelope.to!r} is not an address that mail can be sent to")
        key = envelope.key
        head = (
            f"Date: {format_datetime(envelope.at.astimezone(UTC))}\r\n"
            f"From: {self._from}\r\n"
            f"To: {envelope.to}\r\n"
            f"Message-ID: <{key}@{DOMAIN}>\r\n"
            f"Subject: {_header_text(text.subject)}\r\n"
            f"List-Unsubscribe:\r\n <{unsubscribe_url(envelope.token)}>,\r\n <mailto:unsubscribe@{DOMAIN}?subject={envelope.token}>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            "MIME-Version: 1.0\r\n"
        )
        if not text.html:
            return head.encode("ascii") + _part("plain", text.text)
        # "=_" cannot occur in quoted-printable text (RFC 2045, 6.7), so this boundary is in no body.
        boundary = f"=_{key}"
        kind = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        return b"".join(
            (
                head.encode("ascii"),
                kind.encode("ascii"),
                f"--{boundary}\r\n".encode("ascii"),
                _part("plain", text.text),
                f"\r\n--{boundary}\r\n".encode("ascii"),
                _part("html", text.html),
                f"\r\n--{boundary}--\r\n".encode("ascii"),
            )
        )


def _part(subtype: str, body: str) -> bytes:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    # The encoder ends its soft breaks as the first line ends; with LF throughout one replacement makes all CRLF.
    return head.encode("ascii") + binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def _header_text(text: str) -> str:
    """Header text on one line, or as RFC 2047 words on folded lines; control characters become spaces."""
    clean = " ".join(
        "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text).split()
    )
    if clean.isascii() and len(clean) <= _LINE_LIMIT and "=?" not in clean:
        return clean
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in _chunks(clean))


def _phrase(name: str) -> str:
    """A display name as atoms, or encoded where it holds anything else."""
    text = _header_text(name)
    if text.startswith("=?") or _ATOMS.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _chunks(text: str) -> list[bytes]:
    """The text's UTF-8 bytes in pieces that do not split a character (RFC 2047, 5)."""
    pieces, piece = [], b""
    for sign in text:
        encoded = sign.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _WORD_BYTES:
            pieces.append(piece)
            piece = b""
        piece += encoded
    return [*pieces, piece]
