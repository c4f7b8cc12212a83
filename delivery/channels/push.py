"""A push message as the bytes of one JSON payload."""

from __future__ import annotations

import json
from datetime import UTC

from delivery.channels.outgoing import Outgoing, Text

_LONGEST_TOKEN = 4096


class PushChannel:
    """Makes payloads for one device each; `id` is the contact's key, so that a service can drop a repeat."""

    identifier = "push_token"
    suffix = ".json"

    def deliverable(self, address: str | None) -> bool:
        """Whether this is a device token: printable ASCII without spaces."""
        return (
            address is not None and 0 < len(address) <= _LONGEST_TOKEN and all("!" <= sign <= "~" for sign in address)
        )

    def write(self, envelope: Outgoing, text: Text) -> bytes:
        """The payload as UTF-8 JSON with sorted keys; ValueError when the token is not deliverable."""
        if not self.deliverable(envelope.to):
            raise ValueError(f"{envelope.to!r} is not a device token")
        fields = {
            "id": envelope.key,
            "to": envelope.to,
            "title": text.subject,
            "body": text.text,
            "sent_at": envelope.at.astimezone(UTC).isoformat(),
        }
        return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
