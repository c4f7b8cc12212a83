"""Why this action for this person, and why not another: the parts of every action's value, and how likely each was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from campaigns.errors import BadInput
from campaigns.experiment import ARMS, TREATED
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.decide import Arms, Beliefs, Decider
from delivery.decide.beliefs import CLICKS, MARGIN, OFFERS, ORDERS
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from delivery.schedule import Tick, ticks
from delivery.values import Values
from delivery.warm import beliefs_of, tell

LEVEL = 0.8
"""Share of the posterior draws that a value's interval holds."""


@dataclass(frozen=True, slots=True)
class ActionSeen:
    """One action for one person at one send occurrence, money in micros.

    `value` is its expected net margin with the interval (`low`, `high`) of `LEVEL`: `margin` less `offers`, `message`
    and `loss` (of those better left alone). `clicks`, `orders` (per click), margin `per_order` and offers `redeemed` say how far answers to this action lie
    above (> 1) or below what was expected before the campaign. `propensity` is the probability of being chosen; 0
    and a reason in `closed` where it could not be.
    """

    creative_id: str
    channel: str
    value: float
    low: float
    high: float
    margin: float
    offers: float
    message: float
    loss: float
    clicks: float
    orders: float
    per_order: float
    redeemed: float
    propensity: float
    closed: str


@dataclass(frozen=True, slots=True)
class Why:
    """Every action for one person at the occurrence due at `at`, the likeliest first; `no_contact` is the probability
    of leaving the person alone, which is worth 0. `recent` are the person's messages of the last 168 hours."""

    at: datetime
    slot: int
    recent: int
    no_contact: float
    actions: tuple[ActionSeen, ...]


def why(ws: Workspace, plan: Plan, roster: Roster, person_id: str, at: datetime) -> Why:
    """What the engine would weigh for a person at the first occurrence due from `at` on, with all it has learnt by then.

    Learnt anew from the books: how tired people were of earlier messages and what the control group says of credit are left
    out, so that chances may differ a little from those logged (`delivery.decision_log` keeps these exactly).

    BadInput when the person is not among the plan's people, or nothing is due any more. Nothing is changed.
    """
    if person_id not in roster.person_id:
        raise BadInput(
            f"There is no person {person_id!r} among the {roster.size:,} people of plan {plan.plan_id}; "
            "give an id of its snapshot, or plan the goal again if the person came later."
        )
    row = roster.person_id.index(person_id)
    tick = _due(plan, roster, row, at)
    decider = _decider(ws, plan, roster, at)
    rows = np.array([row], np.int64)
    facts = SqlBooks(ws, roster, plan).facts(rows, datetime.fromtimestamp(tick.at, UTC))
    open_to = facts.consent[0, decider.values.channel] == 1
    reckoned = decider.reckon(tick.at, tick.slot)
    columns = decider.columns_of(rows, facts.sends_7d)[0]
    treated = int(roster.arm[row]) == TREATED
    closed = [
        ""
        if here and treated
        else f"kept out: {ARMS[roster.arm[row]]}"
        if not treated
        else f"no consent for {one.channel}"
        for here, one in zip(open_to, plan.creatives, strict=True)
    ]
    mask = np.array([[True, *(not reason for reason in closed)]])
    chance = decider.pool_of(reckoned).propensities(columns[None], mask)[0]
    believed, _ = decider.now(tick.at)
    ratios = believed.mean[:, decider.arms.at(int(decider.arms.moment_of[tick.slot]))]
    seen = []
    for place, creative in enumerate(plan.creatives):
        parts = reckoned.mean[place + 1] * columns
        low, high = np.quantile(reckoned.weights[:, place + 1] @ columns, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        seen.append(
            ActionSeen(
                creative_id=creative.creative_id,
                channel=creative.channel,
                value=float(parts.sum()),
                low=float(low),
                high=float(high),
                margin=float(parts[:-2:2].sum()),
                offers=float(-parts[1:-2:2].sum()),
                message=float(-parts[-2]),
                loss=float(-parts[-1]),
                clicks=float(ratios[CLICKS, place]),
                orders=float(ratios[ORDERS, place]),
                per_order=float(ratios[MARGIN, place]),
                redeemed=float(ratios[OFFERS, place]),
                propensity=float(chance[place + 1]),
                closed=closed[place],
            )
        )
    return Why(
        at=datetime.fromtimestamp(tick.at, UTC),
        slot=tick.slot,
        recent=int(facts.sends_7d[0]),
        no_contact=float(chance[0]),
        actions=tuple(sorted(seen, key=lambda one: (-one.propensity, one.creative_id))),
    )


def _decider(ws: Workspace, plan: Plan, roster: Roster, at: datetime) -> Decider:
    """The engine's chooser as it stands in the books at an instant."""
    store = Store(ws)
    rehearsal = store.rehearsal(plan.hash)
    known = rehearsal.begins_with if rehearsal else None
    live = [step.at for step in store.life(plan.plan_id) if step.state == "live"]
    beliefs: Beliefs = beliefs_of(ws, plan, known, live[0] if live else at)
    arms = Arms.of(plan, roster.zones)
    decider = Decider(Values.build(plan, roster), arms, plan.allocation.exploration_share, plan.seed, beliefs)
    tell(ws, plan, at, decider.tally)
    return decider


def _due(plan: Plan, roster: Roster, row: int, at: datetime) -> Tick:
    zone = int(roster.zone[row])
    due = next((tick for tick in ticks(plan, roster.zones, at) if zone in tick.zones), None)
    if due is None:
        raise BadInput(
            f"Plan {plan.plan_id} sends nothing from {at:%Y-%m-%d %H:%M} UTC on; give an instant in its window with --at."
        )
    return due
