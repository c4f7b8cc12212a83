"""Which contacts can be claimed: in order, each taken whole or passed over."""

from __future__ import annotations

import numpy as np

from campaigns.contact import BoolArray, ContactBatch, IntArray


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
