"""The small shop, loaded once; and one plan of it, made once by the real parts with the playbook."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.session import PlanOutcome, plan_goal
from campaigns.workspace import Workspace
from tests.agents.shop import GOAL, open_shop


@dataclass(frozen=True)
class Planned:
    """A planned workspace's folder, what came of the goal, and the sentences that were said on the way."""

    root: Path
    outcome: PlanOutcome
    said: tuple[str, ...]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with data and no plan; copy it before use."""
    place = tmp_path_factory.mktemp("shop")
    workspace = open_shop(place / "workspace", place / "files")
    workspace.engine.dispose()
    return workspace.root


@pytest.fixture(scope="session")
def planned_large(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The shop's goal with ten times the money, which takes two people; copy the folder before changing it."""
    return _planned(loaded, tmp_path_factory.mktemp("large") / "workspace", GOAL.replace("$500", "$50,000"))


@pytest.fixture(scope="session")
def planned(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The shop's goal, planned; copy the folder before changing it."""
    return _planned(loaded, tmp_path_factory.mktemp("planned") / "workspace", GOAL)


def _planned(loaded: Path, root: Path, goal: str) -> Planned:
    shutil.copytree(loaded, root)
    workspace = Workspace.open(root)
    said: list[str] = []
    outcome = plan_goal(workspace, goal, said.append)
    workspace.engine.dispose()
    return Planned(root, outcome, tuple(said))


@pytest.fixture
def shop(loaded: Path, tmp_path: Path) -> Workspace:
    """A workspace of this test's own with data and no plan."""
    shutil.copytree(loaded, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace")


@pytest.fixture
def proposed(planned: Planned, tmp_path: Path) -> Workspace:
    """A workspace of this test's own in which the shop's goal was planned."""
    shutil.copytree(planned.root, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace")
