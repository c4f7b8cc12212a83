"""Business as usual: what these people would be sent anyway, by the workspace's record of the last twelve weeks.

A plain message, no decisions, to everybody who consents, as often as the record says, under the same guard, caps and
budget. Without a record nothing would be sent, and business as usual is no campaign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil

import numpy as np
from sqlalchemy import text

from campaigns.allocation import Cell
from campaigns.contact import FloatArray
from campaigns.creative import NO_CONTACT, Creative
from campaigns.keys import uniforms
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.decide import Asked, Choice, Unlearning
from delivery.roster import Roster
from delivery.values import Values
from simulator.run import Setup
from simulator.stage import Stage
from tools.data.warehouse import connect, rows, utc_naive

WEEKS = 12
_PHASE = 11
_LEDGER = "SELECT person_id, count(*) FROM contact WHERE at > :since AND at <= :until AND state != 'refused' GROUP BY 1"


@dataclass(frozen=True, slots=True)
class Usual:
    """Messages per person and week that the audience got of late, of `messages` in all; 0 without a record."""

    per_week: float
    messages: int

    @property
    def told(self) -> str:
        """What business as usual is, in a sentence."""
        if not self.messages:
            return (
                f"Business as usual: no message to these people is on record in the last {WEEKS} weeks, so it is the same "
                "as no campaign."
            )
        return (
            f"Business as usual: {self.messages:,} messages reached these people in the last {WEEKS} weeks, "
            f"{self.per_week:.2g} per person and week; a plain message as often to everybody who consents, under the "
            "same guard, caps and budget, and none to the control groups."
        )


NO_RECORD = Usual(0.0, 0)


def usual_of(ws: Workspace, roster: Roster, now: datetime) -> Usual:
    """The record of these people: campaigns among the events known at `now`, and messages sent from this workspace."""
    known = set(roster.person_id)
    since = now - timedelta(weeks=WEEKS)
    first, last = (f"TIMESTAMP '{utc_naive(at).isoformat(sep=' ')}'" for at in (since, now))
    con = connect(ws)
    try:
        loaded = rows(
            con,
            f"SELECT person_id, count(*) FROM events WHERE kind = 'campaign' AND occurred_at > {first} "
            f"AND occurred_at <= {last} AND arrived_at <= {last} GROUP BY 1",
        )
    finally:
        con.disconnect()
    with ws.engine.connect() as connection:
        span = {"since": int(since.timestamp()), "until": int(now.timestamp())}
        sent = connection.execute(text(_LEDGER), span).all()
    messages = sum(int(str(count)) for person, count in (*loaded, *sent) if person in known)
    return usual_among(messages, roster.size)


def usual_among(messages: int, people: int) -> Usual:
    """The record of so many people who got so many messages together in the weeks looked at."""
    return Usual(messages / (WEEKS * people) if people else 0.0, messages)


def usual_setup(setup: Setup, usual: Usual) -> Setup | None:
    """What runs of business as usual share: the same people, guard and money; None without a record.

    As few of the plan's moments as the record asks for, evenly spread; at each of them the same share of everybody.
    """
    if not usual.messages:
        return None
    plan = _plain(setup.plan)
    roster = setup.stage.roster
    start, end = (datetime.fromtimestamp(at, UTC) for at in (setup.stage.start, setup.stage.end))
    moments = sorted({tick.slot for tick in setup.ticks})
    each = usual.per_week * len(moments) / len(plan.slots)
    count = min(max(ceil(each), 1), len(moments))
    chosen = {moments[(2 * number + 1) * len(moments) // (2 * count)] for number in range(count)}
    step = min(each / max(count, 1), 1.0)
    phase = uniforms(0, roster.person_key, _PHASE)
    return replace(
        setup,
        plan=plan,
        stage=Stage.build(plan, roster, start, end),
        values=Values.build(plan, roster),
        ticks=tuple(tick for tick in setup.ticks if tick.slot in chosen),
        chooser=lambda: Broadcast(phase.copy(), step),
    )


@dataclass(slots=True)
class Broadcast(Unlearning):
    """Writes to everybody equally often, whoever they are: at every `1 / step`-th moment that they are asked about.

    `phase` (0-1) is how far each person is on the way to the next message; everybody is asked about once a moment.
    """

    phase: FloatArray
    step: float

    def choose(self, asked: Asked) -> Choice:
        """The plain message on the first channel that is open, for those whose turn it is."""
        self.phase[asked.rows] += self.step
        turn = self.phase[asked.rows] >= 1
        self.phase[asked.rows[turn]] -= 1
        action = np.where(turn, asked.allowed.argmax(axis=1), NO_CONTACT).astype(np.int16)
        ones = np.ones(len(asked.rows))
        return Choice(action, ones, ones)


def _plain(plan: Plan) -> Plan:
    """The plan with one plain message per channel that it has a variant of, and the whole budget at an even pace."""
    by_channel: dict[str, Creative] = {}
    for creative in sorted(plan.creatives, key=lambda one: one.offer_id is not None):
        by_channel.setdefault(creative.channel, creative)
    channels = [channel for channel in plan.brief.channels if channel in by_channel]
    creatives = tuple(by_channel[channel].model_copy(update={"offer_id": None}) for channel in channels)
    allocation, first = plan.allocation, plan.allocation.cells[0]
    segments = sorted({cell.segment for cell in allocation.cells} | set(plan.audience.segments))
    count = max(len(segments) * len(channels), 1)
    cells = tuple(_cell(plan, first, segment, channel, count) for segment in segments for channel in channels)
    return plan.model_copy(
        update={
            "creatives": creatives,
            "offers": (),
            "allocation": allocation.model_copy(update={"cells": cells}),
        }
    )


def _cell(plan: Plan, like: Cell, segment: str, channel: str, count: int) -> Cell:
    """A cell that may use the whole budget, and whose even part of it sets the pace."""
    budget = plan.allocation.budget
    price = max(plan.allocation.contact_cost_micros[channel], 1)
    return like.model_copy(
        update={
            "segment": segment,
            "channel": channel,
            "ceiling": budget,
            "contacts": like.contacts.model_copy(update={"value": budget.value / count / price}),
        }
    )
