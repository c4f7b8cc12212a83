"""Which contacts can be claimed: at about the plan's prices, in order, each taken whole or passed over."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from campaigns.contact import BoolArray, ContactBatch, IntArray
from campaigns.errors import Refused
from campaigns.plan import Plan
from campaigns.slips import TIMES


class Dearest:
    """The most that a contact of each creative may cost, and reserve for its offer: less than `TIMES` the plan's prices."""

    def __init__(self, plan: Plan) -> None:
        faces = {offer.offer_id: offer.face_value.amount_micros for offer in plan.offers}
        prices = plan.allocation.contact_cost_micros
        self._plan_id = plan.plan_id
        self._cost = _below(prices.get(creative.channel, 0) for creative in plan.creatives)
        self._face = _below(faces.get(creative.offer_id or "", 0) for creative in plan.creatives)

    def check(self, batch: ContactBatch) -> None:
        """Nothing when every contact costs what the plan's contacts do; Refused when one costs less than nothing or too much."""
        for what, micros, most in (
            ("costs", batch.cost_micros, self._cost[batch.action]),
            ("reserves", batch.liability_micros, self._face[batch.action]),
        ):
            wrong = np.flatnonzero((micros < 0) | (micros > most))
            if len(wrong):
                first = int(wrong[0])
                raise Refused(
                    f"A contact of plan {self._plan_id} {what} {int(micros[first])} micros, and by the plan's prices it may be "
                    f"0 to {int(most[first])}; nothing of its batch is claimed. Plan again if prices have changed."
                )


def _below(prices: Iterable[int]) -> IntArray:
    return np.array([max(TIMES * price - 1, 0) for price in prices], np.int64)


def fitting(batch: ContactBatch, free: BoolArray, left: int, cell_left: IntArray) -> BoolArray:
    """The free contacts that fit, first come first served, under `left` in all and `cell_left` per cell (micros).

    A contact that does not fit, repeats a key or a person's slot is passed over and leaves the room to those behind.
    """
    need = batch.cost_micros + batch.liability_micros
    wanted = np.bincount(batch.cell[free], weights=need[free], minlength=len(cell_left))
    if int(need[free].sum()) <= left and np.all(wanted <= cell_left) and _distinct(batch):
        return free
    taken = np.zeros(len(need), bool)
    room, keys, slots = cell_left.tolist(), set(), set()
    for place in np.flatnonzero(free).tolist():
        cost, cell = int(need[place]), int(batch.cell[place])
        key, slot = int(batch.key[place]), (int(batch.row[place]), int(batch.slot[place]))
        if cost > left or cost > room[cell] or key in keys or slot in slots:
            continue
        taken[place] = True
        left -= cost
        room[cell] -= cost
        keys.add(key)
        slots.add(slot)
    return taken


def _distinct(batch: ContactBatch) -> bool:
    return len(np.unique(batch.key)) == len(np.unique(batch.row)) == len(batch)
