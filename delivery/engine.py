"""The engine: what happens at one due instant of a plan, the same in rehearsal and live.

    due -> decide -> permit -> reserve -> send -> settle,      and before it:      outcomes -> books -> learn

Nothing here knows whether the world is the twin, the sandbox or reality, or whether the books are columns or a
database.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from campaigns.contact import (
    BoolArray,
    ContactBatch,
    IntArray,
    KeyArray,
    OutcomeBatch,
    Receipts,
)
from campaigns.creative import NO_CONTACT
from campaigns.experiment import HOLDOUT
from campaigns.keys import contact_keys, key_of
from campaigns.plan import Plan
from campaigns.ports import Account, Books, PersonFacts, World
from delivery.decide import Answers, Arms, Asked, Beliefs, Choice, Chooser, Decider, Journal, Sent, dearest_first, house
from delivery.harm import HarmWatch
from delivery.roster import Roster
from delivery.schedule import Tick, local_clock, weeks_before
from delivery.standing import Standing
from delivery.values import Values
from policies.guard import Guard

PACE_SLACK = 1.25
"""How far the cost of messages may run ahead of the plan's contacts at an even pace: by a quarter."""


@dataclass(frozen=True, slots=True)
class TickReport:
    """Counts of one tick: people due, chosen for a contact, allowed by policy, claimed, accepted; blocked per rule.

    `halted` is true from the tick on at which the control group showed that the campaign does harm.
    """

    at: int
    slot: int
    due: int
    chosen: int
    allowed: int
    claimed: int
    accepted: int
    blocked: dict[str, int]
    halted: bool = False


class Engine:
    """Runs one plan, tick by tick, against a world and books; holds only what it has learnt.

    `values` may be shared between engines of the same plan and roster; `seed` draws the decisions of the default
    chooser, the learning `Decider`, and `beliefs` are what that begins with. `stops_on_harm` is only ever false for a baseline that would not look.
    Every decision is given to the `journal`, where there is one, before any message leaves.
    """

    def __init__(
        self,
        plan: Plan,
        roster: Roster,
        guard: Guard,
        values: Values,
        seed: int,
        chooser: Chooser | None = None,
        beliefs: Beliefs | None = None,
        stops_on_harm: bool = True,
        journal: Journal | None = None,
    ) -> None:
        self.plan = plan
        self.roster = roster
        self.guard = guard
        self.values = values
        self.chooser = chooser or Decider(
            values, Arms.of(plan, roster.zones), house(plan.allocation.exploration_share), seed, beliefs
        )
        self.journal = journal
        self._plan_hash = plan.hash
        self._plan_key = key_of(plan.plan_id)
        self._week_before = weeks_before(plan)
        self._occurrences = len(self._week_before)
        self._zone_rows = [roster.treated[roster.zone[roster.treated] == place] for place in range(len(roster.zones))]
        self._seen = datetime.fromtimestamp(0, UTC)
        self._sent = np.full((roster.size, self._occurrences), NO_CONTACT, np.int16)
        self._message_spend = 0
        self._planned_messages = sum(
            cell.contacts.value * plan.allocation.contact_cost_micros[cell.channel] for cell in plan.allocation.cells
        )
        self._standing = Standing.build(plan, roster, guard.lists)
        self._watch = HarmWatch(roster.arm)
        self._stops_on_harm = stops_on_harm
        self.halted = False
        self.held_elsewhere: BoolArray = np.zeros(roster.size, bool)
        """Rows that the guard is to take for holdout because another campaign keeps them; this plan's arms stay."""

    def tick(self, world: World, books: Books, tick: Tick) -> TickReport:
        """Do all that is due at this instant; the world must stand at `tick.at`.

        Once the control group shows harm, nobody is due any more, though outcomes are still taken in.
        """
        self.observe(world, books)
        if self._stops_on_harm and self._watch.shows_harm((tick.slot + 1) / self._occurrences):
            self.halted = True
        if self.halted:
            return TickReport(tick.at, tick.slot, 0, 0, 0, 0, 0, {}, halted=True)
        now = world.now()
        rows = self._due(tick)
        facts = books.facts(rows, now)
        account = books.account()
        keys = contact_keys(self._plan_key, self.roster.person_key[rows], tick.slot)
        choice = self._decide(tick, rows, keys, facts)
        wanted = dearest_first(choice)
        facts = facts.take(wanted)
        batch = self._batch(tick, rows[wanted], keys[wanted], choice.take(wanted), facts)
        columns = self._facts(tick, batch, facts, account)
        permit, masks = self.guard.permit(self._plan_hash, batch, columns)
        refused = masks != 0
        if refused.any():
            books.refuse(now, batch.row[refused], masks[refused])
        allowed = self._paced(batch.where(~refused), tick.slot)
        claimed = allowed.where(books.claim(allowed))
        receipts = world.deliver(claimed, permit)
        books.settle(receipts)
        self.remember(claimed, receipts)
        return TickReport(
            at=tick.at,
            slot=tick.slot,
            due=len(rows),
            chosen=len(batch),
            allowed=int((~refused).sum()),
            claimed=len(claimed),
            accepted=int(receipts.accepted.sum()),
            blocked=self._blocked(masks) | Counter(rule for rules in receipts.breaches.values() for rule in rules),
        )

    def observe(self, world: World, books: Books) -> OutcomeBatch:
        """Take in what became visible since the last look: into the books, and into what the engine has learnt."""
        outcomes = world.outcomes(self._seen)
        self._seen = world.now()
        if len(outcomes):
            books.record(outcomes)
            self._watch.add(outcomes)
            self.chooser.answered(self._answers(outcomes.where(outcomes.key != 0)))
        return outcomes

    def remember(self, sent: ContactBatch, receipts: Receipts) -> None:
        """Keep which action each accepted message was; also called for messages of a run that is taken up again."""
        accepted = sent.where(receipts.accepted)
        self._sent[accepted.row, accepted.slot] = accepted.action
        self._message_spend += int(accepted.cost_micros.sum())
        for slot in np.unique(accepted.slot).tolist():
            now = accepted.where(accepted.slot == slot)
            week = self._week_before[slot]
            recent = (self._sent[now.row][:, week] != NO_CONTACT).sum(axis=1)
            self.chooser.sent(Sent(slot, now.row, now.action, recent))

    def facts_of(self, row: int, at: int, books: Books, account: Account) -> dict[str, npt.NDArray[Any]]:
        """The contact facts of one person at an instant, one row per variant of the plan; nothing is decided or sent."""
        actions = np.arange(len(self.plan.creatives), dtype=np.int16)
        rows = np.full(len(actions), row, np.int64)
        people = books.facts(rows, datetime.fromtimestamp(at, UTC))
        one = np.ones(len(actions))
        tick = Tick(at, 0, ())
        keys = contact_keys(self._plan_key, self.roster.person_key[rows], tick.slot)
        return self._facts(tick, self._batch(tick, rows, keys, Choice(actions, one, one), people), people, account)

    def _due(self, tick: Tick) -> IntArray:
        return np.sort(np.concatenate([self._zone_rows[zone] for zone in tick.zones]))

    def _decide(self, tick: Tick, rows: IntArray, keys: KeyArray, facts: PersonFacts) -> Choice:
        """Constraints before exploration: only channels with consent compete.

        Somebody without any is decided for as if all were open, so that the guard names the reason.
        """
        allowed = facts.consent[:, self.values.channel] == 1
        allowed |= ~allowed.any(axis=1, keepdims=True)
        asked = Asked(
            tick.at, tick.slot, rows, keys, facts.sends_7d, allowed, self._watch.increment(), self.journal is not None
        )
        choice = self.chooser.choose(asked)
        if self.journal is not None:
            self.journal.keep(asked, choice)
        return choice

    def _batch(self, tick: Tick, rows: IntArray, keys: KeyArray, choice: Choice, facts: PersonFacts) -> ContactBatch:
        """The contacts of these people, all columns in the given order."""
        return ContactBatch(
            at=tick.at,
            key=keys,
            row=rows,
            action=choice.action,
            slot=np.full(len(rows), tick.slot, np.int64),
            cell=self.values.cell_of[self.roster.segment[rows], choice.action],
            propensity=choice.propensity,
            cost_micros=self.values.cost[choice.action],
            liability_micros=np.where(facts.holds_offer, 0, self.values.face_value[choice.action]),
        )

    def _facts(
        self, tick: Tick, batch: ContactBatch, facts: PersonFacts, account: Account
    ) -> dict[str, npt.NDArray[Any]]:
        places = np.arange(len(batch))
        channel = self.values.channel[batch.action]
        minutes, weekdays = local_clock(tick.at, self.roster.zones)
        zone = self.roster.zone[batch.row]
        return {
            "consent": facts.consent[places, channel].astype(np.int8),
            "suppressed": facts.suppressed,
            "arm": np.where(self.held_elsewhere[batch.row], HOLDOUT, self.roster.arm[batch.row]).astype(np.int64),
            "sends_1d": facts.sends_1d,
            "sends_7d": facts.sends_7d,
            "sends_local_day": facts.sends_local_day,
            "cap_7d": np.array(self.plan.brief.max_contacts_per_week, np.int64),
            "local_minute": minutes[zone],
            "local_weekday": weekdays[zone],
            "cost_micros": batch.cost_micros + batch.liability_micros,
            "budget_left_micros": np.array(account.left, np.int64),
            "plan_expired": np.array(self.plan.expires_at.timestamp() <= tick.at),
            "channel_allowed": batch.cell >= 0,
            **self._standing.of(batch.row, channel),
        }

    def _paced(self, batch: ContactBatch, slot: int) -> ContactBatch:
        """The head of the batch whose message cost keeps to the planned contacts, spread evenly over the occurrences."""
        pace = PACE_SLACK * self._planned_messages * (slot + 1) / self._occurrences
        fits = self._message_spend + np.cumsum(batch.cost_micros) <= pace
        return batch.where(np.asarray(fits))

    def _blocked(self, masks: IntArray) -> dict[str, int]:
        counts: dict[str, int] = {}
        seen = int(np.bitwise_or.reduce(masks, initial=0))
        for place, rule in enumerate(self.guard.contact_rules):
            if seen >> place & 1:
                counts[rule] = int(np.count_nonzero(masks & (1 << place)))
        return counts

    def _answers(self, outcomes: OutcomeBatch) -> Answers:
        """Outcomes of messages to these people, found by their keys; keys of other plans and unsent ones are passed over."""
        people = self.roster.person_key[outcomes.row]
        possible = contact_keys(self._plan_key, people[:, None], np.arange(self._occurrences))
        place, slot = np.nonzero(possible == outcomes.key[:, None])
        action = self._sent[outcomes.row[place], slot]
        known = action != NO_CONTACT
        of = outcomes.take(place[known])
        return Answers(of.kind, of.row, action[known], slot[known], of.margin_micros, of.cost_micros)
