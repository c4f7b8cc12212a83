"""What a contact is expected to bring a person by person, action by action, before anything was learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray, SmallArray
from campaigns.plan import Plan
from delivery.roster import Roster
from tools.prediction.priors import ANNOYED_DAYS, OWN_USE_DAYS, means


@dataclass(frozen=True, slots=True)
class Values:
    """Expected margin in micros of one contact, and its parts.

    A rested person's contact ends in `order` (actions) orders at the prior click rate `click` (actions); each brings
    the person's `gain` (people) of incremental margin (clicks come `responsiveness` (people) times as often) and uses the share `redeem` (people) of the offer, relative to
    a person of average response; `loss` (people) is the price of annoying those better left alone; `cost` and
    `face_value` (actions) are the message price and the offer's largest cost; `fatigue` the loss of log attention
    per message of the last seven days. `channel` and `cell_of` place actions in the plan's channels and cells.
    """

    gain: FloatArray
    responsiveness: FloatArray
    redeem: FloatArray
    order: FloatArray
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
        click = np.array([prior[f"attention_{name}"] * prior[f"click_{name}"] for name in channels])
        convert = np.array([prior["convert_offer" if offer else "convert_plain"] for offer in offers])
        face = np.array([offer.face_value.amount_micros if offer else 0 for offer in offers], np.int64)
        worth = plan.margin_rate * (
            roster.conversion_value_micros + prior["halo_trip_share"] * roster.basket_value_micros
        )
        incremental = prior["incremental_share"]
        anyway = 1 - np.exp(-roster.conversion_rate * OWN_USE_DAYS)
        used = incremental + (1 - incremental) * anyway
        own = roster.conversion_rate * ANNOYED_DAYS * plan.margin_rate * roster.conversion_value_micros
        places = {(cell.segment, cell.channel): place for place, cell in enumerate(plan.allocation.cells)}
        return cls(
            gain=roster.responsiveness * incremental * worth,
            responsiveness=roster.responsiveness,
            redeem=roster.responsiveness * used,
            order=click * convert,
            loss=prior["sleeping_dog_share"] * prior["sleeping_dog_loss"] * own,
            click=click,
            cost=np.array([plan.allocation.contact_cost_micros[name] for name in channels], np.int64),
            face_value=face,
            fatigue=prior["fatigue_per_contact"],
            channel=np.array([roster.channels.index(name) for name in channels], np.int16),
            cell_of=np.array(
                [[places.get((segment, name), -1) for name in channels] for segment in roster.segments], np.int16
            ),
        )

    def response(self, rows: IntArray) -> FloatArray:
        """Margin less offer cost in micros that a contact brings these people while rested, shape (actions, people)."""
        offers = self.redeem[rows] * (self.order * self.face_value)[:, None]
        return np.asarray(self.gain[rows] * self.order[:, None] - offers)
