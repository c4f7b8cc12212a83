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
    SmallArray,
)
from campaigns.plan import Plan
from campaigns.ports import Account, PersonFacts
from delivery.roster import Roster
from delivery.schedule import local_days, occurrences

DAY = 86_400
_LONG_AGO = 0


class ColumnBooks:
    """The `Books` port over numpy columns, one plan, one run; forgets everything with the object.

    Unsubscribes and complaints end consent on every channel of the plan. `refusals` counts refused contacts per rule
    bit. A contact's key is a number of plan, person and slot: one claim per person and slot is one claim per key.
    """

    def __init__(self, roster: Roster, plan: Plan) -> None:
        size = roster.size
        self._consent = roster.consent.copy()
        self._suppressed = roster.suppressed.astype(bool)
        self._zones, self._zone = roster.zones, roster.zone
        depth = 2 * plan.brief.max_contacts_per_week + 2
        self._sent_at = np.full((depth, size), _LONG_AGO, np.uint32)
        self._next = np.zeros(size, np.int32)
        self._liability = np.zeros(size, np.int64)
        self._liability_cell = np.full(size, -1, np.int16)
        self._holds_offer = np.zeros(size, bool)
        self._slots = np.zeros((size, max(len(occurrences(plan)), 1)), bool)
        self._twice = np.zeros(size, bool)
        self._ceiling = np.array([int(cell.ceiling.value) for cell in plan.allocation.cells], np.int64)
        self._cell_used = np.zeros(len(self._ceiling), np.int64)
        self._budget = int(plan.allocation.budget.value)
        self._spent = 0
        self._reserved = 0
        self._last: ContactBatch | None = None
        self.refusals = np.zeros(63, np.int64)

    def sent_before(self, rows: IntArray, instants: IntArray) -> None:
        """Note messages of other campaigns (epoch seconds) to these people; they count for every cap, and cost nothing here."""
        depth = len(self._sent_at)
        order = np.argsort(instants, kind="stable")
        for row, at in zip(rows[order].tolist(), instants[order].tolist(), strict=True):
            self._sent_at[self._next[row] % depth, row] = at
            self._next[row] += 1

    def facts(self, rows: IntArray, now: datetime) -> PersonFacts:
        """Fresh facts of these people at this instant."""
        at = int(now.timestamp())
        sent = self._sent_at[:, rows]
        midnight = local_days(at, self._zones)[0][self._zone[rows]]
        return PersonFacts(
            consent=self._consent[rows],
            suppressed=self._suppressed[rows],
            sends_1d=(sent > at - DAY).sum(axis=0),
            sends_7d=(sent > at - 7 * DAY).sum(axis=0),
            sends_local_day=(sent >= midnight).sum(axis=0),
            holds_offer=self._holds_offer[rows],
        )

    def account(self) -> Account:
        """The money of the plan now, in micros."""
        return Account(self._budget, self._spent, self._reserved, self._cell_used.copy())

    def claim(self, batch: ContactBatch) -> BoolArray:
        """Which contacts were claimed, in the batch's order (see `campaigns.ports.Books.claim`)."""
        need = batch.cost_micros + batch.liability_micros
        claim = self._one_by_one if self._somebody_twice(batch.row) else self._all_that_fit
        claimed = claim(batch, need)
        taken = batch.where(claimed)
        self._reserve(taken)
        return claimed

    def settle(self, receipts: Receipts) -> None:
        """Turn reservations of accepted contacts into spend and release the others."""
        batch = self._last
        if batch is None or not np.array_equal(receipts.key, batch.key):
            raise ValueError("receipts must be those of the batch that was claimed last, in its order")
        self._last = None
        cost = int(batch.cost_micros.sum())
        self._reserved -= cost
        if np.count_nonzero(receipts.accepted) == len(batch):
            self._spent += cost
            return
        self._spent += int(batch.cost_micros[receipts.accepted].sum())
        self._release(batch.where(~receipts.accepted))

    def record(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes: redemptions settle liabilities; unsubscribes, complaints and withdrawals end consent."""
        redeemed = outcomes.kind == REDEMPTION
        for row, cost in zip(outcomes.row[redeemed].tolist(), outcomes.cost_micros[redeemed].tolist(), strict=True):
            self._spent += cost
            self._reserved -= min(cost, int(self._liability[row]))
            self._liability[row] = max(0, int(self._liability[row]) - cost)
        ended = outcomes.kind >= ENDS_CONSENT
        if np.count_nonzero(ended):
            self._consent[outcomes.row[ended]] = 0

    def refuse(self, now: datetime, rows: IntArray, masks: IntArray) -> None:
        """Count which rules kept people from a contact."""
        seen = int(np.bitwise_or.reduce(masks, initial=0))
        for place in range(len(self.refusals)):
            if seen >> place & 1:
                self.refusals[place] += np.count_nonzero(masks & (1 << place))

    def close(self) -> None:
        """Release every open liability."""
        open_rows = np.flatnonzero(self._liability)
        np.subtract.at(self._cell_used, self._liability_cell[open_rows], self._liability[open_rows])
        self._reserved -= int(self._liability[open_rows].sum())
        self._liability[open_rows] = 0

    def _somebody_twice(self, rows: IntArray) -> bool:
        self._twice[rows] = True
        people = int(np.count_nonzero(self._twice))
        self._twice[rows] = False
        return people < len(rows)

    def _all_that_fit(self, batch: ContactBatch, need: IntArray) -> BoolArray:
        """The claims of people who occur once, in order, what does not fit being passed over.

        What is left only falls: where a need did not fit, no later one as large does, in the same cell or anywhere.
        Each pass therefore ends one kind of need, and there are few kinds.
        """
        open_to = ~self._slots[batch.row, batch.slot]
        claimed = np.zeros(len(batch), bool)
        left, room = self._budget - self._spent - self._reserved, self._ceiling - self._cell_used
        start = 0
        while True:
            places = start + np.flatnonzero(open_to[start:])
            cost, cell = need[places], batch.cell[places]
            beyond_budget = _first_beyond(cost, left)
            beyond_cell = _first_beyond_in_cell(cost, cell, room)
            stop = min(beyond_budget, beyond_cell)
            claimed[places[:stop]] = True
            if stop == len(places):
                return claimed
            left -= int(cost[:stop].sum())
            room = room - _sum_by_cell(cost[:stop], cell[:stop], len(room))
            start = int(places[stop])
            as_large = need[start:] >= need[start]
            if beyond_budget > beyond_cell:
                as_large &= batch.cell[start:] == batch.cell[start]
            open_to[start:] &= ~as_large

    def _one_by_one(self, batch: ContactBatch, need: IntArray) -> BoolArray:
        """The same, where somebody occurs twice and gets the first that fits."""
        claimed = np.zeros(len(batch), bool)
        taken: set[tuple[int, int]] = set()
        left = self._budget - self._spent - self._reserved
        used = self._cell_used.copy()
        columns = (batch.row.tolist(), batch.slot.tolist(), batch.cell.tolist(), need.tolist())
        for place, (row, slot, cell, cost) in enumerate(zip(*columns, strict=True)):
            gone = (row, slot) in taken or self._slots[row, slot]
            if gone or cost > left or used[cell] + cost > self._ceiling[cell]:
                continue
            claimed[place] = True
            taken.add((row, slot))
            left -= cost
            used[cell] += cost
        return claimed

    def _reserve(self, taken: ContactBatch) -> None:
        self._last = taken
        self._slots[taken.row, taken.slot] = True
        need = taken.cost_micros + taken.liability_micros
        np.add.at(self._cell_used, taken.cell, need)
        self._reserved += int(need.sum())
        depth, before = len(self._sent_at), self._next[taken.row]
        self._sent_at[before % depth, taken.row] = taken.at
        self._next[taken.row] = before + 1
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
        depth = len(self._sent_at)
        self._next[refused.row] -= 1
        self._sent_at[self._next[refused.row] % depth, refused.row] = _LONG_AGO


def _first_beyond(cost: IntArray, left: int) -> int:
    """The first place where the running total passes `left`; the length when none does."""
    if int(cost.sum()) <= left:
        return len(cost)
    return int(np.argmax(np.cumsum(cost) > left))


def _first_beyond_in_cell(cost: IntArray, cell: SmallArray, room: IntArray) -> int:
    """The first place where the running total of its cell passes the cell's room; the length when none does."""
    first = len(cost)
    for full in np.flatnonzero(_sum_by_cell(cost, cell, len(room)) > room).tolist():
        places = np.flatnonzero(cell == full)
        first = min(first, int(places[_first_beyond(cost[places], int(room[full]))]))
    return first


def _sum_by_cell(cost: IntArray, cell: SmallArray, cells: int) -> IntArray:
    """Totals per cell; exact, for a float holds every integer up to 2^53 micros."""
    return np.bincount(cell, weights=cost, minlength=cells).astype(np.int64)
