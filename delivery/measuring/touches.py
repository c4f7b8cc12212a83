"""What one plan sent and what came back, as columns in the order of time: messages, clicks on them, conversions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import text

from campaigns.contact import FloatArray, IntArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace

_SENT = """
SELECT key, "row", at, action, propensity FROM contact WHERE plan_id = :plan AND state = 'accepted' ORDER BY at, key
"""
_CLICKS = """SELECT key, "row", at FROM outcome WHERE plan_id = :plan AND kind = 'click' AND key != 0 ORDER BY at, id"""
_BOUGHT = (
    """SELECT "row", at, revenue_micros FROM outcome WHERE plan_id = :plan AND kind = 'conversion' ORDER BY at, id"""
)


@dataclass(frozen=True, slots=True)
class Touches:
    """Columns of equal length per group; `row` is a place in the roster, `at` epoch seconds, `revenue` micros.

    `click_action` is the variant that was clicked on; clicks on messages that are not of this plan are left out.
    """

    sent_key: IntArray
    sent_row: IntArray
    sent_at: IntArray
    sent_action: IntArray
    sent_propensity: FloatArray
    click_key: IntArray
    click_row: IntArray
    click_at: IntArray
    click_action: IntArray
    bought_row: IntArray
    bought_at: IntArray
    bought_revenue: IntArray


def touches(ws: Workspace, plan: Plan) -> Touches:
    """Everything that the outbox holds of these three kinds; empty columns before a launch."""
    with ws.engine.connect() as connection:
        sent, clicks, bought = (
            connection.execute(text(query), {"plan": plan.plan_id}).all() for query in (_SENT, _CLICKS, _BOUGHT)
        )
    action = {row[0]: row[3] for row in sent}
    known = [click for click in clicks if click[0] in action]
    return Touches(
        sent_key=np.array([row[0] for row in sent], np.int64),
        sent_row=np.array([row[1] for row in sent], np.int64),
        sent_at=np.array([row[2] for row in sent], np.int64),
        sent_action=np.array([row[3] for row in sent], np.int64),
        sent_propensity=np.array([row[4] for row in sent], np.float64),
        click_key=np.array([click[0] for click in known], np.int64),
        click_row=np.array([click[1] for click in known], np.int64),
        click_at=np.array([click[2] for click in known], np.int64),
        click_action=np.array([action[click[0]] for click in known], np.int64),
        bought_row=np.array([row[0] for row in bought], np.int64),
        bought_at=np.array([row[1] for row in bought], np.int64),
        bought_revenue=np.array([row[2] for row in bought], np.int64),
    )
