"""Why this action for this person, and why not another: the parts of every action's value, and how likely each was.

A decision that was made is shown from the state that made it, as its tick's file keeps it; one that is still to come from
the books as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl

from campaigns.contact import CONVERSION, BoolArray, FloatArray, OutcomeBatch
from campaigns.errors import BadInput
from campaigns.experiment import ARMS, TREATED
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.decide import Decider
from delivery.decide.beliefs import CLICKS, MARGIN, OFFERS, ORDERS
from delivery.decision_log import NONE, OPEN, PERSON, SHARE, name_of, names_of, place_of, state_of, taken_up
from delivery.decision_policy import versions
from delivery.harm import HarmWatch
from delivery.outbox.books_sql import SqlBooks
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from delivery.schedule import Tick, ticks
from delivery.warm import decider_of, tell

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
    of leaving the person alone, which is worth 0. `recent` are the person's messages of the last 168 hours.

    `decided` says that it was decided so, by `version` and `policy` (a name) in force then, and `chosen` what (None is no
    contact); else it is what would be weighed by those in force now. All margin holds `tired` (0-1], what those messages left of the response, the
    `incremental` share of what messages are credited with, and is less by `used_up` (0-1), what this message costs later ones. `control` is what the
    control group says: how many more conversions than without the campaign, and its standard error; None before anything can be said.
    """

    at: datetime
    slot: int
    recent: int
    no_contact: float
    actions: tuple[ActionSeen, ...]
    version: int
    policy: str
    decided: bool
    chosen: str | None
    tired: float
    used_up: float
    incremental: float
    control: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one decision rests on: the chooser with its state, the person's columns, what is open and why not the rest,
    the probabilities of everything (None: not decided yet), and the place of what was chosen."""

    decider: Decider
    increment: tuple[float, float] | None
    columns: FloatArray
    open: BoolArray
    closed: list[str]
    recent: int
    shares: FloatArray | None = None
    action: int = -1


def why(ws: Workspace, plan: Plan, roster: Roster, person_id: str, at: datetime) -> Why:
    """What the engine weighed, or would weigh, for a person at the first occurrence due from `at` on, with all it had
    learnt by then: from the state that decided where the decision is kept, else learnt anew from the books.

    BadInput when the person is not among the plan's people, when nothing is due any more, or when the decision's file
    cannot be read. Nothing is changed.
    """
    if person_id not in roster.person_id:
        raise BadInput(
            f"There is no person {person_id!r} among the {roster.size:,} people of plan {plan.plan_id}; "
            "give an id of its snapshot, or plan the goal again if the person came later."
        )
    row = roster.person_id.index(person_id)
    tick = _due(plan, roster, row, at)
    decider = decider_of(ws, plan, roster, at)
    kept = _decided(ws, plan, decider, row, tick)
    found = kept or _to_come(ws, plan, roster, decider, row, tick, at)
    decider, columns = found.decider, found.columns
    reckoned = decider.reckon(tick.at, tick.slot, found.increment)
    mask = np.concatenate([[True], found.open])[None]
    chance = decider.pool_of(reckoned).propensities(columns[None], mask)[0] if found.shares is None else found.shares
    believed, share = decider.now(tick.at, found.increment)
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
                closed=found.closed[place],
            )
        )
    return Why(
        at=datetime.fromtimestamp(tick.at, UTC),
        slot=tick.slot,
        recent=found.recent,
        no_contact=float(chance[0]),
        actions=tuple(sorted(seen, key=lambda one: (-one.propensity, one.creative_id))),
        version=decider.version,
        policy=decider.policy.name,
        decided=kept is not None,
        chosen=plan.creatives[found.action].creative_id if found.action >= 0 else None,
        tired=float(np.exp(-decider.values.fatigue * found.recent)),
        used_up=float(decider.used_up[tick.slot]),
        incremental=share,
        control=found.increment,
    )


def _decided(ws: Workspace, plan: Plan, decider: Decider, row: int, tick: Tick) -> _Asked | None:
    """The decision about a person in the file of a committed tick, with the state that made it; None where none is kept."""
    name = name_of(tick.at, tick.slot)
    path = place_of(ws, plan.plan_id) / name
    if not path.is_file() or name not in names_of(ws, plan.plan_id):
        return None
    state = state_of(ws, plan.plan_id, name)
    frame = pl.read_parquet(path).filter(pl.col("row") == row)
    if state is None or not frame.height:
        return None
    creatives = [creative.creative_id for creative in plan.creatives]
    columns = frame.select(PERSON + one for one in decider.column_names).to_numpy()[0].astype(np.float64)
    open_ = frame.select(OPEN + one for one in creatives).to_numpy()[0]
    # How many messages there were in the week before is in the columns: each took the same share of the response.
    rested = decider.columns_of(np.array([row]), np.zeros(1, np.int64))[0][:-2]
    left = float(columns[:-2].sum() / rested.sum()) if rested.sum() > 0 else 1.0
    return _Asked(
        decider=taken_up(plan, name, state, decider),
        increment=state.increment,
        columns=columns,
        open=open_,
        closed=[
            "" if here else f"no consent for {one.channel}" for here, one in zip(open_, plan.creatives, strict=True)
        ],
        recent=round(-np.log(left) / decider.values.fatigue),
        shares=frame.select(NONE, *(SHARE + one for one in creatives)).to_numpy()[0].astype(np.float64),
        action=int(frame["action"][0]),
    )


def _to_come(ws: Workspace, plan: Plan, roster: Roster, decider: Decider, row: int, tick: Tick, at: datetime) -> _Asked:
    """What a decision that is not made yet would rest on, by the books up to an instant."""
    tell(ws, plan, at, decider.tally)
    now = versions(ws, plan)[-1]
    decider.decide_by(now.policy, now.version)
    rows = np.array([row], np.int64)
    facts = SqlBooks(ws, roster, plan).facts(rows, datetime.fromtimestamp(tick.at, UTC))
    consent = facts.consent[0, decider.values.channel] == 1
    treated = int(roster.arm[row]) == TREATED
    closed = [
        ""
        if here and treated
        else f"kept out: {ARMS[roster.arm[row]]}"
        if not treated
        else f"no consent for {one.channel}"
        for here, one in zip(consent, plan.creatives, strict=True)
    ]
    return _Asked(
        decider=decider,
        increment=_increment(ws, plan, roster, at),
        columns=decider.columns_of(rows, facts.sends_7d)[0],
        open=np.array([not reason for reason in closed]),
        closed=closed,
        recent=int(facts.sends_7d[0]),
    )


def _increment(ws: Workspace, plan: Plan, roster: Roster, at: datetime) -> tuple[float, float] | None:
    """What the control group says by the conversions in the books up to an instant."""
    rows, when = OutboxReader(ws, plan, roster.size).conversions()
    there = rows[when <= at.timestamp()]
    none = np.zeros(len(there), np.int64)
    kind = np.full(len(there), CONVERSION, np.int16)
    watch = HarmWatch(roster.arm)
    watch.add(OutcomeBatch(kind, there, none, none.astype(np.uint64), none, none, none))
    return watch.increment()


def _due(plan: Plan, roster: Roster, row: int, at: datetime) -> Tick:
    zone = int(roster.zone[row])
    due = next((tick for tick in ticks(plan, roster.zones, at) if zone in tick.zones), None)
    if due is None:
        raise BadInput(
            f"Plan {plan.plan_id} sends nothing from {at:%Y-%m-%d %H:%M} UTC on; give an instant in its window with --at."
        )
    return due
