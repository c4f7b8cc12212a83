"""One workspace with the real sample for the whole session, and folders of small files for a user's own data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.workspace import Workspace
from tools.data.build import LoadReport
from tools.data.sample import load_sample

Folder = Callable[..., Path]

PEOPLE = "person_id,time_zone\na,Europe/Paris\nb,\n"
EVENTS = "person_id,occurred_at,revenue\na,2024-03-01T10:00:00Z,12.50\nb,2024-03-02,3\n"


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, LoadReport]:
    """A workspace with the sample, and what loading it reported. Read it; do not change it."""
    workspace = Workspace.create(tmp_path_factory.mktemp("sample") / "ws")
    return workspace, load_sample(workspace)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path / "ws")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Makes a folder with a good people.csv and events.csv; keywords replace, add or (None) leave out files."""

    def make(**files: str | None) -> Path:
        made = tmp_path / "files"
        made.mkdir(exist_ok=True)
        for name, text in {"people": PEOPLE, "events": EVENTS, **files}.items():
            if text is not None:
                (made / f"{name}.csv").write_text(text, encoding="utf-8")
        return made

    return make
