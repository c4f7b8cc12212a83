from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.channels.email import EmailChannel
from delivery.channels.outgoing import Outgoing

AT = datetime(2017, 10, 17, 14, 0, tzinfo=UTC)
KEY = "00000000deadbeef"
TOKEN = "t0kenOfAPersonAndAChannel_32char"
ENVELOPE = Outgoing(KEY, "h00001@mail.invalid", AT, TOKEN)


@dataclass(frozen=True)
class Words:
    subject: str = "New for you: frozen seafood"
    text: str = "Hello,\nthere is frozen seafood.\n"
    html: str = "<p>Hello, there is <b>frozen seafood</b> = 1 € off.</p>\n"


def parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    for part in message.walk():
        assert part.defects == []
    return message


def written(words: Words = Words(), brand: str = "Corner Grocer") -> bytes:
    return EmailChannel(brand).write(ENVELOPE, words)


def lines(content: str) -> list[str]:
    return content.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_the_standard_parser_reads_every_header_and_both_alternatives() -> None:
    message = parsed(written())

    assert message["From"] == "Corner Grocer <news@outbox.invalid>"
    assert message["To"] == "h00001@mail.invalid"
    assert message["Subject"] == Words.subject
    assert message["Message-ID"] == f"<{KEY}@outbox.invalid>"
    assert message["Date"].datetime == AT
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip().startswith(f"<https://outbox.invalid/unsubscribe/{TOKEN}>,")
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert lines(plain.get_content()) == lines(Words.text)
    assert lines(html.get_content()) == lines(Words.html)


def test_lines_end_in_crlf_and_none_is_longer_than_78() -> None:
    data = written(Words(subject="Ünïcode " * 40, html="<p>" + "x" * 5_000 + "</p>"), brand="Épicerie du Coin, S.A.")

    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert parsed(data)["Subject"] == ("Ünïcode " * 40).strip()


def test_a_message_without_html_is_plain_text() -> None:
    message = parsed(written(Words(html="")))

    assert message.get_content_type() == "text/plain"
    assert lines(message.get_content()) == lines(Words.text)


def test_the_same_message_gives_the_same_bytes() -> None:
    assert written() == written()


@settings(max_examples=60, deadline=None)
@given(subject=st.text(max_size=200), text=st.text(max_size=300), brand=st.text(min_size=1, max_size=60))
def test_no_text_can_open_a_header_or_close_a_part(subject: str, text: str, brand: str) -> None:
    message = parsed(written(Words(subject=subject, text=text), brand=brand))

    assert sorted(message.keys()) == sorted(
        ["Date", "From", "To", "Message-ID", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"]
    )  # fmt: skip
    assert len(list(message.iter_parts())) == 2
    assert message["To"] == "h00001@mail.invalid"


@pytest.mark.parametrize(
    "subject", ["Hi\r\nBcc: everyone@mail.invalid", "Hi\nBcc: x@mail.invalid", "Hi\x00\x85\u2028there"]
)
def test_line_breaks_in_a_subject_become_spaces(subject: str) -> None:
    message = parsed(written(Words(subject=subject)))

    assert message["Bcc"] is None
    assert "Hi " in message["Subject"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a.b+c@mail.invalid", True),
        (None, False),
        ("", False),
        ("no-at.invalid", False),
        ("a@b.invalid\r\nBcc: c@d.invalid", False),
        ("a@b.invalid, c@d.invalid", False),
        ("A <a@b.invalid>", False),
        ("é@mail.invalid", False),
    ],
)
def test_only_one_plain_ascii_address_is_deliverable(address: str | None, expected: bool) -> None:
    channel = EmailChannel("Corner Grocer")

    assert channel.deliverable(address) is expected
    if address is not None and not expected:
        with pytest.raises(ValueError, match="not an address"):
            channel.write(Outgoing(KEY, address, AT, TOKEN), Words())
