from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.roster import Roster
from tests.builders import snapshot
from tests.delivery.promotion.running import PEOPLE, Run, half_way, plant


@pytest.fixture(scope="session")
def better(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A running campaign in which CALM would have earned more; not to be changed."""
    root = tmp_path_factory.mktemp("better")
    plant(*half_way(root), liked=True)
    return root


@pytest.fixture
def run(better: Path, tmp_path: Path) -> Iterator[Run]:
    """A copy of that campaign."""
    shutil.copytree(better / "ws", tmp_path / "ws")
    ws = Workspace.open(tmp_path / "ws")
    made = Store(ws).plan("p-0123456789")
    yield ws, made, Roster.build(made, snapshot(PEOPLE))
    ws.engine.dispose()
