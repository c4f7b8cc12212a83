"""What a campaign of the allowed cadence is expected to change per person, from the documented response priors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from campaigns.brief import Brief
from campaigns.workspace import Settings
from tools.experiment.baseline import VALUE_CV2, expected_counts
from tools.prediction.response import (
    expected_conversions_dropped,
    expected_conversions_lost,
    expected_conversions_per_contact,
    expected_redemptions_per_contact,
    expected_value_of_conversion,
    offer_depth,
)

SLOTS_PER_WEEK = 2
"""Weekly send moments that a plan is designed with; a lower cap in the brief lowers it."""
REACH_ORDER = ("email", "push")
"""Channels by expected response: a person with several consents is counted on the first."""

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """The change per person of the treated arm, reached or not, over a horizon.

    `conversions` is the rise of their mean number, `margin` of the mean margin in micros, net of messages and redeemed
    offers; the `_variance` of each is what the extra purchases add between treated people, squared. `contacts` is the number of messages to a reached person,
    `reached` the share of people with a consent, `affordable` the share of those for whom the budget suffices, and
    `cost` the money in micros set aside per reached person (messages and the offer's full face value).
    """

    conversions: float
    conversions_variance: float
    margin: float
    margin_variance: float
    contacts: int
    reached: float
    affordable: float
    cost: float


def cadence(brief: Brief) -> int:
    """Messages per week and person that a plan is designed with."""
    return min(SLOTS_PER_WEEK, brief.max_contacts_per_week)


def contacts_in(brief: Brief, window_days: int) -> int:
    """Messages to one person in a window at the cadence of the plan, at least 1."""
    return max(1, int(window_days * cadence(brief) // 7))


def expected_effect(
    snapshot: pl.DataFrame,
    brief: Brief,
    settings: Settings,
    *,
    window_days: int,
    horizon_days: int,
    treated_share: float,
    face_value_micros: int,
    prior: Mapping[str, float] | None = None,
) -> Expected:
    """The expected change from `window_days` of contacts, measured over `horizon_days`.

    Contacts are spread evenly, half of them with the offer when there is one (`face_value_micros` > 0), as an
    engine that still has to learn would do. Where the budget cannot hold all messages and the full face value of
    the offers of the treated people, the effect shrinks to the share that it can hold. `prior` replaces the priors'
    means.
    """
    contacts, per_week = contacts_in(brief, window_days), cadence(brief)
    each = _contact(snapshot, brief, settings, contacts, per_week, face_value_micros, prior)
    reach = each.reach
    cost = reach * (contacts * each.price + face_value_micros)
    affordable = _affordable(cost, treated_share, brief)
    sent = affordable * contacts
    extra = sent * each.bought
    own = expected_counts(snapshot, horizon_days)
    rate = snapshot["conversion_rate"].to_numpy()
    dropped = expected_conversions_lost(rate, contacts, per_week, prior)
    # Messages are spread over the window; what leavers would have bought after the average one counts to the horizon.
    left = max(horizon_days - window_days / 2, 0.0)
    leavers = expected_conversions_dropped(REACH_ORDER[0], rate, left, contacts, per_week, prior)
    dropped = np.minimum(affordable * reach * (dropped + contacts * leavers), own)

    own_value = snapshot["conversion_value_micros"].to_numpy() * settings.margin_rate
    margin = sent * each.worth - dropped * own_value - sent * (reach * each.price + each.redeemed * face_value_micros)
    return Expected(
        conversions=float((extra - dropped).mean()),
        conversions_variance=float(extra.mean()),
        margin=float(margin.mean()),
        margin_variance=float((sent * each.squared * (1 + VALUE_CV2)).mean()),
        contacts=contacts,
        reached=float(reach.mean()),
        affordable=affordable,
        cost=float(cost[reach > 0].mean()) if reach.any() else 0.0,
    )


@dataclass(frozen=True, slots=True)
class _Contact:
    """Per person and contact: reachable (0 or 1), incremental conversions, their margin in micros and the sum of its
    squares, redemptions, price of a message in micros."""

    reach: Column
    bought: Column
    worth: Column
    squared: Column
    redeemed: Column
    price: Column


def _contact(
    snapshot: pl.DataFrame,
    brief: Brief,
    settings: Settings,
    contacts: int,
    per_week: int,
    face_value_micros: int,
    prior: Mapping[str, float] | None,
) -> _Contact:
    prices = {"email": settings.email_cost_micros, "push": settings.push_cost_micros}
    odds, rate, usual, basket = (
        snapshot[name].to_numpy()
        for name in ("responsiveness", "conversion_rate", "conversion_value_micros", "basket_value_micros")
    )
    made = _Contact(*(np.zeros(snapshot.height) for _ in range(6)))
    kinds = (True, False) if face_value_micros else (False,)
    depth = offer_depth(face_value_micros, usual)
    for channel in reversed(REACH_ORDER):
        if channel not in brief.channels or channel in brief.excluded_channels:
            continue
        on = snapshot[f"consent_{channel}"].to_numpy() == 1
        made.reach[on], made.price[on] = 1.0, prices[channel]
        for column in (made.bought, made.worth, made.squared, made.redeemed):
            column[on] = 0.0
        for offered in kinds:
            deep = depth[on]
            bought = expected_conversions_per_contact(channel, offered, contacts, per_week, odds[on], prior, deep)
            deeper = deep if offered else 0.0
            value = settings.margin_rate * expected_value_of_conversion(usual[on], basket[on], prior, deeper)
            made.bought[on] += bought / len(kinds)
            made.worth[on] += bought * value / len(kinds)
            made.squared[on] += bought * value**2 / len(kinds)
        if face_value_micros:
            made.redeemed[on] = 0.5 * expected_redemptions_per_contact(
                channel, rate[on], contacts, per_week, odds[on], prior, depth[on]
            )
    return made


def _affordable(cost: Column, treated_share: float, brief: Brief) -> float:
    if brief.budget is None:
        return 1.0
    needed = float(cost.sum()) * treated_share
    return min(1.0, brief.budget.amount_micros / needed) if needed > 0 else 1.0
