"""Taking back a draft that never became a plan, so that bad input leaves nothing behind."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, delete

from campaigns.records import PartRecord, PlanRecord
from campaigns.workspace import Workspace


def forget(workspace: Workspace, keeper: Any, plan_id: str) -> None:
    """Remove the parts and checkpoints of a draft; nothing when it has become a plan."""
    with workspace.session() as session:
        if session.get(PlanRecord, plan_id) is not None:
            return
        session.exec(delete(PartRecord).where(col(PartRecord.plan_id) == plan_id))
    if hasattr(keeper, "delete_thread"):
        keeper.delete_thread(plan_id)
