"""The control groups of other campaigns: whoever is kept for one that is live now is contacted by none."""

from __future__ import annotations

from functools import cache

import numpy as np

from campaigns.contact import BoolArray
from campaigns.experiment import HOLDOUT
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.roster import Roster
from tools.audience import snapshot


class OtherHoldouts:
    """Which rows of a plan's roster are in the campaign holdout of another plan, asked afresh for every tick."""

    def __init__(self, ws: Workspace, plan: Plan, roster: Roster) -> None:
        self._ws, self._store, self._plan_id, self._people = ws, Store(ws), plan.plan_id, roster.person_id
        self._held = cache(self._held_by)

    def rows(self) -> BoolArray:
        """True for each person whom a plan that is live or paused at this moment keeps without contact."""
        held = np.zeros(len(self._people), bool)
        for record in self._store.plans():
            if record.plan_id != self._plan_id and record.state in ("live", "paused"):
                held |= self._held(record.plan_id)
        return held

    def _held_by(self, plan_id: str) -> BoolArray:
        other = self._store.plan(plan_id)
        roster = Roster.build(other, snapshot.load(self._ws, other.audience.snapshot_id))
        kept = {roster.person_id[row] for row in np.flatnonzero(roster.arm == HOLDOUT).tolist()}
        return np.array([person in kept for person in self._people], bool)
