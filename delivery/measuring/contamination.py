"""What can make both arms alike, or unlike for another reason than the campaign: counts, and a warning above a limit."""

from __future__ import annotations

import numpy as np
from sqlalchemy import text

from campaigns.border import Border
from campaigns.contact import BoolArray
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.measuring.touches import Touches
from delivery.outbox.reading import LedgerAccount
from delivery.roster import Roster
from tools.data.errors import WarehouseFault
from tools.data.warehouse import connect, rows

_OTHERS = """
SELECT person_id, plan_id FROM contact
WHERE plan_id != :plan AND state = 'accepted' AND at >= :since AND at <= :until GROUP BY person_id, plan_id
"""
_SHARED = """
WITH ties AS (
    SELECT person_id, kind || ':' || lower(trim(value)) AS tie FROM identifiers
    UNION
    SELECT person_id, 'household:' || household FROM (
        SELECT person_id, regexp_extract(attributes, '"household(_id)?"\\s*:\\s*"?([^",}]+)"?', 2) AS household FROM people
    ) WHERE household != ''
)
SELECT tie, person_id FROM ties
WHERE tie IN (SELECT tie FROM ties GROUP BY tie HAVING count(DISTINCT person_id) > 1)
"""
TIED, BY_OTHERS, UNEVEN = 0.01, 0.05, 0.05
"""Largest shares without a warning: people tied to the other arm, held-out people whom other campaigns wrote to, and the
difference of the arms in whom other campaigns wrote to."""


class Exposure(Border):
    """One check: `people` of `of` that it counts, the largest share (0-1) without a warning, and what it found in words.

    `people` is None where it could not be looked at, which is a warning too.
    """

    name: str
    people: int | None
    of: int
    limit: float
    words: str

    @property
    def warns(self) -> bool:
        """Whether the share exceeds its limit, or is not known."""
        return self.people is None or self.people > self.limit * self.of


def contamination(
    ws: Workspace, plan: Plan, roster: Roster, touched: Touches, account: LedgerAccount
) -> tuple[Exposure, ...]:
    """The checks of a launched plan: ties between arms, held-out people reached by it or by others, other campaigns."""
    treated, held = roster.arm == TREATED, roster.arm == HOLDOUT
    reached, campaigns = _by_others(ws, plan, roster, account)
    sent = np.zeros(roster.size, bool)
    sent[touched.sent_row] = True
    shares = [float(reached[arm].mean()) if arm.any() else 0.0 for arm in (treated, held)]
    many = f"{campaigns} other campaign{'s' if campaigns != 1 else ''}"
    return (
        _ties(ws, roster, treated, held),
        _exposure(
            "held-out people reached by mistake", int((sent & ~treated).sum()), int((~treated).sum()), 0.0,
            "got a message of this campaign although the lot kept them out",
        ),
        _exposure(
            "held-out people reached by other campaigns", int((reached & held).sum()), int(held.sum()), BY_OTHERS,
            f"in the control group were written to by {many} meanwhile",
        ),
        _exposure(
            "people whom other campaigns reach unevenly", round(abs(shares[0] - shares[1]) * int((treated | held).sum())),
            int((treated | held).sum()), UNEVEN,
            f"is what the arms differ by in whom {many} wrote to ({shares[0]:.1%} treated, {shares[1]:.1%} held out)",
        ),
    )  # fmt: skip


def _ties(ws: Workspace, roster: Roster, treated: BoolArray, held: BoolArray) -> Exposure:
    """Compared people who share an address, another identifier or a household with somebody of the other arm."""
    name, of = "people tied to the other arm", int((treated | held).sum())
    try:
        con = connect(ws)
    except WarehouseFault as error:
        return Exposure(
            name=name, people=None, of=of, limit=TIED, words=f"Ties between the arms are not known: {error}"
        )
    try:
        found = rows(con, _SHARED)
    finally:
        con.disconnect()
    places = {person_id: place for place, person_id in enumerate(roster.person_id)}
    groups: dict[str, list[int]] = {}
    for tie, person_id in found:
        place = places.get(str(person_id))
        if place is not None and (treated[place] or held[place]):
            groups.setdefault(str(tie), []).append(place)
    tied = np.zeros(roster.size, bool)
    for group in groups.values():
        if treated[group].any() and held[group].any():
            tied[group] = True
    return _exposure(
        name, int(tied.sum()), of, TIED,
        "share an address or a household with somebody of the other arm, who may have seen the message too",
    )  # fmt: skip


def _by_others(ws: Workspace, plan: Plan, roster: Roster, account: LedgerAccount) -> tuple[BoolArray, int]:
    """Whom other campaigns wrote to while this one was measured, and how many such campaigns there are."""
    span = {"since": int(account.started.timestamp()), "until": int(account.until.timestamp())}
    with ws.engine.connect() as connection:
        found = connection.execute(text(_OTHERS), {"plan": plan.plan_id, **span}).all()
    people = {person_id for person_id, _ in found}
    reached = np.array([person_id in people for person_id in roster.person_id], bool)
    mine = set(roster.person_id)
    return reached, len({plan_id for person_id, plan_id in found if person_id in mine})


def _exposure(name: str, people: int, of: int, limit: float, what: str) -> Exposure:
    share = people / of if of else 0.0
    warned = people > limit * of
    above = f" Warning: more than {limit:.0%}; read the effects with this in mind." if warned and limit else ""
    if warned and not limit:
        above = " Warning: there must be none; find out how they were reached before an effect is believed."
    return Exposure(
        name=name, people=people, of=of, limit=limit, words=f"{people:,} of {of:,} people ({share:.1%}) {what}.{above}"
    )
