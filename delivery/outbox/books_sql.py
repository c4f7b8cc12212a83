"""Books in the state database: the live implementation of the `Books` port, one transaction per tick."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from campaigns.contact import (
    COMPLAINT,
    CONSENT_WITHDRAWN,
    OUTCOME_KINDS,
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
from campaigns.workspace import Workspace
from delivery.outbox import statements as sql
from delivery.outbox.fit import fitting
from delivery.outbox.records import EVERY_CHANNEL
from delivery.roster import Roster
from delivery.schedule import local_days

DAY = 86_400
WEEK = 7 * DAY
ENDS_CONSENT = (UNSUBSCRIBE, COMPLAINT, CONSENT_WITHDRAWN)


class SqlBooks:
    """The books of one plan in the workspace's state database; the tables are the only memory.

    Inside `with books.tick(at, slot):` everything is one transaction that holds the database's write lock, so that a
    claim sees every other campaign's claims and a killed process leaves either the whole tick or nothing of it.
    Outside, each call is a transaction of its own. Contact history and withdrawals are those of every plan.
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

    def begin(self, started: datetime, rules: tuple[str, ...]) -> None:
        """Open the plan's account with its budget, the guard's contact rules in bit order, and the instant it started.

        An account that is open already is left as it is.
        """
        at = int(started.timestamp())
        cells = json.dumps([0] * len(self._ceiling))
        account = (self.plan_id, self._plan_hash, json.dumps(rules), self._budget, cells, at, at)
        with self.transaction() as connection:
            connection.exec_driver_sql(sql.OPEN_ACCOUNT, account)

    def judged_by(self, rules: tuple[str, ...]) -> None:
        """Take masks from here on by these rules in bit order; those that the account does not have get its next bits."""
        with self.transaction() as connection:
            known = json.loads(connection.exec_driver_sql(sql.RULES, (self.plan_id,)).scalar_one())
            known += [rule for rule in rules if rule not in known]
            connection.exec_driver_sql(sql.SAVE_RULES, (json.dumps(known), self.plan_id))
        self._bits = np.array([known.index(rule) for rule in rules], np.int64)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its start; an open one is joined. Rolled back on any error."""
        if self._open is not None:
            yield self._open
            return
        with self._ws.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._open = connection
            try:
                yield connection
                connection.commit()
            finally:
                self._open = None

    @contextmanager
    def tick(self, at: int, slot: int) -> Iterator[None]:
        """The transaction of one tick: it is committed with the tick's row, so that it is done once or not at all."""
        with self.transaction() as connection:
            yield
            connection.exec_driver_sql(sql.ADD_TICK, (self.plan_id, at, slot))
            connection.exec_driver_sql(sql.SEEN_UNTIL, (at, self.plan_id))

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
        with self.transaction() as connection:
            return str(connection.exec_driver_sql(sql.STATE, (self.plan_id,)).scalar_one())

    def facts(self, rows: IntArray, now: datetime) -> PersonFacts:
        """Fresh facts of these people at this instant.

        Messages of other campaigns count within a day and a week on either side of `now`: a campaign whose clock is
        ahead of this one must not make a week with too many of them.
        """
        at = int(now.timestamp())
        size = self._roster.size
        day, week, offer = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, bool)
        consent = self._roster.consent.copy()
        with self.transaction() as connection:
            near = connection.exec_driver_sql(sql.CONTACTS_NEAR, (at - WEEK, at + WEEK)).all()
            ended = connection.exec_driver_sql(sql.WITHDRAWALS).all()
            offered = connection.exec_driver_sql(sql.OFFERED_ROWS, (self.plan_id,)).scalars().all()
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
        with self.transaction() as connection:
            row = connection.exec_driver_sql(sql.ACCOUNT, (self.plan_id,)).one_or_none()
        if row is None:
            raise KeyError(f"plan {self.plan_id} has no account; call begin() first")
        return Account(row.budget_micros, row.spent_micros, row.reserved_micros, np.array(json.loads(row.cell_used)))

    def claim(self, batch: ContactBatch) -> BoolArray:
        """Which contacts were claimed, in the batch's order (see `campaigns.ports.Books.claim`)."""
        need = batch.cost_micros + batch.liability_micros
        with self.transaction() as connection:
            account = self.account()
            free = self._free(connection, batch)
            claimed = fitting(batch, free, account.left, self._ceiling - account.cell_used)
            taken = batch.where(claimed)
            if len(taken):
                connection.exec_driver_sql(sql.ADD_CONTACT, self._contact_rows(taken))
                np.add.at(account.cell_used, taken.cell, need[claimed])
                self._save(connection, account.spent, account.reserved + int(need[claimed].sum()), account.cell_used)
        return claimed

    def settle(self, receipts: Receipts) -> None:
        """Turn reservations of accepted contacts into spend and release the others; ValueError for an unclaimed key.

        A contact whose message broke a rule as it was to leave is noted among the refusals with that rule.
        """
        keys = signed(receipts.key)
        with self.transaction() as connection:
            held = {row.key: row for row in connection.exec_driver_sql(sql.RESERVED, (json.dumps(keys), self.plan_id))}
            if len(held) != len(keys):
                raise ValueError("receipts must be those of contacts that are claimed and not settled yet, each once")
            account = self.account()
            spent, reserved, used = account.spent, account.reserved, account.cell_used
            for key, accepted in zip(keys, receipts.accepted.tolist(), strict=True):
                contact = held[key]
                reserved -= contact.cost_micros + (0 if accepted else contact.liability_micros)
                spent += contact.cost_micros if accepted else 0
                used[contact.cell] -= 0 if accepted else contact.cost_micros + contact.liability_micros
            for accepted, statement in ((True, sql.ACCEPT), (False, sql.REFUSE)):
                settled = [
                    (key,) for key, taken in zip(keys, receipts.accepted.tolist(), strict=True) if taken is accepted
                ]
                if settled:
                    connection.exec_driver_sql(statement, settled)
            self._save(connection, spent, reserved, used)
            if receipts.breaches:
                self._note_breaches(connection, receipts.breaches, held)

    def record(self, outcomes: OutcomeBatch) -> None:
        """Take in outcomes: redemptions settle liabilities; unsubscribes, complaints and withdrawals end consent."""
        if self._replaying or not len(outcomes):
            return
        with self.transaction() as connection:
            connection.exec_driver_sql(sql.ADD_OUTCOME, self._outcome_rows(outcomes))
            self._redeem(connection, outcomes.where(outcomes.kind == REDEMPTION))
            ended = outcomes.where(np.isin(outcomes.kind, ENDS_CONSENT))
            if len(ended):
                connection.exec_driver_sql(sql.ADD_WITHDRAWAL, self._withdrawal_rows(ended))

    def end_consent(self, rows: IntArray, channel: str, at: datetime, why: str) -> None:
        """End these people's consent on one channel for every plan from now on; once is enough."""
        instant = int(at.timestamp())
        names = (self._roster.person_id[row] for row in rows.tolist())
        ended = [(name, channel, instant, why, self.plan_id, name, channel) for name in names]
        if ended:
            with self.transaction() as connection:
                connection.exec_driver_sql(sql.ADD_WITHDRAWAL_ONCE, ended)

    def refuse(self, now: datetime, rows: IntArray, masks: IntArray) -> None:
        """Note which policy rules (bits of `masks`) kept which people from a contact."""
        if self._bits is not None:
            held = (masks[:, None] >> np.arange(len(self._bits))) & 1
            masks = (held << self._bits).sum(axis=1)
        at = int(now.timestamp())
        refusals = [(self.plan_id, row, at, mask) for row, mask in zip(rows.tolist(), masks.tolist(), strict=True)]
        if refusals:
            with self.transaction() as connection:
                connection.exec_driver_sql(sql.ADD_REFUSAL, refusals)

    def seen(self, until: datetime) -> None:
        """Note that every outcome up to this instant is in the books."""
        with self.transaction() as connection:
            connection.exec_driver_sql(sql.SEEN_UNTIL, (int(until.timestamp()), self.plan_id))

    def halt(self, at: int) -> None:
        """Note the instant (epoch seconds) from which the engine sent no more because it did harm; the first one stays."""
        with self.transaction() as connection:
            connection.exec_driver_sql(sql.HALT, (at, self.plan_id))

    @property
    def halted(self) -> bool:
        """Whether the engine has stopped sending because it did harm."""
        with self.transaction() as connection:
            return connection.exec_driver_sql(sql.HALTED, (self.plan_id,)).scalar_one() is not None

    def close(self) -> None:
        """Release every open liability; a closed account stays as it is."""
        with self.transaction() as connection:
            account = self.account()
            released = 0
            for cell, micros in connection.exec_driver_sql(sql.OPEN_BY_CELL, (self.plan_id,)).all():
                account.cell_used[cell] -= micros
                released += micros
            connection.exec_driver_sql(sql.RELEASE_OPEN, (self.plan_id,))
            self._save(connection, account.spent, account.reserved - released, account.cell_used)
            connection.exec_driver_sql(sql.CLOSE_ACCOUNT, (self.plan_id,))

    def _free(self, connection: Connection, batch: ContactBatch) -> BoolArray:
        """Which contacts have a key and a person's slot that no claim in the tables has."""
        keys = signed(batch.key)
        slots = list(zip(batch.row.tolist(), batch.slot.tolist(), strict=True))
        known = set(connection.exec_driver_sql(sql.KNOWN_KEYS, (json.dumps(keys),)).scalars())
        held = {tuple(row) for row in connection.exec_driver_sql(sql.HELD_SLOTS, (json.dumps(slots), self.plan_id))}
        return np.array([key not in known and pair not in held for key, pair in zip(keys, slots, strict=True)], bool)

    def _redeem(self, connection: Connection, redeemed: OutcomeBatch) -> None:
        if not len(redeemed):
            return
        account = self.account()
        spent, reserved = account.spent, account.reserved
        for row, cost in zip(redeemed.row.tolist(), redeemed.cost_micros.tolist(), strict=True):
            spent += cost
            left = cost
            for key, micros in connection.exec_driver_sql(sql.OPEN_OF_ROW, (self.plan_id, row)).all():
                settled = min(left, micros)
                connection.exec_driver_sql(sql.SETTLE_OPEN, (settled, key))
                reserved, left = reserved - settled, left - settled
        self._save(connection, spent, reserved, account.cell_used)

    def _save(self, connection: Connection, spent: int, reserved: int, cell_used: IntArray) -> None:
        connection.exec_driver_sql(sql.SAVE_ACCOUNT, (spent, reserved, json.dumps(cell_used.tolist()), self.plan_id))

    def _contact_rows(self, batch: ContactBatch) -> list[tuple[object, ...]]:
        person_id = self._roster.person_id
        return [
            (key, self.plan_id, row, person_id[row], slot, batch.at, self._channel_of[action], action, cell,
             propensity, cost, liability, liability)
            for key, row, slot, action, cell, propensity, cost, liability in zip(
                signed(batch.key), batch.row.tolist(), batch.slot.tolist(), batch.action.tolist(),
                batch.cell.tolist(), batch.propensity.tolist(), batch.cost_micros.tolist(),
                batch.liability_micros.tolist(), strict=True,
            )
        ]  # fmt: skip

    def _note_breaches(
        self, connection: Connection, breaches: Mapping[int, tuple[str, ...]], held: Mapping[int, Any]
    ) -> None:
        """Refusals by rules that are not the guard's; each gets the next bit of the account's rules when it first occurs."""
        rules = json.loads(connection.exec_driver_sql(sql.RULES, (self.plan_id,)).scalar_one())
        rules += sorted({rule for broken in breaches.values() for rule in broken} - set(rules))
        connection.exec_driver_sql(sql.SAVE_RULES, (json.dumps(rules), self.plan_id))
        refusals = []
        for key, broken in breaches.items():
            contact = held[signed(np.array([key], np.uint64))[0]]
            mask = sum(1 << rules.index(rule) for rule in set(broken))
            refusals.append((self.plan_id, contact.row, contact.at, mask))
        connection.exec_driver_sql(sql.ADD_REFUSAL, refusals)

    def _outcome_rows(self, outcomes: OutcomeBatch) -> list[tuple[object, ...]]:
        return [
            (self.plan_id, OUTCOME_KINDS[kind], row, at, key, revenue, margin, cost)
            for kind, row, at, key, revenue, margin, cost in zip(
                outcomes.kind.tolist(), outcomes.row.tolist(), outcomes.at.tolist(), signed(outcomes.key),
                outcomes.revenue_micros.tolist(), outcomes.margin_micros.tolist(), outcomes.cost_micros.tolist(),
                strict=True,
            )
        ]  # fmt: skip

    def _withdrawal_rows(self, ended: OutcomeBatch) -> list[tuple[object, ...]]:
        return [
            (self._roster.person_id[row], EVERY_CHANNEL, at, OUTCOME_KINDS[kind], self.plan_id)
            for row, at, kind in zip(ended.row.tolist(), ended.at.tolist(), ended.kind.tolist(), strict=True)
        ]


def signed(keys: KeyArray) -> list[int]:
    """Contact keys as the signed 64-bit numbers that the tables hold."""
    return [int(key) for key in np.ascontiguousarray(keys, np.uint64).view(np.int64)]


def unsigned(keys: list[int]) -> KeyArray:
    """The contact keys of the signed numbers that the tables hold."""
    return np.array(keys, np.int64).view(np.uint64)
