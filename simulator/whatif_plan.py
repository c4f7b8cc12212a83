"""A plan as it would be with other money, fewer people, another cadence or deeper offers; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
import polars as pl

from campaigns.allocation import Allocation
from campaigns.brief import Brief, Window
from campaigns.creative import Claim, Creative, Offer
from campaigns.figure import Figure, Source
from campaigns.money import MICROS, Money
from campaigns.plan import Plan, SendSlot
from campaigns.workspace import Settings
from simulator.whatif_points import Factors, present
from tools.audience.worth import contact_value
from tools.budget.propose import propose_allocation
from tools.experiment.expected import cadence

Slots = Callable[[int, Window], tuple[SendSlot, ...]]
"""The planner's weekly moments for so many messages a week inside a window."""
_SOURCE = Source(kind="twin", name="simulator.whatif_plan.changed")


def most_spent(plan: Plan) -> int:
    """Micros that the plan may spend at most: the sum of its cells' ceilings."""
    return sum(int(cell.ceiling.value) for cell in plan.allocation.cells)


def changed(
    plan: Plan, snapshot: pl.DataFrame, factors: Factors, settings: Settings, slots: Slots
) -> tuple[Plan, pl.DataFrame]:
    """The plan and the people at a point; the plan itself, untouched, at the present point.

    The money is spread anew by the planner (`tools.budget.propose_allocation`) for the people, cadence and offers of
    the point. More messages a week than the planner designs with are planned in proportion. Holdout shares and the
    power stated by the experiment stay those of the plan. BudgetError when there is no money to spread.
    """
    here = present(len(plan.slots))
    if factors == here:
        return plan, snapshot
    people = best(snapshot, factors.audience)
    offers = tuple(_deeper(offer, factors.depth) for offer in plan.offers)
    brief = plan.brief.model_copy(update={"budget": _budget(plan, factors.budget)})
    weekly = slots(factors.cadence, plan.brief.window) if factors.cadence != here.cadence else plan.slots
    moved = {
        "brief": brief,
        "audience": plan.audience.model_copy(
            update={"size": Figure(value=people.height, unit="people", source=_SOURCE)}
        ),
        "offers": offers,
        "creatives": tuple(_retold(creative, plan.offers, offers) for creative in plan.creatives),
        "slots": weekly,
        "allocation": spread_anew(plan, brief, people, offers, settings, factors.cadence),
    }
    return plan.model_copy(update=moved), people


def best(snapshot: pl.DataFrame, share: float) -> pl.DataFrame:
    """The share of the people (at least one) whom a contact is worth most, in the snapshot's order; ties to the earlier."""
    count = max(1, ceil(round(snapshot.height * share, 9)))
    worth = contact_value(
        snapshot["responsiveness"].to_numpy(),
        snapshot["conversion_value_micros"].to_numpy(),
        snapshot["basket_value_micros"].to_numpy(),
    )
    kept = np.sort(np.argsort(-worth, kind="stable")[:count])
    return snapshot[kept.tolist()]


def _budget(plan: Plan, factor: float) -> Money | None:
    given = plan.brief.budget
    if given is None or factor == 1:
        return given
    money = round(most_spent(plan) * factor)
    if money == 0:
        return given
    return given.model_copy(update={"amount_micros": max(money, given.amount_micros) if factor > 1 else money})


def spread_anew(
    plan: Plan, brief: Brief, people: pl.DataFrame, offers: tuple[Offer, ...], settings: Settings, weekly: int
) -> Allocation:
    """The planner's allocation of the brief's budget over these people for so many messages a week."""
    asked = brief.model_copy(update={"max_contacts_per_week": weekly})
    made = propose_allocation(asked, people, plan.experiment, offers, plan.creatives, settings)
    more = weekly / cadence(asked)
    if more == 1:
        return made
    cells = tuple(
        cell.model_copy(
            update={"contacts": cell.contacts.model_copy(update={"value": int(cell.contacts.value * more)})}
        )
        for cell in made.cells
    )
    return made.model_copy(update={"cells": cells})


def _deeper(offer: Offer, factor: float) -> Offer:
    """The offer at another face value in whole hundredths, its title saying the new amount."""
    if factor == 1:
        return offer
    cent = MICROS // 100
    face = max(round(offer.face_value.amount_micros * factor / cent), 1) * cent
    before, after = (f"{value / MICROS:.2f}" for value in (offer.face_value.amount_micros, face))
    value = Money(amount_micros=face, currency=offer.face_value.currency)
    title = offer.title.replace(before, after) if before in offer.title else f"{value} off"
    return offer.model_copy(update={"face_value": value, "title": title})


def _retold(creative: Creative, before: tuple[Offer, ...], after: tuple[Offer, ...]) -> Creative:
    """The creative with its claims about an offer saying the offer's new title."""
    titles = {old.title: new.title for old, new in zip(before, after, strict=True)}
    claims = tuple(Claim(text=titles.get(claim.text, claim.text), evidence=claim.evidence) for claim in creative.claims)
    return creative if claims == creative.claims else creative.model_copy(update={"claims": claims})
