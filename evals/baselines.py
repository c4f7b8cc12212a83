"""What others would do with the same plan, people and rules: nothing, a blast, segment rules, and an oracle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, SmallArray
from campaigns.creative import NO_CONTACT
from campaigns.plan import Plan
from delivery.decide import Asked, Choice, Unlearning
from delivery.roster import Roster
from delivery.values import Values
from simulator.effects.attention import attention
from simulator.effects.clicking import CLICK_SHAPES, creative_ratio
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, streams, u01
from simulator.stage import Stage
from tools.prediction.priors import ANNOYED_DAYS


@dataclass(frozen=True, slots=True)
class Ruled(Unlearning):
    """Always the same action per segment (`action`, by place in the roster's segments), whatever was learnt."""

    roster: Roster
    action: SmallArray

    def choose(self, asked: Asked) -> Choice:
        """The segment's action where its channel is allowed, else no contact."""
        rows = asked.rows
        action = self.action[self.roster.segment[rows]]
        open_to = np.where(action == NO_CONTACT, True, asked.allowed[np.arange(len(rows)), action])
        chosen = np.where(open_to, action, NO_CONTACT).astype(np.int16)
        return Choice(chosen, np.ones(len(rows)), np.zeros(len(rows)))


def nothing(roster: Roster) -> Ruled:
    """No message to anybody."""
    return Ruled(roster, np.full(len(roster.segments), NO_CONTACT, np.int16))


def blast(plan: Plan, roster: Roster) -> Ruled:
    """The first e-mail with an offer to everybody at every occasion."""
    return Ruled(roster, np.full(len(roster.segments), _first(plan, "email", offer=True), np.int16))


def segment_rules(plan: Plan, roster: Roster) -> Ruled:
    """A marketer's rule of thumb: an offer to the best customers, news to the middle, nothing to the rest."""
    by_segment = {"high": _first(plan, "email", offer=True), "mid": _first(plan, "email", offer=False)}
    return Ruled(roster, np.array([by_segment.get(name, NO_CONTACT) for name in roster.segments], np.int16))


@dataclass(frozen=True, slots=True)
class Oracle(Unlearning):
    """Knows every true parameter, every creative's appeal and who the sleeping dogs are, but not luck.

    Greedy: takes the action with the highest true expected margin above `price`, a charge in micros for the attention
    that a message uses up; the best of several prices is reported as the oracle.
    """

    roster: Roster
    values: Values
    parameters: Parameters
    response: FloatArray
    redeem: FloatArray
    loss: FloatArray
    price: float

    @classmethod
    def knowing(cls, stage: Stage, values: Values, parameters: Parameters, seed: int, price: float) -> Oracle:
        """The oracle of a world with these parameters and this seed."""
        roster = stage.roster
        names = [stage.channels[place] for place in stage.channel]
        seen = np.array([parameters.of_channel("attention", name) for name in names])
        base = np.array([parameters.of_channel("click", name) for name in names])
        appeal = creative_ratio(u01(seed, stage.quality_key, 0, Purpose.QUALITY), parameters.creative_spread)
        ratio = roster.responsiveness[:, None] * appeal[None, :]
        shape = CLICK_SHAPES[parameters.click_shape]
        clicks = shape(np.broadcast_to(base, ratio.shape), ratio, np.zeros(ratio.shape, np.int64))
        offered = stage.has_offer.astype(bool)
        convert = np.where(offered, parameters.convert_offer, parameters.convert_plain)
        bought = attention(seen, np.zeros(len(seen)), 0.0)[None, :] * clicks * convert[None, :]
        dogs = draw(streams(seed, roster.person_key), 0, Purpose.DOG) < parameters.sleeping_dog_share
        bought = np.where(dogs[:, None], 0.0, bought)
        worth = stage.margin_rate * (
            roster.conversion_value_micros * parameters.value_level
            + parameters.halo_trip_share * roster.basket_value_micros
        )
        own = roster.conversion_rate * parameters.season_level * ANNOYED_DAYS
        lost = own * stage.margin_rate * roster.conversion_value_micros * parameters.value_level
        return cls(
            roster=roster,
            values=values,
            parameters=parameters,
            response=bought * parameters.incremental_share * worth[:, None],
            redeem=bought * parameters.incremental_share * values.face_value[None, :],
            loss=np.where(dogs, parameters.sleeping_dog_loss * lost, 0.0),
            price=price,
        )

    def choose(self, asked: Asked) -> Choice:
        """The best allowed action, or no contact when none is worth its price."""
        rows, days_between = asked.rows, 3.5
        left = asked.sends_7d * np.exp2(-days_between / self.parameters.fatigue_halflife_days)
        rested = np.exp(-self.parameters.fatigue_per_contact * left)[:, None]
        net = (self.response[rows] - self.redeem[rows]) * rested - self.values.cost[None, :] - self.loss[rows][:, None]
        net = np.where(asked.allowed, net, -np.inf)
        best = net.argmax(axis=1)
        value = net[np.arange(len(rows)), best]
        action = np.where(value > self.price, best, NO_CONTACT).astype(np.int16)
        return Choice(action, np.ones(len(rows)), np.maximum(value, 0.0))


def _first(plan: Plan, channel: str, offer: bool) -> int:
    places = [
        place
        for place, creative in enumerate(plan.creatives)
        if creative.channel == channel and (creative.offer_id is not None) == offer
    ]
    return places[0] if places else NO_CONTACT
