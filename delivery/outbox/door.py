"""The door through which money enters the ledger: no account is opened over an amount that looks mistyped.

What a contact costs is held against the plan's prices once more as it is claimed (`outbox.fit.dearest`), and a budget
is moved in steps that the policies allow (`outbox.budget_change`).
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import text

from campaigns.errors import Refused
from campaigns.plan import Plan
from campaigns.slips import TIMES, Slip, above, misread, price_slip, unconfirmed
from campaigns.workspace import Workspace
from delivery.roster import Roster

_LARGEST_BEFORE = "SELECT MAX(budget_micros) FROM account WHERE plan_id <> :plan"
_DEAREST_OFFER_BEFORE = "SELECT MAX(liability_micros) FROM contact WHERE plan_id <> :plan"


def examine(ws: Workspace, plan: Plan, roster: Roster) -> None:
    """Nothing when the plan's money is plausible; Refused, naming the first amount that looks mistyped, otherwise.

    The budget is held against the goal's words and the largest earlier account, the price of a message against what
    is paid for one, an offer against its title, the people's baskets and the dearest offer so far.
    """
    found = unconfirmed(slips(ws, plan, roster), ws.settings.confirmed_amounts)
    if found:
        raise Refused(f"Plan {plan.plan_id} opens no account: {found[0].sentence()}")


def slips(ws: Workspace, plan: Plan, roster: Roster) -> list[Slip]:
    """Every amount of the plan that looks mistyped."""
    with ws.engine.connect() as connection:
        before, dearest_offer = (
            int(connection.execute(text(query), {"plan": plan.plan_id}).scalar_one() or 0)
            for query in (_LARGEST_BEFORE, _DEAREST_OFFER_BEFORE)
        )
    return [*_budget(plan, before), *_prices(plan), *_offers(plan, roster, dearest_offer)]


def _budget(plan: Plan, before: int) -> list[Slip]:
    budget = int(plan.allocation.budget.value)
    currency = plan.brief.budget.currency if plan.brief.budget else ""
    what = "The budget"
    found = []
    stated = misread(budget, plan.goal.words)
    if stated is not None:
        found.append(Slip("budget", what, budget, stated, stated, "as the goal says", currency))
    of_before = Slip("budget", what, budget, 0, TIMES * before, "by the largest account so far", currency)
    return found + [slip for slip in (above(of_before, before),) if slip]


def _prices(plan: Plan) -> list[Slip]:
    currency = plan.brief.budget.currency if plan.brief.budget else ""
    prices = plan.allocation.contact_cost_micros.items()
    return [slip for slip in (price_slip(channel, micros, currency) for channel, micros in prices) if slip]


def _offers(plan: Plan, roster: Roster, dearest_offer: int) -> list[Slip]:
    """An offer may not be worth a whole usual basket, nor shift a digit of its title, nor be ten times any before it."""
    baskets = roster.basket_value_micros[roster.basket_value_micros > 0]
    basket = int(np.median(baskets)) if len(baskets) else 0
    found = []
    for offer in plan.offers:
        face, currency = offer.face_value.amount_micros, offer.face_value.currency
        name, what = f"face_value:{offer.offer_id}", f"The face value of offer {offer.offer_id}"
        stated = misread(face, offer.title)
        if stated is not None:
            found.append(Slip(name, what, face, stated, stated, f"as its title {offer.title!r} says", currency))
        if basket and face >= basket:
            found.append(Slip(name, what, face, 0, basket, "by the people's usual basket", currency))
        of_before = Slip(name, what, face, 0, TIMES * dearest_offer, "by the dearest offer so far", currency)
        found += [slip for slip in (above(of_before, dearest_offer),) if slip]
    return found
