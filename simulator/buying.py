"""From a click to money: bought, would not have otherwise, paid, redeemed, told to neighbours."""

from __future__ import annotations

import numpy as np

from campaigns.contact import CONVERSION, REDEMPTION, BoolArray, FloatArray, IntArray, KeyArray
from simulator.calendar import Calendar, events
from simulator.channels import CHANNELS
from simulator.days import DAY, Days
from simulator.effects.attention import recovered
from simulator.effects.clicking import raised_odds
from simulator.effects.neighbours import HEARD_DAYS, heard_chance, ring
from simulator.effects.purchase import (
    PLAIN_DAYS,
    amount_ratio,
    delay_days,
    depth,
    depth_ratio,
    lognormal_value,
    sated_ratio,
)
from simulator.own import Own
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw
from simulator.reached import Reached
from simulator.stage import Stage
from tools.prediction.priors import OWN_USE_DAYS, SATED_HALFLIFE_DAYS

_ON_CLICK = np.array(
    [
        [Purpose.CONVERT], [Purpose.INCREMENTAL], [Purpose.DELAY], [Purpose.EXTRA_VALUE], [Purpose.HALO],
        [Purpose.HALO_VALUE],
    ],
    np.int64,
)  # fmt: skip
_BY_HEARSAY = np.array([[Purpose.HEARSAY], [Purpose.HEARSAY_DELAY], [Purpose.HEARSAY_VALUE]], np.int64)


class Buying:
    """The offers that people hold and have used, and how sated they are; few people, so everything is exact and dear."""

    def __init__(
        self,
        stage: Stage,
        parameters: Parameters,
        people: KeyArray,
        dog: BoolArray,
        own: Own,
        days: Days,
        calendar: Calendar,
    ) -> None:
        self._stage = stage
        self._parameters = parameters
        self._people = people
        self._dog = dog
        self._own = own
        self._days = days
        self._calendar = calendar
        size = stage.roster.size
        self._holds = np.zeros(size, np.int64)
        self._redeemed = np.zeros(size, bool)
        self._sated = parameters.saturation_per_purchase > 0
        self._brought = np.zeros(size if self._sated else 0)
        self._brought_at = np.zeros(size if self._sated else 0, np.int32)
        self._neighbours = ring(people) if parameters.word_of_mouth else None
        report = parameters.report_hours * 3600
        channels = [stage.channels[place] for place in stage.channel]
        self._late = np.array([int(CHANNELS[name].report * report) for name in channels], np.int64)
        self._own_late = int(report)

    def hand_out(self, reached: Reached) -> None:
        """Remember the offers that these messages bring."""
        offered = np.flatnonzero(reached.liability_micros > 0)
        self._holds[reached.row[offered]] = reached.liability_micros[offered]

    def clicked(self, reached: Reached, places: IntArray, at: IntArray) -> None:
        """Purchases that these clicks lead to and offers that they use up; `at` are the instants of the clicks."""
        parameters, stage = self._parameters, self._stage
        row, key, action, slot, came = (
            column[places] for column in (reached.row, reached.key, reached.action, reached.slot, reached.at)
        )
        convert, incremental, late, worth, halo, extra = draw(self._people[row], slot, _ON_CLICK)
        # An offer works once: who has redeemed it clicks on as on a message without one.
        offer = stage.has_offer[action] & ~self._redeemed[row]
        depths = depth(stage.face_value_micros[action], stage.roster.conversion_value_micros[row])
        bought = (convert < self._chance(row, offer, depths, came)) & ~self._dog[row]
        if not bought.any():
            return
        new = bought & (incremental < parameters.incremental_share)
        shown_late = self._late[action]
        if new.any():
            limit = np.where(offer, stage.valid_days[action], PLAIN_DAYS)[new].astype(np.float64)
            days = delay_days(late[new], limit, parameters.delay_log_mean, parameters.delay_log_sd)
            due = at[new] + 1 + (days * DAY).astype(np.int64)
            due = self._days.awake(due, at[new], stage.roster.zone[row[new]])
            more = amount_ratio(np.where(offer, depths, 0.0)[new], parameters.price_elasticity)
            revenue = self._paid(row[new], more, worth[new], halo[new], extra[new])
            self._convert(due, row[new], key[new], revenue, shown_late[new])
            used = offer[new]
            self._redeem(row[new][used], key[new][used], due[used], shown_late[new][used])
            self._sate(row[new], came[new])
            if self._neighbours is not None:
                self._tell(row[new], slot[new], due)
        anyway = bought & ~new & offer
        if anyway.any():
            who, when = self._own.next_with_offer(row[anyway], at[anyway], OWN_USE_DAYS * DAY)
            self._redeem(row[anyway][who], key[anyway][who], when, np.full(len(who), self._own_late))

    def _chance(self, row: IntArray, offer: BoolArray, depths: FloatArray, now: IntArray) -> FloatArray:
        """The chance that a click ends in a purchase: by offer and its depth, less for those who just bought."""
        parameters = self._parameters
        chance = np.where(offer, parameters.convert_offer, parameters.convert_plain)
        if parameters.offer_depth_power:
            deep = depth_ratio(depths, parameters.offer_depth_power)
            chance = np.where(offer, raised_odds(chance, deep), chance)
        if self._sated:
            sated = sated_ratio(self._sated_by(row, now), parameters.saturation_per_purchase)
            chance = raised_odds(chance, sated)
        return chance

    def _sated_by(self, row: IntArray, now: IntArray) -> FloatArray:
        """Extra purchases of late, each counted for less as it ages."""
        days = (now - self._stage.start - self._brought_at[row]) / DAY
        return recovered(self._brought[row], days, SATED_HALFLIFE_DAYS)

    def _sate(self, row: IntArray, now: IntArray) -> None:
        if self._sated:
            self._brought[row] = self._sated_by(row, now) + 1
            self._brought_at[row] = now - self._stage.start

    def _paid(
        self, row: IntArray, more: FloatArray, worth: FloatArray, halo: FloatArray, extra: FloatArray
    ) -> IntArray:
        """Revenue of an incremental conversion: its own value and, for some, a whole extra basket."""
        parameters, roster = self._parameters, self._stage.roster
        mean = np.asarray(roster.conversion_value_micros[row] * parameters.value_level * more, np.float64)
        own = lognormal_value(mean, parameters.value_log_sd, worth)
        basket = lognormal_value(roster.basket_value_micros[row], parameters.value_log_sd, extra)
        return own + np.where(halo < parameters.halo_trip_share, basket, 0)

    def _convert(self, due: IntArray, row: IntArray, key: KeyArray, revenue: IntArray, late: IntArray) -> None:
        margin = np.rint(revenue * self._stage.margin_rate).astype(np.int64)
        self._calendar.push(events(due, CONVERSION, row, key, revenue=revenue, margin=margin), late)

    def _redeem(self, row: IntArray, key: KeyArray, due: IntArray, late: IntArray) -> None:
        """One redemption per person, at the value of the offer that was reserved for the person first."""
        inside = due <= self._stage.end
        row, key, due, late = row[inside], key[inside], due[inside], late[inside]
        self._redeemed[row] = True
        self._calendar.push(events(due, REDEMPTION, row, key, cost=self._holds[row]), late)

    def _tell(self, row: IntArray, slot: IntArray, due: IntArray) -> None:
        """Purchases of the two neighbours who hear of these; nobody knows of which message they came (key 0)."""
        parameters, roster = self._parameters, self._stage.roster
        for side, neighbours in enumerate(self._neighbours or ()):
            whom = neighbours[row]
            luck, wait, worth = draw(self._people[row], slot * 2 + side, _BY_HEARSAY)
            rate = roster.conversion_rate[whom] * parameters.season_level
            buys = np.flatnonzero(luck < heard_chance(rate, parameters.word_of_mouth))
            at = due[buys] + 1 + (wait[buys] * HEARD_DAYS * DAY).astype(np.int64)
            mean = roster.conversion_value_micros[whom[buys]] * parameters.value_level
            revenue = lognormal_value(mean, parameters.value_log_sd, worth[buys])
            none = np.zeros(len(buys), np.uint64)
            self._convert(at, whom[buys], none, revenue, np.full(len(buys), self._own_late))
