"""What a campaign's chooser begins with: what the twin knows, and what earlier campaigns of this workspace were answered.

Earlier campaigns' messages are arms beside the new ones: they share channels and offers with them, and a creative that
is used again is the same. Their answers are taken at `DISCOUNT` of their count, for people and season were others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import text

from campaigns.contact import OUTCOME_KINDS, FloatArray, IntArray
from campaigns.lifecycle import OVER
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace, instant
from delivery.decide import Answers, Arms, Beliefs, Decider, Sent, house
from delivery.decide.beliefs import RATIOS, Arm, Known
from delivery.decide.tally import Tally
from delivery.roster import Roster
from delivery.schedule import weeks_before
from delivery.values import Values
from tools.audience import snapshot

DISCOUNT = 0.5
"""What an answer to an earlier campaign counts of one to this campaign (the authors' judgement)."""
_SENT = """SELECT slot, "row", action FROM contact WHERE plan_id = :plan AND state = 'accepted' AND at <= :now ORDER BY slot, "row" """
_ANSWERED = """
SELECT outcome.kind, contact."row", contact.action, contact.slot, outcome.margin_micros, outcome.cost_micros
FROM outcome JOIN contact USING (key) WHERE contact.plan_id = :plan AND outcome.plan_id = :plan AND outcome.at <= :now
"""


def beliefs_of(ws: Workspace, plan: Plan, known: Known | None, now: datetime) -> Beliefs:
    """What the chooser of a plan begins with at an instant: `known` of the twin, and every earlier campaign that is over.

    A campaign whose people are not kept any more teaches nothing.
    """
    own = Arms.of(plan, ("UTC",)).each
    arms: list[Arm] = list(own)
    counts = [np.zeros((2, RATIOS, len(arms)))]
    store = Store(ws)
    for record in store.plans():
        if record.plan_id != plan.plan_id and _over(store, record.plan_id, now):
            earlier = store.plan(record.plan_id)
            if (
                earlier.brief.window.start < plan.brief.window.end
                and snapshot.path_of(ws, earlier.audience.snapshot_id).exists()
            ):
                arms += _arms(earlier)
                counts.append(DISCOUNT * answered(ws, earlier, now))
    both = np.concatenate(counts, axis=2)
    return Beliefs.prior(arms, known).given(both[0], both[1]).of(np.arange(len(own)))


def decider_of(ws: Workspace, plan: Plan, roster: Roster, now: datetime) -> Decider:
    """The chooser that a plan's launch begins with: at its own start when it was launched before, else at an instant."""
    store = Store(ws)
    rehearsal = store.rehearsal(plan.hash)
    live = [instant(step.at) for step in store.life(plan.plan_id) if step.state == "live"]
    beliefs = beliefs_of(ws, plan, rehearsal.begins_with if rehearsal else None, live[0] if live else now)
    policy, arms = house(plan.allocation.exploration_share), Arms.of(plan, roster.zones)
    return Decider(Values.build(plan, roster), arms, policy, plan.seed, beliefs)


def answered(ws: Workspace, plan: Plan, now: datetime) -> FloatArray:
    """Expected and observed counts of a launched plan by the four ratios and action, shape (2, 4, actions)."""
    roster = Roster.build(plan, snapshot.load(ws, plan.audience.snapshot_id))
    tally = Tally(Values.build(plan, roster), Arms.of(plan, roster.zones).slot_at)
    tell(ws, plan, now, tally)
    return np.asarray(tally.counts(int(now.timestamp())).sum(axis=2))


def tell(ws: Workspace, plan: Plan, now: datetime, tally: Tally) -> None:
    """Put what is in the books of a plan up to an instant into a tally, with how tired people were of earlier messages."""
    known = {"plan": plan.plan_id, "now": int(now.timestamp())}
    with ws.engine.connect() as books:
        sent = _columns(books.execute(text(_SENT), known).all(), 3)
        said = books.execute(text(_ANSWERED), known).all()
    before = weeks_before(plan)
    had = np.zeros((sent[1].max(initial=-1) + 1, len(before)), bool)
    for slot in np.unique(sent[0]).tolist():
        of_slot = sent[0] == slot
        rows = sent[1][of_slot]
        recent = had[rows][:, before[slot]].sum(axis=1)
        tally.sent(Sent(slot, rows, sent[2][of_slot].astype(np.int16), recent))
        had[rows, slot] = True
    kinds = np.array([OUTCOME_KINDS.index(row[0]) for row in said], np.int16)
    row, action, slots, margin, cost = _columns([one[1:] for one in said], 5)
    tally.answered(Answers(kinds, row, action.astype(np.int16), slots, margin, cost))


def _over(store: Store, plan_id: str, now: datetime) -> bool:
    """Whether a campaign was over at an instant: what ends later must not change what was begun with."""
    return any(step.state in OVER and instant(step.at) <= now for step in store.life(plan_id))


def _arms(plan: Plan) -> list[Arm]:
    return [
        Arm(creative.channel, creative.offer_id or "", f"{creative.creative_id} {creative.tone}", plan.plan_id)
        for creative in plan.creatives
    ]


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[IntArray]:
    table = np.array([tuple(row) for row in rows], np.int64).reshape(-1, width)
    return list(table.T)
