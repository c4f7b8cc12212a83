"""An independent look at what a run sent: no code of engine, guard or books is asked.

Batches are looked at one by one, in order of time; what is kept of each person is small and of fixed size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
)
from campaigns.experiment import TREATED
from campaigns.plan import Plan
from simulator.calendar import AT, COST, KIND, ROW, Events
from simulator.stage import Stage

WEEK = 7 * 86_400
QUIET_FROM, QUIET_UNTIL = 21 * 60, 8 * 60
"""Minutes of the local day between which nobody is contacted."""
NAMES = ("budget", "holdout", "consent", "frequency_cap", "quiet_hours", "expiry", "duplicate")


def breaches(plan: Plan, stage: Stage, sent: Sequence[ContactBatch], history: Events) -> tuple[str, ...]:
    """The names of the guardrails that these contacts broke; empty when all held.

    `history` is everything that happened in the run, in any order: leaving and withdrawals end consent from their
    instant on, redemptions are paid from the budget.
    """
    batches = sorted((batch for batch in sent if len(batch)), key=lambda batch: batch.at)
    if not batches:
        return ()
    broken: set[str] = set()
    roster, cap = stage.roster, plan.brief.max_contacts_per_week
    ended_at = _ended_at(roster.size, history)
    # The last `cap` instants of each person: one more message within a week of the oldest of them is too many.
    recent = np.full((roster.size, max(cap, 1)), -WEEK, np.int64)
    count = np.zeros(roster.size, np.int32)
    had = np.zeros((roster.size, 1 + max(int(batch.slot.max()) for batch in batches)), bool)
    cost = int(history[COST].sum())
    for batch in batches:
        cost += int(batch.cost_micros.sum())
        if batch.at >= int(plan.expires_at.timestamp()):
            broken.add("expiry")
        if (roster.arm[batch.row] != TREATED).any():
            broken.add("holdout")
        if not _consented(stage, batch, ended_at).all():
            broken.add("consent")
        if _in_quiet_hours(stage, batch):
            broken.add("quiet_hours")
        for part in _apart(batch, roster.size):
            row = part.row
            if had[row, part.slot].any():
                broken.add("duplicate")
            had[row, part.slot] = True
            place = count[row] % recent.shape[1]
            if cap < 1 or (batch.at - recent[row, place] < WEEK).any():
                broken.add("frequency_cap")
            recent[row, place] = batch.at
            count[row] += 1
    if plan.brief.budget is not None and cost > plan.brief.budget.amount_micros:
        broken.add("budget")
    return tuple(name for name in NAMES if name in broken)


def _apart(batch: ContactBatch, people: int) -> Iterator[ContactBatch]:
    """The batch in parts in which nobody occurs twice; one part, as a rule."""
    seen = np.zeros(people, bool)
    seen[batch.row] = True
    while np.count_nonzero(seen) < len(batch):
        first = np.zeros(len(batch), bool)
        first[np.unique(batch.row, return_index=True)[1]] = True
        yield batch.where(first)
        batch = batch.where(~first)
        seen[:] = False
        seen[batch.row] = True
    yield batch


def _ended_at(people: int, history: Events) -> IntArray:
    """When each person's consent ended in the run; the last instant there is for those whose did not."""
    ended_at = np.full(people, np.iinfo(np.int64).max, np.int64)
    ends = history[:, np.isin(history[KIND], (UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN))]
    np.minimum.at(ended_at, ends[ROW], ends[AT])
    return ended_at


def _consented(stage: Stage, batch: ContactBatch, ended_at: IntArray) -> BoolArray:
    roster = stage.roster
    granted = (roster.consent[batch.row, stage.channel[batch.action]] == 1) & (roster.suppressed[batch.row] == 0)
    return np.asarray(granted & (batch.at < ended_at[batch.row]))


def _in_quiet_hours(stage: Stage, batch: ContactBatch) -> bool:
    zones = np.flatnonzero(np.bincount(stage.roster.zone[batch.row], minlength=len(stage.roster.zones)))
    minutes = [_local_minute(batch.at, stage.roster.zones[zone]) for zone in zones.tolist()]
    return any(minute >= QUIET_FROM or minute < QUIET_UNTIL for minute in minutes)


@lru_cache(maxsize=4096)
def _local_minute(at: int, zone: str) -> int:
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    return local.hour * 60 + local.minute
