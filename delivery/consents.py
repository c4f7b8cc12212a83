"""Consents that ended in the data since the snapshot was taken: the strictest word wins."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from campaigns.contact import IntArray
from campaigns.workspace import Workspace
from delivery.roster import Roster
from tools.data import warehouse

_LATEST = """
SELECT person_id FROM consents
WHERE channel = {channel} AND purpose = 'marketing' AND recorded_at <= TIMESTAMP {now}
GROUP BY person_id HAVING arg_max(status, (recorded_at, status = 'withdrawn')) = 'granted'
"""


def ended_since_snapshot(ws: Workspace, roster: Roster, now: datetime) -> dict[str, IntArray]:
    """Rows of people whose consent the snapshot still had and the data no longer has, per channel of the plan."""
    connection = warehouse.connect(ws)
    instant = warehouse.literal(warehouse.utc_naive(now).isoformat(sep=" "))
    try:
        ended = {}
        for place, channel in enumerate(roster.channels):
            query = _LATEST.format(channel=warehouse.literal(channel), now=instant)
            granted = {row[0] for row in warehouse.rows(connection, query)}
            had = np.flatnonzero(roster.consent[:, place] == 1)
            gone = np.array([roster.person_id[row] not in granted for row in had.tolist()], bool)
            ended[channel] = had[gone]
    finally:
        connection.disconnect()
    return ended
