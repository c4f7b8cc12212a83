"""From a delivered message to what comes of it: seen, clicked, bought, redeemed, or the person leaves."""

from __future__ import annotations

import numpy as np

from campaigns.contact import (
    CLICK,
    COMPLAINT,
    CONVERSION,
    OPEN,
    REDEMPTION,
    UNSUBSCRIBE,
    BoolArray,
    ContactBatch,
    FloatArray,
    IntArray,
    KeyArray,
)
from simulator.behaviour import (
    CLICK_MINUTES,
    CLICK_SHAPES,
    OPEN_HOURS,
    PLAIN_DAYS,
    annoyance,
    attention,
    creative_ratio,
    delay_days,
    lognormal_value,
    recovered,
)
from simulator.calendar import Events, events
from simulator.organic import DAY, Organic
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, u01
from simulator.stage import Stage
from tools.prediction.priors import OWN_USE_DAYS

_ON_DELIVERY = np.array([[Purpose.SEEN], [Purpose.ANNOYED]], np.int64)
_ON_READING = np.array([[Purpose.OPEN_DELAY], [Purpose.CLICK]], np.int64)
_ON_CLICK = np.array(
    [
        [Purpose.CLICK_DELAY], [Purpose.CONVERT], [Purpose.INCREMENTAL], [Purpose.DELAY], [Purpose.EXTRA_VALUE],
        [Purpose.HALO], [Purpose.HALO_VALUE],
    ],
    np.int64,
)  # fmt: skip


class Response:
    """The state that messages leave in people: fatigue, messages so far, the offer they hold; and what they do."""

    def __init__(
        self, stage: Stage, parameters: Parameters, people: KeyArray, dog: BoolArray, organic: Organic, seed: int
    ) -> None:
        self._stage = stage
        self._parameters = parameters
        self._people = people
        self._dog = dog
        self._organic = organic
        size = stage.roster.size
        self._fatigue = np.zeros(size)
        self._reached_at = np.full(size, stage.start, np.int64)
        self._reached = np.zeros(size, np.int64)
        self._holds = np.zeros(size, np.int64)
        self._redeemed = np.zeros(size, bool)
        by_channel = [
            [parameters.of_channel(effect, name) for name in stage.channels] for effect in ("attention", "click")
        ]
        self._attention, self._click = (np.array(column)[stage.channel] for column in by_channel)
        self._clicks = CLICK_SHAPES[parameters.click_shape]
        luck = u01(seed, stage.quality_key, 0, Purpose.QUALITY)
        self._ratio = creative_ratio(luck, parameters.creative_spread)

    def answers(self, batch: ContactBatch) -> list[Events]:
        """Everything that will come of these messages, as blocks of events."""
        parameters, row = self._parameters, batch.row
        rest = (batch.at - self._reached_at[row]) / DAY
        fatigue = recovered(self._fatigue[row], rest, parameters.fatigue_halflife_days)
        earlier = self._reached[row]
        seen_luck, annoyed_luck = draw(self._people[row], batch.slot, _ON_DELIVERY)
        seen = seen_luck < attention(self._attention[batch.action], fatigue, parameters.fatigue_per_contact)
        offered = batch.liability_micros > 0
        self._holds[row[offered]] = batch.liability_micros[offered]
        blocks = self._leavers(batch, annoyed_luck, fatigue)
        blocks += self._readers(batch, np.flatnonzero(seen), earlier)
        self._fatigue[row] = fatigue + 1
        self._reached_at[row] = batch.at
        self._reached[row] = earlier + 1
        return blocks

    def _leavers(self, batch: ContactBatch, luck: FloatArray, fatigue: FloatArray) -> list[Events]:
        """Unsubscribes and complaints, within an hour of delivery; one draw decides between the two and neither."""
        parameters = self._parameters
        leave = annoyance(parameters.unsubscribe_per_contact, fatigue, parameters.fatigue_per_contact)
        complain = annoyance(parameters.complaint_per_contact, fatigue, parameters.fatigue_per_contact)
        gone = np.flatnonzero(luck < leave + complain)
        if not len(gone):
            return []
        complains = luck[gone] >= leave[gone]
        late = draw(self._people[batch.row[gone]], batch.slot[gone], Purpose.WITHDRAW)
        at = batch.at + 1 + (late * 3600).astype(np.int64)
        kind = np.where(complains, COMPLAINT, UNSUBSCRIBE)
        return [events(at, kind, batch.row[gone], batch.key[gone])]

    def _readers(self, batch: ContactBatch, read: IntArray, earlier: IntArray) -> list[Events]:
        """Reading, hours after delivery, and what follows; `read` are places in the batch."""
        if not len(read):
            return []
        row, action = batch.row[read], batch.action[read]
        late, luck = draw(self._people[row], batch.slot[read], _ON_READING)
        opened = batch.at + 1 + np.minimum(-np.log(late) * OPEN_HOURS * 3600, 3 * DAY).astype(np.int64)
        ratio = self._stage.roster.responsiveness[row] * self._ratio[action]
        clicked = luck < self._clicks(self._click[action], ratio, earlier[read])
        opens = events(opened, OPEN, row, batch.key[read])
        return [opens, *self._clickers(batch, read[clicked], opened[clicked])]

    def _clickers(self, batch: ContactBatch, clicked: IntArray, opened: IntArray) -> list[Events]:
        """Clicks, minutes after reading, purchases that they cause and offers that they use up."""
        if not len(clicked):
            return []
        parameters, stage = self._parameters, self._stage
        row, key, action = batch.row[clicked], batch.key[clicked], batch.action[clicked]
        hurry, convert, incremental, late, worth, halo, extra = draw(self._people[row], batch.slot[clicked], _ON_CLICK)
        at = opened + 1 + (-np.log(hurry) * CLICK_MINUTES * 60).astype(np.int64)
        # An offer works once: who has redeemed it clicks on as on a message without one.
        offer = stage.has_offer[action] & ~self._redeemed[row]
        bought = convert < np.where(offer, parameters.convert_offer, parameters.convert_plain)
        bought &= ~self._dog[row]
        new = bought & (incremental < parameters.incremental_share)
        blocks = [events(at, CLICK, row, key)]
        if new.any():
            limit = np.where(offer, stage.valid_days[action], PLAIN_DAYS)[new].astype(np.float64)
            days = delay_days(late[new], limit, parameters.delay_log_mean, parameters.delay_log_sd)
            due = at[new] + 1 + (days * DAY).astype(np.int64)
            revenue = self._paid(row[new], worth[new], halo[new], extra[new])
            margin = np.rint(revenue * stage.margin_rate).astype(np.int64)
            blocks.append(events(due, CONVERSION, row[new], key[new], revenue=revenue, margin=margin))
            used = offer[new]
            blocks.append(self._redemptions(row[new][used], key[new][used], due[used]))
        anyway = bought & ~new & offer
        if anyway.any():
            who, place = self._organic.next_after(row[anyway], at[anyway], OWN_USE_DAYS * DAY)
            blocks.append(self._redemptions(row[anyway][who], key[anyway][who], self._organic.at[place]))
        return blocks

    def _paid(self, row: IntArray, worth: FloatArray, halo: FloatArray, extra: FloatArray) -> IntArray:
        """Revenue of an incremental conversion: its own value and, for some, a whole extra basket."""
        parameters, roster = self._parameters, self._stage.roster
        mean = np.asarray(roster.conversion_value_micros[row] * parameters.value_level, np.float64)
        own = lognormal_value(mean, parameters.value_log_sd, worth)
        basket = lognormal_value(roster.basket_value_micros[row], parameters.value_log_sd, extra)
        return own + np.where(halo < parameters.halo_trip_share, basket, 0)

    def _redemptions(self, row: IntArray, key: KeyArray, due: IntArray) -> Events:
        """One redemption per person, at the value of the offer that was reserved for the person first."""
        inside = due <= self._stage.end
        row, key, due = row[inside], key[inside], due[inside]
        self._redeemed[row] = True
        return events(due, REDEMPTION, row, key, cost=self._holds[row])
