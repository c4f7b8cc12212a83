"""An independent look at what a run sent: no code of engine, guard or books is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.contact import (
    COMPLAINT,
    CONSENT_WITHDRAWN,
    UNSUBSCRIBE,
    BoolArray,
    ContactBatch,
    IntArray,
    KeyArray,
    SmallArray,
)
from campaigns.experiment import TREATED
from campaigns.plan import Plan
from simulator.calendar import AT, COST, KIND, ROW, Events
from simulator.stage import Stage

WEEK = 7 * 86_400
QUIET_FROM, QUIET_UNTIL = 21 * 60, 8 * 60
"""Minutes of the local day between which nobody is contacted."""


def breaches(plan: Plan, stage: Stage, sent: Sequence[ContactBatch], history: Events) -> tuple[str, ...]:
    """The names of the guardrails that these contacts broke; empty when all held.

    `history` is everything that happened in the run: leaving and withdrawals end consent from their instant on,
    redemptions are paid from the budget.
    """
    batches = [batch for batch in sent if len(batch)]
    if not batches:
        return ()
    row = np.concatenate([batch.row for batch in batches])
    at = np.concatenate([np.full(len(batch), batch.at, np.int64) for batch in batches])
    action = np.concatenate([batch.action for batch in batches])
    cost = sum(int(batch.cost_micros.sum()) for batch in batches) + int(history[COST].sum())
    broken = {
        "budget": plan.brief.budget is not None and cost > plan.brief.budget.amount_micros,
        "holdout": bool((stage.roster.arm[row] != TREATED).any()),
        "consent": bool((~_consented(stage, row, at, action, history)).any()),
        "frequency_cap": _over_cap(row, at, plan.brief.max_contacts_per_week),
        "quiet_hours": _in_quiet_hours(stage, batches),
        "expiry": bool((at >= int(plan.expires_at.timestamp())).any()),
        "duplicate": _twice(np.sort(np.concatenate([batch.key for batch in batches]))),
    }
    return tuple(name for name, happened in broken.items() if happened)


def _twice(keys: KeyArray) -> bool:
    return bool((keys[1:] == keys[:-1]).any())


def _consented(stage: Stage, row: IntArray, at: IntArray, action: SmallArray, history: Events) -> BoolArray:
    roster = stage.roster
    granted = (roster.consent[row, stage.channel[action]] == 1) & (roster.suppressed[row] == 0)
    ended_at = np.full(roster.size, np.iinfo(np.int64).max, np.int64)
    ends = history[:, np.isin(history[KIND], (UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN))]
    np.minimum.at(ended_at, ends[ROW], ends[AT])
    return np.asarray(granted & (at < ended_at[row]))


def _over_cap(row: IntArray, at: IntArray, cap: int) -> bool:
    """Whether somebody got more than `cap` messages within any 168 hours."""
    # One sortable number per message: the person above, the instant below.
    line = np.sort((row << 32) | at)
    # Within one person the difference is one of instants; between two it is at least 2^32 less an instant's span.
    return bool((line[cap:] - line[:-cap] < WEEK).any())


def _in_quiet_hours(stage: Stage, batches: Sequence[ContactBatch]) -> bool:
    for batch in batches:
        for zone in np.unique(stage.roster.zone[batch.row]).tolist():
            minute = _local_minute(batch.at, stage.roster.zones[zone])
            if minute >= QUIET_FROM or minute < QUIET_UNTIL:
                return True
    return False


@lru_cache(maxsize=4096)
def _local_minute(at: int, zone: str) -> int:
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    return local.hour * 60 + local.minute
