"""The allocation of a plan: money per segment and channel, as far as one more unit of it pays, under the budget."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from campaigns.allocation import Allocation, Cell
from campaigns.border import digest
from campaigns.brief import Brief, Channel
from campaigns.creative import Creative, Offer
from campaigns.experiment import TREATED, Experiment
from campaigns.figure import Figure, Source
from campaigns.workspace import Settings
from tools.budget.allocate import allocate
from tools.budget.curves import (
    LEVEL,
    CellResponse,
    Programme,
    carried,
    held_curves,
    marginal_interval,
    responses,
    spend_curves,
)
from tools.budget.errors import BudgetError
from tools.budget.shapes import Exponential
from tools.experiment.assignment import assign
from tools.experiment.expected import cadence, contacts_in

EXPLORATION_SHARE = 0.05
"""Share of decisions that are spread evenly over what is allowed, so that something is learnt about all of it."""
RETURN_WANTED = 1.0
"""Margin that the last unit of money must bring: below it, keeping the money is better."""
PACING = "even over the send occurrences of the window"
SEGMENTS = ("high", "mid", "low")


def propose_allocation(
    brief: Brief,
    snapshot: pl.DataFrame,
    experiment: Experiment,
    offers: Sequence[Offer],
    creatives: Sequence[Creative],
    settings: Settings,
) -> Allocation:
    """The allocation for the treated people of a snapshot; BudgetError when there is no budget to spread, or not even
    for one message.

    `spend` is what a cell is expected to cost, messages and redeemed offers; `incremental_margin` is before that
    cost, and `marginal_return` the margin of one more unit of it, with the 90 % interval that the priors leave it.
    Money is given where the last unit brings at least one; what the budget has to hold is the larger sum of messages
    and full face values. `contacts` are the messages that the engine can send under the ceiling.

    `ceiling` is the hard limit on what a cell has spent and reserved. The engine reserves a face value when a
    person first receives an offer, and refuses everything once the ceiling is full. So a cell's ceiling holds a face
    value for everybody with consent and its messages; in a tight budget some cells get that and the others nothing, but
    for one that gets what is left. Ceilings of all cells together never exceed the budget. A cell without contacts has
    a ceiling of 0.
    """
    if brief.budget is None:
        raise BudgetError("The brief names no budget; say how much may be spent, like 'at most $5,000'.")
    if brief.budget.currency != settings.currency:
        raise BudgetError(
            f"The budget is in {brief.budget.currency} and the workspace keeps its books in {settings.currency}; state it in {settings.currency}."
        )
    budget = brief.budget.amount_micros
    channels = tuple(name for name in brief.channels if any(creative.channel == name for creative in creatives))
    if not channels:
        raise BudgetError("No channel of the brief has a message; propose creatives for one of its channels first.")
    people, programme = _treated(snapshot, experiment), _programme(brief, offers, creatives, settings, channels)
    cheapest = min(programme.price.values())
    if budget < cheapest:
        raise BudgetError(
            f"A budget of {budget} micros does not pay for one message, which costs {cheapest}; raise it or leave people alone."
        )
    cells = responses(people, SEGMENTS, channels, programme)
    money_of = _spread(cells, budget)
    curves = spend_curves(cells)
    spent = money_of.spend.astype(np.float64)
    margin, marginal = curves.value(spent), curves.marginal(spent)
    low, high = marginal_interval(people, SEGMENTS, channels, programme, spent)

    money, ref = f"micros:{settings.currency}", _fingerprint(snapshot, brief, experiment, creatives, offers, settings)
    tool = Source(kind="tool", name="tools.budget.propose.propose_allocation", ref=ref)
    prior = Source(kind="prior", name="tools.budget.curves.responses", ref=ref)
    return Allocation(
        cells=tuple(
            Cell(
                segment=cell.segment,
                channel=cell.channel,
                spend=Figure(value=int(money_of.spend[place]), unit=money, source=tool),
                ceiling=Figure(value=int(money_of.ceiling[place]), unit=money, source=tool),
                contacts=Figure(value=money_of.contacts[place], unit="contacts", source=tool),
                incremental_margin=Figure(value=round(float(margin[place])), unit=money, source=prior),
                marginal_return=Figure(
                    value=float(marginal[place]),
                    unit="ratio",
                    source=prior,
                    low=float(low[place]),
                    high=float(high[place]),
                    level=LEVEL,
                ),
            )
            for place, cell in enumerate(cells)
        ),
        total=Figure(value=int(money_of.spend.sum()), unit=money, source=tool),
        budget=Figure(
            value=budget, unit=money, source=Source(kind="goal", name="brief.budget", ref=digest(brief.plain(), 16))
        ),
        exploration_share=EXPLORATION_SHARE,
        contact_cost_micros={name: price for name, price in _prices(settings).items() if name in brief.channels},
        pacing=PACING,
    )


@dataclass(frozen=True, slots=True)
class _Money:
    """Per cell: expected spend and ceiling in whole micros, and the messages that the ceiling lets through."""

    spend: npt.NDArray[np.int64]
    ceiling: npt.NDArray[np.int64]
    contacts: tuple[int, ...]


def _spread(cells: list[CellResponse], budget: int) -> _Money:
    """The money of every cell. A cell gets a ceiling that holds its face values and its messages, or next to nothing:
    what is left over after such cells goes to the one in which it does most before face values use it up."""
    curves, unit = held_curves(cells), np.array([cell.unit for cell in cells])
    by_spend = spend_curves(cells)
    pays = np.minimum(_until(by_spend.scale, by_spend.pace, RETURN_WANTED), by_spend.most)
    wanted = np.divide(
        pays, unit, out=np.where(by_spend.scale > 0, [cell.contacts for cell in cells], 0.0), where=unit > 0
    )
    per_message = np.array([max(float(cell.price), 1.0) for cell in cells])
    most = np.where(wanted >= 1, curves.charge + wanted * per_message, 0.0)
    held = allocate(curves, budget, most=most, floor=np.finfo(float).tiny).spend
    contacts = np.where(held > curves.charge, (held - curves.charge) / per_message, 0.0)
    contacts = np.where(contacts + 1e-6 >= wanted, wanted, contacts)
    contacts[contacts < 1] = 0.0
    held[contacts < 1] = 0
    ceilings = _ceilings(cells, held, contacts > 0, budget)
    _leftover(cells, by_spend, wanted, contacts, ceilings, budget)
    spend = np.minimum(np.floor(contacts * unit).astype(np.int64), ceilings)
    return _Money(spend, ceilings, tuple(np.floor(contacts).astype(np.int64).tolist()))


def _leftover(
    cells: list[CellResponse],
    by_spend: Exponential,
    wanted: npt.NDArray[np.float64],
    contacts: npt.NDArray[np.float64],
    ceilings: npt.NDArray[np.int64],
    budget: int,
) -> None:
    """Give what is left to the cell without money in which it brings most, with the contacts that it carries there."""
    left = budget - int(ceilings.sum())
    some = np.array([min(carried(cell, left), want) if not there else 0.0
                     for cell, want, there in zip(cells, wanted.tolist(), contacts.tolist(), strict=True)])  # fmt: skip
    worth = np.where(some >= 1, by_spend.value(some * np.array([cell.unit for cell in cells])), 0.0)
    best = int(np.argmax(worth))
    if worth[best] > 0:
        contacts[best], ceilings[best] = some[best], min(left, cells[best].largest)


def _until(
    scale: npt.NDArray[np.float64], pace: npt.NDArray[np.float64], price: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Up to which amount each curve's next unit still returns its price; 0 where even the first does not."""
    first = scale / pace
    worth = first > price
    return np.asarray(np.where(worth, pace * np.log(np.where(worth, first, 1.0) / np.where(worth, price, 1.0)), 0.0))


def _ceilings(
    cells: list[CellResponse], held: npt.NDArray[np.int64], planned: npt.NDArray[np.bool_], budget: int
) -> npt.NDArray[np.int64]:
    """The hard limit per cell: what it may ever need, or its plan and a fair part of what the budget has left."""
    lacking = [
        max(cell.largest - int(kept), 0) if on else 0 for cell, on, kept in zip(cells, planned, held, strict=True)
    ]
    left, total = budget - int(held.sum()), sum(lacking)
    if total > left:
        lacking = [left * lack // total for lack in lacking]
    return np.array([int(kept) + lack for kept, lack in zip(held, lacking, strict=True)], np.int64)


def _treated(snapshot: pl.DataFrame, experiment: Experiment) -> pl.DataFrame:
    arms = assign(
        snapshot["person_id"].to_list(),
        experiment.salt,
        experiment.global_salt,
        experiment.holdout_share,
        experiment.global_share,
    )
    return snapshot.filter(pl.Series(arms == TREATED) & ~snapshot["suppressed"])


def _programme(
    brief: Brief,
    offers: Sequence[Offer],
    creatives: Sequence[Creative],
    settings: Settings,
    channels: tuple[Channel, ...],
) -> Programme:
    face = {offer.offer_id: offer.face_value.amount_micros for offer in offers}
    used = {creative.offer_id for creative in creatives if creative.offer_id is not None}
    carried = {
        name: [creative.offer_id is not None for creative in creatives if creative.channel == name] for name in channels
    }
    prices = _prices(settings)
    return Programme(
        contacts=contacts_in(brief, brief.window.days),
        per_week=cadence(brief),
        price={name: prices[name] for name in channels},
        offer_share={name: sum(flags) / len(flags) for name, flags in carried.items()},
        face_value=max((face[offer_id] for offer_id in used), default=0),
        margin_rate=settings.margin_rate,
    )


def _prices(settings: Settings) -> dict[Channel, int]:
    return {"email": settings.email_cost_micros, "push": settings.push_cost_micros}


def _fingerprint(
    snapshot: pl.DataFrame,
    brief: Brief,
    experiment: Experiment,
    creatives: Sequence[Creative],
    offers: Sequence[Offer],
    settings: Settings,
) -> str:
    """16 hex digits of everything that the allocation was computed from."""
    rows = hashlib.sha256("\n".join(snapshot["person_id"].to_list()).encode())
    for name in (
        "consent_email",
        "consent_push",
        "conversion_rate",
        "conversion_value_micros",
        "basket_value_micros",
        "responsiveness",
    ):
        rows.update(snapshot[name].to_numpy().tobytes())
    rows.update("\n".join(snapshot["segment"].to_list()).encode())
    return digest(
        {
            "rows": rows.hexdigest(),
            "brief": brief.plain(),
            "arms": [experiment.salt, experiment.global_salt, experiment.holdout_share, experiment.global_share],
            "creatives": [[creative.creative_id, creative.offer_id] for creative in creatives],
            "offers": [offer.plain() for offer in offers],
            "settings": [
                settings.margin_rate,
                settings.email_cost_micros,
                settings.push_cost_micros,
                settings.currency,
            ],
        },
        16,
    )
