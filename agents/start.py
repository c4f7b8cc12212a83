"""What a plan is made from, and the id that follows from it."""

from __future__ import annotations

from agents.state import PlanningState
from campaigns.border import digest
from campaigns.brief import Goal
from campaigns.workspace import Workspace


def start_of(workspace: Workspace, goal: Goal) -> PlanningState:
    """The first state of planning a goal: its words, instant, data and policies, and the plan's id.

    The id is a digest of these and of the workspace's settings with its seed, so equal inputs are the same plan; an
    uplift that the workspace keeps is one of them. Who asked is among them when it was not the workspace's owner.
    """
    from policies.in_force import policies_in_force
    from tools.data.version import data_version
    from tools.prediction.uplift_kept import kept_of

    start: PlanningState = {
        "words": goal.words,
        "now": goal.said_at.isoformat(),
        "data_version": data_version(workspace),
        "policy_hash": policies_in_force(workspace).hash,
    }
    if goal.owner != workspace.settings.owner:
        start["by"] = goal.owner
    settings = workspace.settings.model_dump(mode="json", exclude={"now"})
    kept = kept_of(workspace)
    learnt = {} if kept is None else {"uplift": kept.ref}
    start["plan_id"] = f"p-{digest({**start, **learnt, 'settings': settings}, 10)}"
    return start
