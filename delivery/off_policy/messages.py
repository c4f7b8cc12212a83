"""What a launched plan sent and what each message is credited with, and how much of that is incremental."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import text

from campaigns.contact import FloatArray, IntArray
from campaigns.errors import Refused
from campaigns.experiment import HOLDOUT
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.errors import NoControl
from delivery.measuring.looks import REPORTED
from delivery.outbox.reading import OutboxReader
from delivery.roster import Roster
from tools.experiment.effect import difference

SEEN_DAYS = 14
"""Days after a message whose answers count while a campaign still runs: as long as offers are used. Messages
younger than that and than the time in which purchases are reported do not count, so that no decision's reward is cut
short where another's is not."""
_CREDITED = """
SELECT CAST(COALESCE(SUM(outcome.margin_micros), 0) AS BIGINT) FROM contact JOIN outcome ON outcome.key = contact.key
WHERE contact.plan_id = :plan AND outcome.plan_id = :plan AND contact.state = 'accepted'
"""
_EVER = 1 << 40
_MESSAGES = """
SELECT contact."row", contact.slot, contact.action, contact.propensity, contact.cost_micros,
    CAST(COALESCE(SUM(outcome.margin_micros), 0) AS BIGINT), CAST(COALESCE(SUM(outcome.cost_micros), 0) AS BIGINT)
FROM contact LEFT JOIN outcome ON outcome.key = contact.key AND outcome.plan_id = contact.plan_id
    AND outcome.at <= contact.at + :within
WHERE contact.plan_id = :plan AND contact.state = 'accepted' AND contact.at <= :until
GROUP BY contact.key, contact."row", contact.slot, contact.action, contact.propensity, contact.cost_micros
ORDER BY contact.key
"""


@dataclass(frozen=True, slots=True)
class Messages:
    """Accepted messages as columns: `row` of the roster, occurrence `slot`, `action`, `propensity`, the `margin` credited
    to it and its `cost` (price and redeemed offers), in whole currency; `until` is the last instant (epoch seconds) whose
    decisions count.

    `incremental` is the share of credited margin that the control group finds to be incremental, with its standard error.
    """

    row: IntArray
    slot: IntArray
    action: IntArray
    propensity: FloatArray
    margin: FloatArray
    cost: FloatArray
    incremental: float
    incremental_error: float
    until: int


def messages_of(ws: Workspace, plan: Plan, roster: Roster, running: bool = False) -> Messages:
    """The messages of a plan that is over; `running` takes one that is not, too: its messages of `SEEN_DAYS` and
    `delivery.measuring.looks.REPORTED` ago and before, with what came of them within `SEEN_DAYS`.

    NotLaunched before a launch, Refused while outcomes still come in (without `running`), NoControl without a holdout.
    """
    reader = OutboxReader(ws, plan, roster.size)
    account = reader.account()
    if not account.closed and not running:
        raise Refused(
            f"Plan {plan.plan_id} is not over, so rewards of its messages are still missing; score on it when it is completed."
        )
    window = _EVER if account.closed else SEEN_DAYS * 86_400
    until = _EVER if account.closed else int((account.until - REPORTED).timestamp()) - window
    with ws.engine.connect() as connection:
        asked = {"plan": plan.plan_id, "within": window, "until": until}
        found = [tuple(row) for row in connection.execute(text(_MESSAGES), asked)]
        all_credited = float(connection.execute(text(_CREDITED), {"plan": plan.plan_id}).scalar_one()) / MICROS
    columns = zip(*found, strict=True) if found else ((),) * 7
    row, slot, action, propensity, price, margin, offers = (np.array(column) for column in columns)
    credited = margin.astype(np.float64) / MICROS
    share, error = _incremental(reader, roster, all_credited)
    return Messages(
        row=row.astype(np.int64),
        slot=slot.astype(np.int64),
        action=action.astype(np.int64),
        propensity=propensity.astype(np.float64),
        margin=credited,
        cost=(price.astype(np.float64) + offers.astype(np.float64)) / MICROS,
        incremental=share,
        incremental_error=error,
        until=until,
    )


def place_among_treated(roster: Roster) -> IntArray:
    """The place of each row among the treated people, -1 for the others."""
    place = np.full(roster.size, -1, np.int64)
    place[roster.treated] = np.arange(len(roster.treated))
    return place


def _incremental(reader: OutboxReader, roster: Roster, credited: float) -> tuple[float, float]:
    """The share of credited margin that is incremental by the control group, and its standard error (1 and 0 of nothing)."""
    held = np.flatnonzero(roster.arm == HOLDOUT)
    if len(held) < 2 or len(roster.treated) < 2:
        raise NoControl(
            f"{len(roster.treated)} people are treated and {len(held)} held out; without at least two each, what messages are credited with cannot be told from what would have come anyway."
        )
    if credited <= 0:
        return 1.0, 0.0
    margin, before = reader.totals().margin / MICROS, roster.pre_margin_micros / MICROS
    effect = difference(margin[roster.treated], margin[held], before[roster.treated], before[held])
    return effect.estimate * len(roster.treated) / credited, effect.se * len(roster.treated) / credited
