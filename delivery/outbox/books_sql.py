"""Books in the state database: the live implementation of the `Books` port, one transaction per tick."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from campaigns.contact import (
    COMPLAINT,
    CONSENT_WITHDRAWN,
    REDEMPTION,
    UNSUBSCRIBE,
    BoolArray,
    ContactBatch,
    IntArray,
    KeyArray,
    OutcomeBatch,
    Receipts,
)
from campaigns.plan import Plan
from campaigns.ports import Account, PersonFacts
from campaigns.state import beside, contacts_alone
from campaigns.workspace import Workspace
from delivery.outbox import statements as sql
from delivery.outbox.door import examine
from delivery.outbox.fit import Dearest, fitting
from delivery.outbox.records import EVERY_CHANNEL
from delivery.outbox.rows import Row, contact_rows, outcome_rows, signed, unsigned, withdrawal_rows
from delivery.roster import Roster
from delivery.schedule import local_days

DAY = 86_400
WEEK = 7 * DAY
ENDS_CONSENT = (UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN)


class SqlBooks:
    """The books of one plan in the workspace's state database; the tables are the only memory.

    Inside `with books.tick(at, slot):` everything is one transaction that no other campaign's tick runs beside, so that
    a claim sees every other campaign's claims and a killed process leaves either the whole tick or nothing of it.
    Outside, each call is a transaction of its own that holds the account. Contact history and withdrawals are those
    of every plan.
    """

    def __init__(self, ws: Workspace, roster: Roster, plan: Plan) -> None:
        self._ws = ws
        self._roster = roster
        self.plan_id = plan.plan_id
        self._channels = plan.brief.channels
        self._channel_of = tuple(creative.channel for creative in plan.creatives)
        self._ceiling = np.array([int(cell.ceiling.value) for cell in plan.allocation.cells], np.int64)
        self._places = {person_id: place for place, person_id in enumerate(roster.person_id)}
        self._open: Connection | None = None
        self._replaying = False
        self._plan_hash = plan.hash
        self._budget = int(plan.allocation.budget.value)
        self._bits: IntArray | None = None
        self._plan = plan
        self._dearest = Dearest(plan)

    def begin(self, started: datetime, rules: tuple[str, ...]) -> None:
        """Open the plan's account with its budget, the guard's contact rules in bit order, and the instant it started.

        An account that is open already is left as it is. Refused when an amount of the plan looks mistyped.
        """
        with self.transaction():
            if self._do(sql.ACCOUNT).one_or_none() is not None:
                return
            examine(self._ws, self._plan, self._roster)
            self._do(
                sql.OPEN_ACCOUNT,
                hash=self._plan_hash,
                rules=json.dumps(rules),
                budget=self._budget,
                cells=json.dumps([0] * len(self._ceiling)),
                at=int(started.timestamp()),
            )

    def judged_by(self, rules: tuple[str, ...]) -> None:
        """Take masks from here on by these rules in bit order; those that the account does not have get its next bits."""
        with self.transaction():
            known = json.loads(self._do(sql.RULES).scalar_one())
            known += [rule for rule in rules if rule not in known]
            self._do(sql.SAVE_RULES, rules=json.dumps(known))
        self._bits = np.array([known.index(rule) for rule in rules], np.int64)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction that holds the account from its start; an open one is joined. Rolled back on any error.

        On SQLite it holds the whole database. On PostgreSQL it holds the account's row, so that other accounts are
        written beside it, and keeps policies and changes from moving.
        """
        if self._open is not None:
            yield self._open
            return
        with self._ws.engine.connect() as connection:
            beside(connection)
            self._open = connection
            try:
                self._do(sql.LOCK_ACCOUNT)
                yield connection
                connection.commit()
            finally:
                self._open = None

    @contextmanager
    def tick(self, at: int, slot: int) -> Iterator[None]:
        """The transaction of one tick: it is committed with the tick's row, so that it is done once or not at all.

        Ticks of all campaigns come one after the other, since each must see whom the others have just contacted.
        """
        with self.transaction() as connection:
            contacts_alone(connection)
            yield
            self._do(sql.ADD_TICK, at=at, slot=slot)
            self._do(sql.SEEN_UNTIL, at=at)

    @contextmanager
    def replaying(self) -> Iterator[None]:
        """While a run is taken up again its outcomes pass by once more; `record` leaves what is in the books alone."""
        self._replaying = True
        try:
            yield
        finally:
            self._replaying = False

    def state(self) -> str:
        """The plan's state in life; inside a tick nobody can change it until the tick is committed."""
        with self.transaction():
            return str(self._do(sql.STATE).scalar_one())

    def ticks(self) -> list[tuple[int, int]]:
        """Instant (epoch seconds) and slot of every tick that is committed, in order."""
        with self.transaction():
            return [(row.at, row.slot) for row in self._do(sql.TICKS)]

    def contacts_of(self, at: int, slot: int) -> Sequence[Any]:
        """The rows of one committed tick's contacts, in the order in which they were claimed (`sql.CONTACTS_OF_TICK`)."""
        with self.transaction():
            found: Sequence[Any] = self._do(sql.CONTACTS_OF_TICK, at=at, slot=slot).all()
            return found

    def unsettled(self) -> KeyArray:
        """Keys that are claimed and not settled, oldest first: what a process that died left to be reconciled.

        Whoever finds some asks the channel what became of each and settles it so; none may be claimed again.
        """
        with self.transaction():
            return unsigned(list(self._do(sql.UNSETTLED).scalars()))

    def facts(self, rows: IntArray, now: datetime) -> PersonFacts:
        """Fresh facts of these people at this instant.

        Messages of other campaigns count within a day and a week on either side of `now`: a campaign whose clock is
        ahead of this one must not make a week with too many of them.
        """
        at = int(now.timestamp())
        size = self._roster.size
        day, week, offer = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, bool)
        consent = self._roster.consent.copy()
        with self.transaction():
            near = self._do(sql.CONTACTS_NEAR, after=at - WEEK, before=at + WEEK).all()
            ended = self._do(sql.WITHDRAWALS).all()
            offered = self._do(sql.OFFERED_ROWS).scalars().all()
        places = np.array([self._places.get(person_id, -1) for person_id, _ in near], np.int64)
        sent = np.array([instant for _, instant in near], np.int64)
        np.add.at(week, places[places >= 0], 1)
        np.add.at(day, places[(places >= 0) & (np.abs(sent - at) < DAY)], 1)
        same_day = self._on_local_day(places, sent, at)
        offer[np.array(offered, np.int64)] = True
        for person_id, channel in ended:
            place = self._places.get(person_id)
            if place is not None and (channel == EVERY_CHANNEL or channel in self._channels):
                consent[place, slice(None) if channel == EVERY_CHANNEL else self._channels.index(channel)] = 0
        return PersonFacts(
            consent=consent[rows],
            suppressed=self._roster.suppressed[rows].astype(bool),
            sends_1d=day[rows],
            sends_7d=week[rows],
            sends_local_day=same_day[rows],
            holds_offer=offer[rows],
        )

    def _on_local_day(self, places: IntArray, sent: IntArray, at: int) -> IntArray:
        """Messages per person of the roster on the local calendar day that it is for them at `at`."""
        starts, ends = local_days(at, self._roster.zones)
        known = places >= 0
        place, instant = places[known], sent[known]
        zone = self._roster.zone[place]
        today = (instant >= starts[zone]) & (instant < ends[zone])
        return np.bincount(place[today], minlength=self._roster.size)

    def account(self) -> Account:
        """The money of the plan now, in micros; KeyError when the account was not opened."""
        with self.transaction():
            row = self._do(sql.ACCOUNT).one_or_none()
        if row is None:
            raise KeyError(f"plan {self.plan_id} has no account; call begin() first")
        return Account(row.budget_micros, row.spent_micros, row.reserved_micros, np.array(json.loads(row.cell_used)))

    def claim(self, batch: ContactBatch) -> BoolArray:
        """Which contacts were claimed, in the batch's order (see `campaigns.ports.Books.claim`).

        Refused, with nothing claimed, when one costs or reserves ten times what the plan says, or less than nothing.
        """
        self._dearest.check(batch)
        need = batch.cost_micros + batch.liability_micros
        with self.transaction():
            account = self.account()
            free = self._free(batch)
            claimed = fitting(batch, free, account.left, self._ceiling - account.cell_used)
            taken = batch.where(claimed)
            if len(taken):
                self._do_each(
                    sql.ADD_CONTACT, contact_rows(self.plan_id, taken, self._roster.person_id, self._channel_of)
                )
                np.add.at(account.cell_used, taken.cell, need[claimed])
                self._save(account.spent, account.reserved + int(need[claimed].sum()), account.cell_used)
        return claimed

    def settle(self, receipts: Receipts) -> None:
        """Turn reservations of accepted contacts into spend and release the others; ValueError for an unclaimed key.

        A contact whose message broke a rule as it was to leave is noted among the refusals with that rule.
        """
        keys = signed(receipts.key)
        with self.transaction():
            found = self._do(sql.RESERVED, wanted=json.dumps(keys))
            held = {row.key: row for row in found}
            if len(held) != len(keys):
                raise ValueError("receipts must be those of contacts that are claimed and not settled yet, each once")
            account = self.account()
            cost = np.array([held[key].cost_micros for key in keys], np.int64)
            liability = np.array([held[key].liability_micros for key in keys], np.int64)
            cell = np.array([held[key].cell for key in keys], np.int64)
            refused = ~receipts.accepted
            for statement, which in ((sql.ACCEPT, receipts.accepted), (sql.REFUSE, refused)):
                if which.any():
                    self._do(statement, wanted=json.dumps(signed(receipts.key[which])))
            np.subtract.at(account.cell_used, cell[refused], (cost + liability)[refused])
            released = int(cost.sum()) + int(liability[refused].sum())
            self._save(account.spent + int(cost[~refused].sum()), account.reserved - released, account.cell_used)
            if receipts.breaches:
                self._note_breaches(receipts.breaches, held)

    def record(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes: redemptions settle liabilities; unsubscribes, complaints and withdrawals end consent."""
        if self._replaying or not len(outcomes):
            return
        with self.transaction():
            self._do_each(sql.ADD_OUTCOME, outcome_rows(self.plan_id, outcomes))
            self._redeem(outcomes.where(outcomes.kind == REDEMPTION))
            ended = outcomes.where(np.isin(outcomes.kind, ENDS_CONSENT))
            if len(ended):
                self._do_each(sql.ADD_WITHDRAWAL, withdrawal_rows(self.plan_id, ended, self._roster.person_id))

    def end_consent(self, rows: IntArray, channel: str, at: datetime, why: str) -> None:
        """End these people's consent on one channel for every plan from now on; once is enough."""
        instant = int(at.timestamp())
        names = (self._roster.person_id[row] for row in rows.tolist())
        ended: list[Row] = [(name, channel, instant, why, self.plan_id, name, channel) for name in names]
        if ended:
            with self.transaction():
                self._do_each(sql.ADD_WITHDRAWAL_ONCE, ended)

    def refuse(self, now: datetime, rows: IntArray, masks: IntArray) -> None:
        """Note which policy rules (bits of `masks`) kept which people from a contact."""
        if self._bits is not None:
            held = (masks[:, None] >> np.arange(len(self._bits))) & 1
            masks = (held << self._bits).sum(axis=1)
        at = int(now.timestamp())
        refusals: list[Row] = [
            (self.plan_id, row, at, mask) for row, mask in zip(rows.tolist(), masks.tolist(), strict=True)
        ]
        if refusals:
            with self.transaction():
                self._do_each(sql.ADD_REFUSAL, refusals)

    def seen(self, until: datetime) -> None:
        """Note that every outcome up to this instant is in the books."""
        with self.transaction():
            self._do(sql.SEEN_UNTIL, at=int(until.timestamp()))

    def halt(self, at: int) -> None:
        """Note the instant (epoch seconds) from which the engine sent no more because it did harm; the first one stays."""
        with self.transaction():
            self._do(sql.HALT, at=at)

    @property
    def halted(self) -> bool:
        """Whether the engine has stopped sending because it did harm."""
        with self.transaction():
            return bool(self._do(sql.HALTED).scalar_one() is not None)

    def close(self) -> None:
        """Release every open liability; a closed account stays as it is."""
        with self.transaction():
            account = self.account()
            released = 0
            for cell, micros in self._do(sql.OPEN_BY_CELL).all():
                account.cell_used[cell] -= micros
                released += micros
            self._do(sql.RELEASE_OPEN)
            self._save(account.spent, account.reserved - released, account.cell_used)
            self._do(sql.CLOSE_ACCOUNT)

    def _do(self, statement: str, **values: object) -> Any:
        """The result of one statement about this plan in the open transaction."""
        connection = self._connection
        return connection.execute(sql.said(connection, statement), {"plan": self.plan_id, **values})

    def _do_each(self, statement: str, rows: list[Row]) -> None:
        """The same statement for each of these rows."""
        connection = self._connection
        connection.exec_driver_sql(sql.said_of_rows(statement, connection.dialect.name), rows)

    @property
    def _connection(self) -> Connection:
        if self._open is None:
            raise RuntimeError("a statement of the books runs within books.transaction() only")
        return self._open

    def _free(self, batch: ContactBatch) -> BoolArray:
        """Which contacts have a key and a person's slot that no claim in the tables has."""
        known = self._do(sql.KNOWN_KEYS, wanted=json.dumps(signed(batch.key))).scalars().all()
        free = ~np.isin(batch.key, unsigned(list(known)))
        for slot in np.unique(batch.slot).tolist():
            here = batch.slot == slot
            held = self._do(sql.HELD_SLOTS, wanted=json.dumps(batch.row[here].tolist()), slot=slot).scalars().all()
            free &= ~(here & np.isin(batch.row, np.array(held, np.int64)))
        return free

    def _redeem(self, redeemed: OutcomeBatch) -> None:
        if not len(redeemed):
            return
        account = self.account()
        spent, reserved = account.spent, account.reserved
        for row, cost in zip(redeemed.row.tolist(), redeemed.cost_micros.tolist(), strict=True):
            spent += cost
            left = cost
            for key, micros in self._do(sql.OPEN_OF_ROW, row=row).all():
                settled = min(left, micros)
                self._do(sql.SETTLE_OPEN, micros=settled, key=key)
                reserved, left = reserved - settled, left - settled
        self._save(spent, reserved, account.cell_used)

    def _save(self, spent: int, reserved: int, cell_used: IntArray) -> None:
        self._do(sql.SAVE_ACCOUNT, spent=spent, reserved=reserved, cells=json.dumps(cell_used.tolist()))

    def _note_breaches(self, breaches: Mapping[int, tuple[str, ...]], held: Mapping[int, Any]) -> None:
        """Refusals by rules that are not the guard's; each gets the next bit of the account's rules when it first occurs."""
        rules = json.loads(self._do(sql.RULES).scalar_one())
        rules += sorted({rule for broken in breaches.values() for rule in broken} - set(rules))
        self._do(sql.SAVE_RULES, rules=json.dumps(rules))
        refusals: list[Row] = []
        for key, broken in breaches.items():
            contact = held[signed(np.array([key], np.uint64))[0]]
            mask = sum(1 << rules.index(rule) for rule in set(broken))
            refusals.append((self.plan_id, contact.row, contact.at, mask))
        self._do_each(sql.ADD_REFUSAL, refusals)
