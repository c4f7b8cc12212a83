"""Books in memory, as columns: what a rehearsal writes into instead of the database."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from campaigns.contact import (
    ENDS_CONSENT,
    REDEMPTION,
    BoolArray,
    ContactBatch,
    IntArray,
    OutcomeBatch,
    Receipts,
)
from campaigns.plan import Plan
from campaigns.ports import Account, PersonFacts
from delivery.roster import Roster
from delivery.schedule import local_days, occurrences

DAY = 86_400
_LONG_AGO = -(2**40)


class ColumnBooks:
    """The `Books` port over numpy columns, one plan, one run; forgets everything with the object.

    Unsubscribes and complaints end consent on every channel of the plan. `refusals` counts refused contacts per rule
    bit; `contacts` keeps every claimed batch and `accepted` its receipts, for checks that look at the run afterwards.
    """

    def __init__(self, roster: Roster, plan: Plan) -> None:
        size = roster.size
        self._consent = roster.consent.copy()
        self._suppressed = roster.suppressed.astype(bool)
        self._zones, self._zone = roster.zones, roster.zone
        depth = 2 * plan.brief.max_contacts_per_week + 2
        self._sent_at = np.full((size, depth), _LONG_AGO, np.int64)
        self._next = np.zeros(size, np.int64)
        self._liability = np.zeros(size, np.int64)
        self._liability_cell = np.full(size, -1, np.int64)
        self._holds_offer = np.zeros(size, bool)
        self._slots = np.zeros((size, max(len(occurrences(plan)), 1)), bool)
        self._keys: set[int] = set()
        self._ceiling = np.array([int(cell.ceiling.value) for cell in plan.allocation.cells], np.int64)
        self._cell_used = np.zeros(len(self._ceiling), np.int64)
        self._budget = int(plan.allocation.budget.value)
        self._spent = 0
        self._reserved = 0
        self._last: ContactBatch | None = None
        self.refusals = np.zeros(63, np.int64)
        self.contacts: list[ContactBatch] = []
        self.accepted: list[Receipts] = []

    def sent_before(self, rows: IntArray, instants: IntArray) -> None:
        """Note messages of other campaigns (epoch seconds) to these people; they count for every cap, and cost nothing here."""
        depth = self._sent_at.shape[1]
        order = np.argsort(instants, kind="stable")
        for row, at in zip(rows[order].tolist(), instants[order].tolist(), strict=True):
            self._sent_at[row, self._next[row] % depth] = at
            self._next[row] += 1

    def facts(self, rows: IntArray, now: datetime) -> PersonFacts:
        """Fresh facts of these people at this instant."""
        at = int(now.timestamp())
        sent = self._sent_at[rows]
        return PersonFacts(
            consent=self._consent[rows],
            suppressed=self._suppressed[rows],
            sends_1d=(sent > at - DAY).sum(axis=1),
            sends_7d=(sent > at - 7 * DAY).sum(axis=1),
            sends_local_day=(sent >= local_days(at, self._zones)[0][self._zone[rows]][:, None]).sum(axis=1),
            holds_offer=self._holds_offer[rows],
        )

    def account(self) -> Account:
        """The money of the plan now, in micros."""
        return Account(self._budget, self._spent, self._reserved, self._cell_used.copy())

    def claim(self, batch: ContactBatch) -> BoolArray:
        """Which contacts were claimed, in the batch's order (see `campaigns.ports.Books.claim`)."""
        need = batch.cost_micros + batch.liability_micros
        fresh = self._fresh(batch)
        fits = np.bincount(batch.cell, weights=need, minlength=len(self._ceiling)) + self._cell_used <= self._ceiling
        if fresh.all() and fits.all() and self._spent + self._reserved + need.sum() <= self._budget:
            claimed = fresh
        else:
            claimed = self._one_by_one(batch, need)
        taken = batch.where(claimed)
        self._reserve(taken)
        return claimed

    def settle(self, receipts: Receipts) -> None:
        """Turn reservations of accepted contacts into spend and release the others."""
        batch = self._last
        if batch is None or not np.array_equal(receipts.key, batch.key):
            raise ValueError("receipts must be those of the batch that was claimed last, in its order")
        self._last = None
        self.accepted.append(receipts)
        cost = int(batch.cost_micros.sum())
        self._reserved -= cost
        self._spent += int(batch.cost_micros[receipts.accepted].sum())
        if not receipts.accepted.all():
            self._release(batch.where(~receipts.accepted))

    def record(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes: redemptions settle liabilities; unsubscribes, complaints and withdrawals end consent."""
        redeemed = outcomes.kind == REDEMPTION
        for row, cost in zip(outcomes.row[redeemed].tolist(), outcomes.cost_micros[redeemed].tolist(), strict=True):
            self._spent += cost
            self._reserved -= min(cost, int(self._liability[row]))
            self._liability[row] = max(0, int(self._liability[row]) - cost)
        ended = outcomes.kind >= ENDS_CONSENT
        self._consent[outcomes.row[ended]] = 0

    def refuse(self, now: datetime, rows: IntArray, masks: IntArray) -> None:
        """Count which rules kept people from a contact."""
        bits = (masks[:, None] >> np.arange(len(self.refusals))) & 1
        self.refusals += bits.sum(axis=0)

    def close(self) -> None:
        """Release every open liability."""
        open_rows = np.flatnonzero(self._liability)
        np.subtract.at(self._cell_used, self._liability_cell[open_rows], self._liability[open_rows])
        self._reserved -= int(self._liability[open_rows].sum())
        self._liability[open_rows] = 0

    def _fresh(self, batch: ContactBatch) -> BoolArray:
        keys = batch.key.tolist()
        unique = len(set(keys)) == len(keys) and len(np.unique(batch.row)) == len(keys)
        new = self._keys.isdisjoint(keys)
        free = ~self._slots[batch.row, batch.slot]
        return free if unique and new else np.zeros(len(batch), bool)

    def _one_by_one(self, batch: ContactBatch, need: IntArray) -> BoolArray:
        claimed = np.zeros(len(batch), bool)
        keys, slots = set(self._keys), set()
        left = self._budget - self._spent - self._reserved
        used = self._cell_used.copy()
        for place, (key, row, slot, cell, cost) in enumerate(
            zip(
                batch.key.tolist(),
                batch.row.tolist(),
                batch.slot.tolist(),
                batch.cell.tolist(),
                need.tolist(),
                strict=True,
            )
        ):
            taken = key in keys or (row, slot) in slots or self._slots[row, slot]
            if taken or cost > left or used[cell] + cost > self._ceiling[cell]:
                continue
            claimed[place] = True
            keys.add(key)
            slots.add((row, slot))
            left -= cost
            used[cell] += cost
        return claimed

    def _reserve(self, taken: ContactBatch) -> None:
        self._last = taken
        self.contacts.append(taken)
        self._keys.update(taken.key.tolist())
        self._slots[taken.row, taken.slot] = True
        need = taken.cost_micros + taken.liability_micros
        np.add.at(self._cell_used, taken.cell, need)
        self._reserved += int(need.sum())
        depth = self._sent_at.shape[1]
        self._sent_at[taken.row, self._next[taken.row] % depth] = taken.at
        self._next[taken.row] += 1
        offered = taken.liability_micros > 0
        rows = taken.row[offered]
        self._liability[rows] += taken.liability_micros[offered]
        self._liability_cell[rows] = taken.cell[offered]
        self._holds_offer[rows] = True

    def _release(self, refused: ContactBatch) -> None:
        np.subtract.at(self._cell_used, refused.cell, refused.cost_micros + refused.liability_micros)
        offered = refused.liability_micros > 0
        rows = refused.row[offered]
        self._reserved -= int(refused.liability_micros.sum())
        self._liability[rows] -= refused.liability_micros[offered]
        self._holds_offer[rows] = False
        depth = self._sent_at.shape[1]
        self._next[refused.row] -= 1
        self._sent_at[refused.row, self._next[refused.row] % depth] = _LONG_AGO
