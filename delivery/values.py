"""What a contact is expected to bring a person by person, action by action, before anything was learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray, SmallArray
from campaigns.plan import Plan
from delivery.horizon import horizon_end
from delivery.roster import Roster
from tools.prediction.priors import means
from tools.prediction.response import (
    expected_clicks_per_contact,
    expected_conversions_dropped,
    expected_conversions_lost,
    expected_purchases_per_click,
    expected_reach,
    expected_value_of_conversion,
    offer_depth,
    redeemed_share,
)


@dataclass(frozen=True, slots=True)
class Values:
    """Expected margin in micros of one contact, and its parts.

    A rested person's contact is clicked with the chance `clicks` (channels, people), ads that win no auction and
    on-site messages without a visitor counted; a click adds `margin` (kinds, people) micros and uses up offers worth
    `offers` (kinds, people), and ends in `orders` (kinds) orders that would not have come otherwise. `channel` and `kind` (actions) are the places of actions
    there; a kind is one offer, or none. `loss` (people) is the price of annoying those better left alone and of
    people who leave; `cost` and `face_value` (actions) are the message price and the offer's largest cost, all three
    of a message that reaches somebody; `click` (actions) is the mean click rate, `fatigue` the loss of log attention
    per message of the last seven days. `cell_of` places actions in the plan's cells.
    """

    clicks: FloatArray
    margin: FloatArray
    offers: FloatArray
    orders: FloatArray
    kind: SmallArray
    loss: FloatArray
    click: FloatArray
    cost: IntArray
    face_value: IntArray
    fatigue: float
    channel: SmallArray
    cell_of: SmallArray

    @classmethod
    def build(cls, plan: Plan, roster: Roster) -> Values:
        """The values of every action of a plan for every person of its roster, from the documented priors."""
        prior = means()
        channels = [creative.channel for creative in plan.creatives]
        offers = [plan.offer(creative.offer_id) for creative in plan.creatives]
        face = np.array([offer.face_value.amount_micros if offer else 0 for offer in offers], np.int64)
        kinds = sorted({(offer is not None, value) for offer, value in zip(offers, face.tolist(), strict=True)})
        channel = np.array([roster.channels.index(name) for name in channels], np.int16)
        clicks = np.zeros((len(roster.channels), roster.size))
        for place, name in enumerate(roster.channels):
            if name in channels:
                price = plan.allocation.contact_cost_micros[name]
                reach = expected_reach(name, roster.basket_rate, price)
                clicks[place] = reach * expected_clicks_per_contact(name, responsiveness=roster.responsiveness)
        own = plan.margin_rate * roster.conversion_value_micros
        whole = horizon_end(plan).date() - plan.brief.window.start
        withheld = expected_conversions_lost(roster.conversion_rate, 1.0)
        withheld += expected_conversions_dropped("email", roster.conversion_rate, whole.days / 2)
        per_click = [_per_click(plan, roster, *kind) for kind in kinds]
        places = {(cell.segment, cell.channel): place for place, cell in enumerate(plan.allocation.cells)}
        return cls(
            clicks=clicks,
            margin=np.stack([margin for margin, _, _ in per_click]),
            offers=np.stack([offers for _, offers, _ in per_click]),
            orders=np.array([orders for _, _, orders in per_click]),
            kind=np.array(
                [kinds.index((offer is not None, value)) for offer, value in zip(offers, face.tolist(), strict=True)],
                np.int16,
            ),
            loss=np.asarray(withheld * own),
            click=clicks.mean(axis=1)[channel] if roster.size else np.ones(len(channel)),
            cost=np.array([plan.allocation.contact_cost_micros[name] for name in channels], np.int64),
            face_value=face,
            fatigue=prior["fatigue_per_contact"],
            channel=channel,
            cell_of=np.array(
                [[places.get((segment, name), -1) for name in channels] for segment in roster.segments], np.int16
            ),
        )

    def response(self, rows: IntArray) -> FloatArray:
        """Margin less offer cost in micros that a contact brings these people while rested, shape (actions, people)."""
        clicks, worth = self.clicks[:, rows], self.margin[:, rows] - self.offers[:, rows]
        found = np.empty((len(self.channel), len(rows)))
        for place, (channel, kind) in enumerate(zip(self.channel.tolist(), self.kind.tolist(), strict=True)):
            np.multiply(clicks[channel], worth[kind], out=found[place])
        return found


def _per_click(plan: Plan, roster: Roster, offered: bool, face: int) -> tuple[FloatArray, FloatArray, float]:
    """What a click of each person adds in margin and uses up in offers (micros), and the extra orders that it ends in."""
    usual = roster.conversion_value_micros
    depth = offer_depth(face, usual)
    value = expected_value_of_conversion(usual, roster.basket_value_micros, depth=depth if offered else 0.0)
    bought = expected_purchases_per_click(offered, depth)
    used = redeemed_share(roster.conversion_rate) * face if offered else np.zeros(roster.size)
    added = bought * means()["incremental_share"] * plan.margin_rate * value
    return np.asarray(added), np.asarray(bought * used), float(np.mean(bought) * means()["incremental_share"])
