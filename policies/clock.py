"""Refuses a clock that stands still or runs behind the data: caps, quiet hours and expiries would be judged by it."""

from __future__ import annotations

from datetime import datetime

from campaigns.errors import Refused
from campaigns.plan import Plan
from campaigns.records import ClockRecord
from campaigns.store import Store
from campaigns.workspace import instant


def trusted(store: Store, plan: Plan | None = None) -> datetime:
    """The workspace's instant; Refused, saying what to mend, when policies cannot be judged by it.

    That is so when TWINPILOT_NOW holds the clock before the instant that the workspace's data and runs have reached,
    or when the clock stands before the plan was made.
    """
    now, held, reached = store.now(), store.workspace.settings.now, _reached(store)
    if held is not None and reached is not None and instant(held) < reached:
        raise Refused(
            f"TWINPILOT_NOW holds the clock at {instant(held).isoformat()}, before {reached.isoformat()}, which the "
            "workspace has reached, so no cap, quiet hour or expiry can be judged; unset TWINPILOT_NOW or set it later."
        )
    if plan is not None and now < plan.created_at:
        raise Refused(
            f"The clock stands at {now.isoformat()}, before plan {plan.plan_id} was made ({plan.created_at.isoformat()}), "
            "so no cap, quiet hour or expiry can be judged; set the clock right or plan the goal again."
        )
    return now


def _reached(store: Store) -> datetime | None:
    with store.workspace.session() as session:
        record = session.get(ClockRecord, 1)
    return None if record is None else instant(record.now)
