"""One-click unsubscribe links: a keyed tag over person and channel, in which neither can be read."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

from campaigns.border import canonical
from campaigns.errors import BadInput
from campaigns.workspace import Workspace

DOMAIN = "outbox.invalid"
SECRET_FILE = "secret.key"
SECRET_BYTES = 32
_TAG_BYTES = 24
"""Bytes of the tag that a token holds: 192 bits, which are 32 characters of base64 without padding or spare bits."""
_PURPOSE = "unsubscribe"


class Unsubscribe:
    """Makes and checks the tokens of one workspace; `secret` is `SECRET_BYTES` long and never leaves it."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise BadInput(
                f"The secret of the workspace has {len(secret)} bytes and needs {SECRET_BYTES}; put the file {SECRET_FILE} "
                "back as it was, or remove it: then links that were sent before end no consent any more."
            )
        self._secret = bytes(secret)

    def __repr__(self) -> str:
        return "Unsubscribe()"

    def token(self, person_id: str, channel: str) -> str:
        """The token of a person and channel: 32 characters of `A-Z a-z 0-9 - _`, the same in every message."""
        tag = hmac.digest(self._secret, canonical([_PURPOSE, person_id, channel]), "sha256")
        return base64.urlsafe_b64encode(tag[:_TAG_BYTES]).decode("ascii")

    def matches(self, token: str, person_id: str, channel: str) -> bool:
        """Whether this is exactly the token of the person and channel; takes the same time wherever it differs."""
        wanted = self.token(person_id, channel).encode("ascii")
        return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), wanted)


def unsubscribe_url(token: str) -> str:
    """The address at which one click ends the consent that the token stands for."""
    return f"https://{DOMAIN}/unsubscribe/{token}"


def workspace_secret(ws: Workspace) -> bytes:
    """The workspace's secret, made when there is none; BadInput when it can be neither read nor written.

    The file is readable by its owner alone. Two processes that make it at once end with the same one.
    """
    path = ws.root / SECRET_FILE
    try:
        if not path.exists():
            _make(path)
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"The workspace's secret {path} cannot be used ({error.strerror}); make it readable and the folder writable."
        ) from None


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        # A link is made or not made, so no other process ever reads half a secret or replaces one in use.
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
