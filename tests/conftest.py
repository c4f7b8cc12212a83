"""Every test sees the packages at the repository's root and none of the caller's settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
for _name in [name for name in os.environ if name.startswith("TWINPILOT_")]:
    del os.environ[_name]
from tests.servers import database  # noqa: E402 - found by the path above

__all__ = ["database"]
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole loops first, for they take longest: processes that share the tests then end at about the same time."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)
