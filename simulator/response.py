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
from simulator.effects.attention import attention, device_factor, hour_factor, hour_wave, recovered
from simulator.effects.clicking import CLICK_SHAPES, creative_ratio, taste_ratio
from simulator.own import Own
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, u01
from simulator.reached import Backlog, Reached
from simulator.stage import Stage

_ON_DELIVERY = np.array([[Purpose.SEEN], [Purpose.ANNOYED]], np.int64)
_ON_READING = np.array([[Purpose.OPEN_DELAY], [Purpose.CLICK], [Purpose.TRANSIT]], np.int64)
_ROUNDING = 1 + 1e-9
_LONGEST_READ = 3 * DAY


class Response:
    """The state that messages leave in people (fatigue, messages so far) and what they do about a message.

    A person may occur once in a batch. What comes of it goes to the calendar, purchases through `Buying`, at `settle` at
    the latest: nothing is missing from either after it.
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
        self._buying = Buying(stage, parameters, people, dog, own, days, calendar)
        self._wave = hour_wave(parameters.hour)
        size = stage.roster.size
        self._fatigue = np.zeros(size)
        self._reached_at = np.zeros(size, np.int32)
        self._reached = np.zeros(size, np.int16)
        self._backlog = Backlog(size)
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
        """Take in messages that reached people at `batch.at`, later than those before or at the same instant."""
        if not self._backlog.fits(batch):
            self.settle()
        self._backlog.add(batch)
        if self._backlog.full:
            self.settle()

    def settle(self) -> None:
        """Let people answer all messages that were taken in."""
        for reached in self._backlog.take():
            self._block(reached)

    def _block(self, reached: Reached) -> None:
        parameters, row = self._parameters, reached.row
        self._own.annoy(reached)
        since = reached.at - self._stage.start
        rest = (since - self._reached_at.take(row)) / DAY
        fatigue = recovered(self._fatigue.take(row), rest, parameters.fatigue_halflife_days)
        earlier = self._reached.take(row)
        seen_luck, annoyed_luck = draw(self._people.take(row), reached.slot, _ON_DELIVERY)
        maybe, rested = self._rested(reached, seen_luck)
        tired = attention(rested, fatigue.take(maybe), parameters.fatigue_per_contact)
        read = maybe[seen_luck.take(maybe) < tired]
        self._buying.hand_out(reached)
        self._leavers(reached, annoyed_luck, fatigue)
        self._readers(reached, read, earlier)
        fatigue += 1
        self._fatigue[row] = fatigue
        self._reached_at[row] = since
        self._reached[row] = earlier + 1

    def _rested(self, reached: Reached, luck: FloatArray) -> tuple[IntArray, FloatArray]:
        """Which messages rested people could notice with this luck, and the chance of each.

        Hour, device and fatigue matter only to messages that pass at the best hour, on the best device, after a rest.
        """
        parameters, zones = self._parameters, self._stage.roster.zones
        today = np.multiply.outer(
            self._days.attention[[self._days.place(at) for at in reached.moments]], self._attention
        )
        place = reached.moment * len(self._attention) + reached.action
        most, hours = today, np.ones((len(today), len(zones)))
        if parameters.hour_swing:
            minutes = [local_clock(at, zones)[0] for at in reached.moments]
            hours = hour_factor(minutes, parameters.hour_swing, self._wave)
            most = most * hours.max(axis=1, keepdims=True)
        most = most * (1 + abs(parameters.device_gap))
        maybe = np.flatnonzero(luck < (most * _ROUNDING).take(place))
        row, chance = reached.row.take(maybe), today.take(place.take(maybe))
        if parameters.hour_swing:
            chance *= hours.take(reached.moment[maybe] * len(zones) + self._stage.roster.zone[row])
        if parameters.device_gap:
            chance *= device_factor(
                self._phone.take(row), parameters.device_gap, self._side.take(reached.action.take(maybe))
            )
        return maybe, np.minimum(chance, 1.0)

    def _leavers(self, reached: Reached, luck: FloatArray, fatigue: FloatArray) -> None:
        """Unsubscribes and complaints, within an hour of delivery; one draw decides between the two and neither."""
        parameters = self._parameters
        both = (parameters.unsubscribe_per_contact, parameters.complaint_per_contact)
        most = sum(both) * math.exp(parameters.fatigue_per_contact * float(fatigue.max(initial=0.0)))
        maybe = np.flatnonzero(luck < most * self._leaves_most * _ROUNDING)
        if not len(maybe):
            return
        leave, complain = (
            annoyance(base, fatigue[maybe], parameters.fatigue_per_contact) * self._leaves[reached.action[maybe]]
            for base in both
        )
        goes = luck[maybe] < leave + complain
        gone = maybe[goes]
        if not len(gone):
            return
        complains = luck[gone] >= leave[goes]
        late = draw(self._people[reached.row[gone]], reached.slot[gone], Purpose.WITHDRAW)
        at = reached.at[gone] + 1 + (late * 3600).astype(np.int64)
        self._own.leave(reached.row[gone], at)
        self._calendar.push(
            events(at, np.where(complains, COMPLAINT, UNSUBSCRIBE), reached.row[gone], reached.key[gone])
        )

    def _readers(self, reached: Reached, read: IntArray, earlier: IntArray) -> None:
        """Reading, a while after delivery, and what follows; `read` are places in it."""
        if not len(read):
            return
        row, action, slot = (column.take(read) for column in (reached.row, reached.action, reached.slot))
        people = self._people.take(row)
        late, luck, travel = draw(people, slot, _ON_READING)
        opened = (
            reached.at[read]
            + 1
            + np.minimum(-np.log(late) * self._read_hours.take(action) * 3600, _LONGEST_READ).astype(np.int64)
        )
        if self._parameters.delivery_minutes:
            opened += (-np.log(travel) * self._transit.take(action)).astype(np.int64)
        ratio = self._stage.roster.responsiveness.take(row) * self._ratio.take(action)
        if self._parameters.taste_spread:
            liking = draw(people, self._stage.tone_key.take(action), Purpose.TASTE)
            ratio *= taste_ratio(liking, self._parameters.taste_spread)
        clicked = luck < self._clicks(self._click.take(action), ratio, earlier.take(read).astype(np.int64))
        self._calendar.push(events(opened, OPEN, row, reached.key[read]))
        if clicked.any():
            self._clickers(reached, read[clicked], opened[clicked])

    def _clickers(self, reached: Reached, clicked: IntArray, opened: IntArray) -> None:
        """Clicks, minutes after reading, and what people buy then."""
        row = reached.row[clicked]
        hurry = draw(self._people[row], reached.slot[clicked], Purpose.CLICK_DELAY)
        at = opened + 1 + (-np.log(hurry) * CLICK_MINUTES * 60).astype(np.int64)
        self._calendar.push(events(at, CLICK, row, reached.key[clicked]))
        self._buying.clicked(reached, clicked, at)
