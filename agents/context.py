"""What a planning run is given besides its state: handles that are never written to a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import InstanceOf, WithJsonSchema

from campaigns.workspace import DEFAULT_FOLDER, Workspace

Progress = Callable[[str], None]


def silent(_sentence: str) -> None:
    """A progress callback that says nothing."""


@dataclass(frozen=True)
class RunContext:
    """The open workspace and where progress sentences go; given anew on every start and resume.

    A folder's name in place of the workspace is opened: `langgraph dev` can pass nothing else.
    """

    workspace: Annotated[InstanceOf[Workspace], WithJsonSchema({"type": "string", "default": DEFAULT_FOLDER})]
    progress: Annotated[Progress, WithJsonSchema({"type": "null"})] = silent

    def __post_init__(self) -> None:
        if isinstance(self.workspace, str):
            object.__setattr__(self, "workspace", Workspace.open(Path(self.workspace)))
