"""What each segment x channel answers to money: a concave curve from the response priors and the snapshot's people.

Contacts of one person tire: the mean attention over a whole programme of n messages is A < 1 of a rested person's
(`tools.prediction.response.attention_factor`). A cell's curve is the exponential saturation that starts with the
rested response and passes through the response of the whole programme, so its one shape parameter t solves
t (1 - exp(-1/t)) = A. Money is counted twice: `unit` is what a contact is expected to cost, message plus redeemed
offers; money set aside is what it keeps from being spent elsewhere: the offer's full face value for everybody with consent, which
the engine reserves when a person first receives the offer, and then the price of each message. Since everybody soon holds
an offer, those face values come first and are the cell's fixed `charge`: a ceiling that cannot hold them all stops plain
messages too, soon after the start. `carried` says how many messages such a ceiling lets through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import optimize

from campaigns.brief import Channel
from tools.budget.shapes import Charged, Exponential
from tools.prediction.priors import RESPONSE_PRIORS, draw
from tools.prediction.response import (
    expected_conversions_dropped,
    expected_conversions_lost,
    expected_conversions_per_contact,
    expected_price,
    expected_reach,
    expected_redemptions_per_contact,
    expected_value_of_conversion,
    offer_depth,
)

Column = npt.NDArray[np.float64]

TEMPERATURE = 0.25
"""How strongly a person with several consents is written to on the better channel (softmax over the values of a
contact, as a share of the better one): the engine decides likewise and has to explore."""
BASKET_DAYS = 84
"""The days whose baskets a snapshot counts."""
DRAWS, SAMPLED, LEVEL = 40, 1_000, 0.9
_SEED = 20_171
STEEPEST, FLATTEST = 0.02, 1_000.0
"""Limits of the shape parameter: a curve that is all but a step, and one that is all but a line."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What everybody in a plan may receive: messages per person in the window, their weekly pace, prices and offers.

    `offer_share` is the share (0-1) of a channel's variants that carry an offer; `price` the micros of one message;
    `face_value` the largest micros that one offer can cost, 0 without offers.
    """

    contacts: int
    per_week: float
    price: Mapping[Channel, int]
    offer_share: Mapping[Channel, float]
    face_value: int
    margin_rate: float


@dataclass(frozen=True, slots=True)
class CellResponse:
    """One segment x channel: its people, the contacts that they may get, and what one contact brings and takes.

    `people` have consent; `contacts` is the whole programme's number of messages on this channel; `rested` and
    `tired` are the margin in micros that a contact brings to rested people and on average over the programme, less
    what sleeping dogs withhold; `unit` is the expected micros of a contact, `price` those of its message; `charge` the
    micros of a face value for everybody with consent, and `largest` the most that the cell can ever need: the charge
    and every message of everybody. `rounds` is the messages of the programme to one person, `offers` the share (0-1) of
    messages with an offer.
    """

    segment: str
    channel: Channel
    people: int
    contacts: float
    rested: float
    tired: float
    unit: float
    price: int
    charge: int
    largest: int
    rounds: int
    offers: float

    @property
    def shape(self) -> float:
        """The parameter t of the curve, in whole programmes."""
        return _shape(self.tired / self.rested) if self.tired > 0 and self.rested > 0 else 1.0


def responses(
    people: pl.DataFrame,
    segments: tuple[str, ...],
    channels: tuple[Channel, ...],
    plan: Programme,
    given: Mapping[str, float] | None = None,
) -> list[CellResponse]:
    """The response of every segment x channel for these (treated) people, in that order; cells may be empty.

    `given` replaces the means of the response priors.
    """
    return [
        cell
        for segment in segments
        for cell in _segment(people.filter(pl.col("segment") == segment), segment, channels, plan, given)
    ]


def marginal_interval(
    people: pl.DataFrame, segments: tuple[str, ...], channels: tuple[Channel, ...], plan: Programme, spend: Column
) -> tuple[Column, Column]:
    """Between which marginal returns the priors put `LEVEL` of their probability at this spend (micros per cell).

    From `DRAWS` draws of the priors and at most `SAMPLED` of the people, evenly spaced.
    """
    some = people.gather_every(max(1, -(-people.height // SAMPLED)))
    share = some.height / max(people.height, 1)
    uniforms = np.random.default_rng(_SEED).random((DRAWS, len(RESPONSE_PRIORS)))
    drawn = draw(uniforms)
    found = [
        spend_curves(
            responses(some, segments, channels, plan, {name: float(column[run]) for name, column in drawn.items()})
        ).marginal(spend * share)
        for run in range(DRAWS)
    ]
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return np.asarray(low), np.asarray(high)


def spend_curves(cells: list[CellResponse]) -> Exponential:
    """Margin in micros by expected spend in micros, per cell; worthless and empty cells stay flat at 0."""
    return _curves(cells, np.array([cell.unit for cell in cells]))


def held_curves(cells: list[CellResponse]) -> Charged:
    """Margin in micros by money set aside in micros, per cell: nothing until the charge is held, then by message.

    Messages that cost nothing count as a micro each.
    """
    charge = np.array([cell.charge for cell in cells], np.float64)
    return Charged(_curves(cells, np.array([max(float(cell.price), 1.0) for cell in cells])), charge)


def carried(cell: CellResponse, ceiling: int) -> float:
    """How many of the cell's contacts a ceiling in micros lets through, at most all of them.

    Round by round the same people are written to, and a share of them receives the offer for the first time: after k
    rounds people * (1 - (1 - p)^k) hold one, p being the chance of a message with an offer. The rounds end when face
    values and messages together meet the ceiling.
    """
    if cell.contacts <= 0 or cell.people == 0:
        return 0.0
    per_round = cell.contacts / cell.rounds
    stays = 1 - cell.offers * per_round / cell.people

    def needed(rounds: float) -> float:
        return float(cell.charge * (1 - stays**rounds) + cell.price * per_round * rounds)

    if needed(cell.rounds) <= ceiling:
        return cell.contacts
    rounds = float(optimize.brentq(lambda some: needed(some) - ceiling, 0.0, cell.rounds)) if ceiling > 0 else 0.0
    return per_round * rounds


def _curves(cells: list[CellResponse], per_contact: Column) -> Exponential:
    contacts = np.array([cell.contacts for cell in cells])
    shape = np.array([cell.shape for cell in cells])
    worth = np.array([cell.rested if cell.tired > 0 else 0.0 for cell in cells])
    whole = contacts * per_contact
    return Exponential(
        scale=np.asarray(contacts * worth * shape),
        pace=np.asarray(np.where(whole > 0, whole * shape, 1.0)),
        most=np.asarray(np.where(worth > 0, whole, 0.0)),
    )


def _segment(
    people: pl.DataFrame,
    segment: str,
    channels: tuple[Channel, ...],
    plan: Programme,
    given: Mapping[str, float] | None,
) -> list[CellResponse]:
    consent = np.column_stack([people[f"consent_{channel}"].to_numpy() == 1 for channel in channels])
    each = [_contact(people, channel, plan, given) for channel in channels]
    net = np.array([float((worth - unit)[consent[:, place]].mean()) if consent[:, place].any() else -np.inf
                    for place, (_, worth, unit) in enumerate(each)])  # fmt: skip
    weight = _weights(net, consent)
    cells = []
    for place, channel in enumerate(channels):
        rested, tired, unit = each[place]
        share = weight[:, place]
        contacts = float(share.sum()) * plan.contacts
        face = plan.face_value if plan.offer_share[channel] else 0
        reached = int(consent[:, place].sum())
        mean = share / share.sum() if share.any() else share
        cells.append(
            CellResponse(
                segment=segment,
                channel=channel,
                people=reached,
                contacts=contacts,
                rested=float(mean @ rested),
                tired=float(mean @ tired),
                unit=min(float(mean @ unit), plan.price[channel] + face / plan.contacts),
                price=plan.price[channel],
                charge=reached * face,
                largest=reached * (plan.contacts * plan.price[channel] + face),
                rounds=plan.contacts,
                offers=plan.offer_share[channel] if face else 0.0,
            )
        )
    return cells


def _contact(
    people: pl.DataFrame, channel: Channel, plan: Programme, given: Mapping[str, float] | None
) -> tuple[Column, Column, Column]:
    """Per person: margin of a rested contact, of the programme's average contact, and its expected cost, in micros."""
    rate = people["conversion_rate"].to_numpy()
    odds = people["responsiveness"].to_numpy()
    value = people["conversion_value_micros"].to_numpy()
    depth, paid = offer_depth(plan.face_value, value), plan.price[channel]
    visits = people["baskets_84d"].to_numpy() / BASKET_DAYS if channel == "onsite" else 0.0
    reach = np.asarray(expected_reach(channel, visits, paid, plan.contacts, plan.per_week, parameters=given))
    redeemed = expected_redemptions_per_contact(
        channel, rate, plan.contacts, plan.per_week, odds, depth=depth, parameters=given
    )
    redeemed = plan.offer_share[channel] * reach * redeemed
    # Messages are spread over the programme, so that half of it is left after the average one.
    left = plan.contacts / plan.per_week * 7 / 2
    dropped = reach * expected_conversions_dropped(channel, rate, left, plan.contacts, plan.per_week, parameters=given)
    annoyed = expected_conversions_lost(rate, plan.contacts * reach, plan.per_week * reach, given) / plan.contacts
    lost = (annoyed + dropped) * plan.margin_rate * value
    rested, tired = (_brought(people, channel, plan, contacts, reach, given) for contacts in (1.0, plan.contacts))
    price = expected_price(channel, paid, reach, given)
    return (rested - lost, tired - lost, np.asarray(price + redeemed * plan.face_value))


def _brought(
    people: pl.DataFrame,
    channel: Channel,
    plan: Programme,
    contacts: float,
    reach: Column,
    given: Mapping[str, float] | None,
) -> Column:
    """Margin in micros per contact of each person over so many of them, before what they take away."""
    odds, value = people["responsiveness"].to_numpy(), people["conversion_value_micros"].to_numpy()
    total, mean = np.zeros(people.height), float(np.mean(reach))
    # Only messages that reach people tire them.
    contacts, per_week = max(contacts * mean, 1.0), max(plan.per_week * mean, 1e-3)
    for offered, share in ((True, plan.offer_share[channel]), (False, 1 - plan.offer_share[channel])):
        depth = offer_depth(plan.face_value, value) if offered else np.zeros(people.height)
        if share:
            bought = expected_conversions_per_contact(
                channel, offered, contacts, per_week, odds, depth=depth, parameters=given
            )
            baskets = people["basket_value_micros"].to_numpy()
            worth = expected_value_of_conversion(value, baskets, depth=depth, parameters=given)
            total += share * bought * worth
    return np.asarray(plan.margin_rate * reach * total)


def _weights(net: Column, consent: npt.NDArray[np.bool_]) -> Column:
    """Per person and channel, the share of the person's contacts that goes there; rows sum to 1, or 0 without consent."""
    known = np.isfinite(net)
    if not known.any():
        return np.zeros(consent.shape)
    best = float(net[known].max())
    scale = TEMPERATURE * abs(best) if best != 0 else 1.0
    pull = np.exp(np.clip((net - best) / scale, -50.0, 0.0))
    weight = consent * pull[None, :]
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0))


def _shape(ratio: float) -> float:
    """The t with t (1 - exp(-1/t)) = ratio, within its limits; rises from 0 to 1 with t."""

    def above(t: float) -> float:
        return float(-t * np.expm1(-1 / t)) - ratio

    if above(STEEPEST) >= 0:
        return STEEPEST
    return FLATTEST if above(FLATTEST) <= 0 else float(optimize.brentq(above, STEEPEST, FLATTEST))
