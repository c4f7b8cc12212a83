"""A one-click link opens for one person and channel, shows neither, and not a character of it can be changed."""

from __future__ import annotations

import base64
import stat
import string
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.errors import BadInput
from campaigns.workspace import Workspace
from delivery.channels.unsubscribe import SECRET_FILE, Unsubscribe, unsubscribe_url, workspace_secret

LINKS = Unsubscribe(b"s" * 32)
SIGNS = string.ascii_letters + string.digits + "-_"
names = st.text(min_size=0, max_size=12)


@settings(max_examples=60)
@given(person=names, channel=names, place=st.integers(0, 31), sign=st.characters())
def test_any_changed_character_is_refused(person: str, channel: str, place: int, sign: str) -> None:
    token = LINKS.token(person, channel)
    changed = token[:place] + sign + token[place + 1 :]

    assert LINKS.matches(token, person, channel)
    assert LINKS.matches(changed, person, channel) is (changed == token)
    assert not LINKS.matches(token + sign, person, channel)
    assert not LINKS.matches(token[:place], person, channel)


@settings(max_examples=60)
@given(one=st.tuples(names, names), other=st.tuples(names, names))
def test_a_token_opens_for_its_own_person_and_channel_alone(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert LINKS.matches(LINKS.token(*one), *other) is (one == other)


@settings(max_examples=30)
@given(person=st.text("abcdefgh0123456789", min_size=5, max_size=20), secret=st.binary(min_size=32, max_size=32))
def test_neither_person_nor_address_can_be_read_in_a_token(person: str, secret: bytes) -> None:
    token = Unsubscribe(secret).token(person, "email")

    assert len(token) == 32
    assert set(token) <= set(SIGNS)
    assert person.encode() not in base64.urlsafe_b64decode(token)
    assert unsubscribe_url(token) == f"https://outbox.invalid/unsubscribe/{token}"
    assert secret == b"s" * 32 or not LINKS.matches(token, person, "email")


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    ws = Workspace.create(tmp_path / "ws")
    with ThreadPoolExecutor(8) as several:
        made = set(several.map(lambda _: workspace_secret(ws), range(16)))

    assert [len(secret) for secret in made] == [32]
    assert stat.S_IMODE((ws.root / SECRET_FILE).stat().st_mode) == 0o600
    assert [file.name for file in ws.root.glob("secret*")] == [SECRET_FILE]
    assert workspace_secret(Workspace.create(tmp_path / "other")) != workspace_secret(ws)


def test_a_damaged_secret_is_refused_and_stays_out_of_sight(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="has 3 bytes and needs 32"):
        Unsubscribe(b"abc")
    assert "ssss" not in repr(LINKS)
