"""How many policies were scored on the decisions of one version of a running campaign: the best of many looks good by luck."""

from __future__ import annotations

from sqlmodel import col, func, select

from campaigns.border import digest
from campaigns.plan import Plan
from campaigns.records import PartRecord
from campaigns.state import alone
from campaigns.workspace import Workspace
from delivery.decide import DecisionPolicy

_PART = "scored "
"""How the names of the parts of a plan begin that say what was scored; their number is the version scored on."""


def tried(ws: Workspace, plan: Plan, version: int, policy: DecisionPolicy) -> int:
    """Keep that a policy is scored on a version's decisions, and say how many different ones were (this one included).

    Policies with the same settings under other names are one, and scoring one again is no further try.
    """
    settings = policy.plain()
    del settings["name"]
    name = _PART + digest(settings, 16)
    with ws.session() as session:
        alone(session.connection())
        if session.get(PartRecord, (plan.plan_id, version, name)) is None:
            session.add(PartRecord(plan_id=plan.plan_id, revision=version, name=name, body=policy.name))
            session.flush()
        of_version = select(func.count()).where(
            PartRecord.plan_id == plan.plan_id, PartRecord.revision == version, col(PartRecord.name).startswith(_PART)
        )
        return int(session.exec(of_version).one())
