"""Tool calls that the policies refused, kept with the draft that they were made for."""

from __future__ import annotations

from sqlmodel import col, select

from campaigns.border import Border
from campaigns.records import PartRecord
from campaigns.store import Store
from campaigns.workspace import Workspace
from tools.desk import Desk

PREFIX = "refused_call_"
"""How the parts are named that hold a refused call; the rest of the name is a digest of the call."""


class RefusedCall(Border):
    """One call that did not run: who called what, the names of the arguments given, the rules against it, what was said.

    The arguments' values are not kept: they are a model's words and may hold anything.
    """

    agent: str
    tool: str
    arguments: tuple[str, ...]
    rules: tuple[str, ...]
    said: str


def keep(desk: Desk, mark: str, call: RefusedCall) -> None:
    """Keep a refused call with the desk's draft; the same `mark` (a digest of the call) is kept once."""
    Store(desk.workspace).put_part(desk.plan_id, desk.revision, PREFIX + mark, call)


def refused_calls(workspace: Workspace, plan_id: str) -> tuple[RefusedCall, ...]:
    """Every refused call of a plan's drafts, by revision and then in a fixed order."""
    wanted = select(PartRecord).where(PartRecord.plan_id == plan_id, col(PartRecord.name).startswith(PREFIX))
    with workspace.session() as session:
        found = session.exec(wanted.order_by(col(PartRecord.revision), col(PartRecord.name))).all()
        return tuple(RefusedCall.model_validate_json(record.body) for record in found)
