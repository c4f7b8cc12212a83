"""Messages of earlier campaigns that still count, for a rehearsal: the live books see them in the database by themselves."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from sqlalchemy import text

from campaigns.contact import IntArray
from campaigns.workspace import Workspace
from delivery.roster import Roster

WEEK = 7 * 86_400
_EARLIER = (
    "SELECT person_id, at FROM contact WHERE at > :after AND at <= :until AND state != 'refused' ORDER BY at, key"
)


def contacted(ws: Workspace, roster: Roster, now: datetime) -> tuple[IntArray, IntArray]:
    """Rows of the roster and instants (epoch seconds) of every message of the last week, of whatever campaign, in order."""
    at = int(now.timestamp())
    places = {person_id: place for place, person_id in enumerate(roster.person_id)}
    with ws.engine.connect() as connection:
        found = connection.execute(text(_EARLIER), {"after": at - WEEK, "until": at}).all()
    known = [(places[person_id], sent) for person_id, sent in found if person_id in places]
    columns = np.array(known, np.int64).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]
