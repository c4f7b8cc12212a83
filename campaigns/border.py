"""The strict base of every type that crosses a border, and the canonical bytes that hashes are taken of."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Border(BaseModel):
    """A frozen, strict pydantic model that refuses fields it does not know and numbers that are not finite."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    def plain(self) -> dict[str, Any]:
        """The model as plain JSON types (str, int, float, bool, None, list, dict)."""
        return self.model_dump(mode="json")


def canonical(value: Any) -> bytes:
    """The one UTF-8 JSON text of plain JSON types: keys sorted, no spaces, no NaN; ValueError if not finite."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any, length: int = 64) -> str:
    """The first `length` hex digits (4-64) of the SHA-256 of the canonical bytes of plain JSON types."""
    return hashlib.sha256(canonical(value)).hexdigest()[:length]
