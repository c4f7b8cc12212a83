"""From a message that reached somebody to a click: noticed, read, clicked, or the person leaves."""

from __future__ import annotations

import math

import numpy as np

from campaigns.contact import (
    CLICK,
    COMPLAINT,
    OPEN,
    UNSUBSCRIBE,
    BoolArray,
    ContactBatch,
    FloatArray,
    IntArray,
    KeyArray,
)
from delivery.schedule import local_clock
from simulator.buying import Buying
from simulator.calendar import Calendar, events
from simulator.channels import CHANNELS, CLICK_MINUTES
from simulator.days import DAY, Days
from simulator.effects.annoyance import annoyance, precision_ratio
from simulator.effects.attention import attention, device_factor, hour_factor, recovered
from simulator.effects.clicking import CLICK_SHAPES, creative_ratio, taste_ratio
from simulator.own import Own
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, u01
from simulator.stage import Stage

BLOCK = 1 << 14
"""Messages answered at a time: their columns fit the processor's cache."""
_ON_DELIVERY = np.array([[Purpose.SEEN], [Purpose.ANNOYED]], np.int64)
_ON_READING = np.array([[Purpose.OPEN_DELAY], [Purpose.CLICK], [Purpose.TRANSIT]], np.int64)
_ROUNDING = 1 + 1e-9
_LONGEST_READ = 3 * DAY


class Response:
    """The state that messages leave in people (fatigue, messages so far) and what they do about a message.

    A person may occur once in a batch. What comes of it goes to the calendar, purchases through `Buying`.
    """

    def __init__(
        self,
        stage: Stage,
        parameters: Parameters,
        people: KeyArray,
        dog: BoolArray,
        own: Own,
        days: Days,
        calendar: Calendar,
        seed: int,
    ) -> None:
        self._stage = stage
        self._parameters = parameters
        self._people = people
        self._own = own
        self._days = days
        self._calendar = calendar
        self._buying = Buying(stage, parameters, people, dog, own, calendar)
        size = stage.roster.size
        self._fatigue = np.zeros(size)
        self._reached_at = np.zeros(size, np.int32)
        self._reached = np.zeros(size, np.int16)
        self._hour = np.ones(len(stage.roster.zones))
        gap = parameters.device_gap
        self._phone = draw(people, 0, Purpose.DEVICE).astype(np.float32) if gap else np.zeros(0, np.float32)
        traits = [CHANNELS[stage.channels[place]] for place in stage.channel]
        names = [stage.channels[place] for place in stage.channel]
        self._attention = np.array([parameters.of_channel("attention", name) for name in names])
        self._click = np.array([parameters.of_channel("click", name) for name in names])
        self._side = np.array([trait.side for trait in traits], np.int64)
        self._read_hours = np.array([trait.read_hours for trait in traits])
        self._transit = np.array([trait.transit for trait in traits]) * parameters.delivery_minutes * 60
        precise = precision_ratio(stage.personalised, parameters.precision_annoyance)
        self._leaves = np.array([trait.leaves for trait in traits]) * precise
        self._leaves_most = float(self._leaves.max(initial=0.0))
        self._clicks = CLICK_SHAPES[parameters.click_shape]
        luck = u01(seed, stage.quality_key, 0, Purpose.QUALITY)
        self._ratio = creative_ratio(luck, parameters.creative_spread)

    def answers(self, batch: ContactBatch) -> None:
        """Let people answer messages that reached them at `batch.at`."""
        minutes, _ = local_clock(batch.at, self._stage.roster.zones)
        self._hour = hour_factor(minutes, self._parameters.hour_swing)
        today = self._attention * self._days.attention[self._days.place(batch.at)]
        for first in range(0, len(batch), BLOCK):
            self._block(_part(batch, slice(first, first + BLOCK)), today)

    def _block(self, batch: ContactBatch, today: FloatArray) -> None:
        """One block of a batch; `today` is the attention of a rested person per action."""
        parameters, row = self._parameters, batch.row
        since = batch.at - self._stage.start
        rest = (since - self._reached_at[row]) / DAY
        fatigue = recovered(self._fatigue[row], rest, parameters.fatigue_halflife_days)
        earlier = self._reached[row]
        seen_luck, annoyed_luck = draw(self._people[row], batch.slot, _ON_DELIVERY)
        base = self._rested(batch, today)
        # Fatigue only lowers attention: nobody above the rested chance needs the exponential.
        maybe = np.flatnonzero(seen_luck < base)
        tired = attention(base[maybe], fatigue[maybe], parameters.fatigue_per_contact)
        read = maybe[seen_luck[maybe] < tired]
        self._buying.hand_out(batch)
        self._leavers(batch, annoyed_luck, fatigue)
        self._readers(batch, read, earlier)
        fatigue += 1
        self._fatigue[row] = fatigue
        self._reached_at[row] = since
        self._reached[row] = earlier + 1

    def _rested(self, batch: ContactBatch, today: FloatArray) -> FloatArray:
        """The chance that each message is noticed by a rested person, at this hour and on this person's device."""
        base = today[batch.action]
        if self._parameters.hour_swing:
            base *= self._hour[self._stage.roster.zone[batch.row]]
        if self._parameters.device_gap:
            base *= device_factor(self._phone[batch.row], self._parameters.device_gap, self._side[batch.action])
        return np.minimum(base, 1.0)

    def _leavers(self, batch: ContactBatch, luck: FloatArray, fatigue: FloatArray) -> None:
        """Unsubscribes and complaints, within an hour of delivery; one draw decides between the two and neither."""
        parameters = self._parameters
        both = (parameters.unsubscribe_per_contact, parameters.complaint_per_contact)
        most = sum(both) * math.exp(parameters.fatigue_per_contact * float(fatigue.max(initial=0.0)))
        maybe = np.flatnonzero(luck < most * self._leaves_most * _ROUNDING)
        if not len(maybe):
            return
        leave, complain = (
            annoyance(base, fatigue[maybe], parameters.fatigue_per_contact) * self._leaves[batch.action[maybe]]
            for base in both
        )
        goes = luck[maybe] < leave + complain
        gone = maybe[goes]
        if not len(gone):
            return
        complains = luck[gone] >= leave[goes]
        late = draw(self._people[batch.row[gone]], batch.slot[gone], Purpose.WITHDRAW)
        at = batch.at + 1 + (late * 3600).astype(np.int64)
        self._own.leave(batch.row[gone], at)
        self._calendar.push(events(at, np.where(complains, COMPLAINT, UNSUBSCRIBE), batch.row[gone], batch.key[gone]))

    def _readers(self, batch: ContactBatch, read: IntArray, earlier: IntArray) -> None:
        """Reading, a while after delivery, and what follows; `read` are places in the batch."""
        if not len(read):
            return
        row, action, slot = batch.row[read], batch.action[read], batch.slot[read]
        people = self._people[row]
        late, luck, travel = draw(people, slot, _ON_READING)
        opened = (
            batch.at + 1 + np.minimum(-np.log(late) * self._read_hours[action] * 3600, _LONGEST_READ).astype(np.int64)
        )
        if self._parameters.delivery_minutes:
            opened += (-np.log(travel) * self._transit[action]).astype(np.int64)
        ratio = self._stage.roster.responsiveness[row] * self._ratio[action]
        if self._parameters.taste_spread:
            liking = draw(people, self._stage.tone_key[action], Purpose.TASTE)
            ratio *= taste_ratio(liking, self._parameters.taste_spread)
        clicked = luck < self._clicks(self._click[action], ratio, earlier[read].astype(np.int64))
        self._calendar.push(events(opened, OPEN, row, batch.key[read]))
        if clicked.any():
            self._clickers(batch, read[clicked], opened[clicked])

    def _clickers(self, batch: ContactBatch, clicked: IntArray, opened: IntArray) -> None:
        """Clicks, minutes after reading, and what people buy then."""
        row = batch.row[clicked]
        hurry = draw(self._people[row], batch.slot[clicked], Purpose.CLICK_DELAY)
        at = opened + 1 + (-np.log(hurry) * CLICK_MINUTES * 60).astype(np.int64)
        self._calendar.push(events(at, CLICK, row, batch.key[clicked]))
        self._buying.clicked(batch, clicked, at)


def _part(batch: ContactBatch, part: slice) -> ContactBatch:
    return ContactBatch(
        at=batch.at,
        key=batch.key[part],
        row=batch.row[part],
        action=batch.action[part],
        slot=batch.slot[part],
        cell=batch.cell[part],
        propensity=batch.propensity[part],
        cost_micros=batch.cost_micros[part],
        liability_micros=batch.liability_micros[part],
    )
