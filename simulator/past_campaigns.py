"""A workspace's campaigns as columns: whom they reached, who redeemed and when, what those people bought.

Nothing here is specific to the bundled sample: any workspace whose events hold campaigns has a ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray
from campaigns.workspace import Workspace
from simulator.designs import designs
from tools.data.warehouse import connect, rows, utc_naive

WINDOW_DAYS = 35.0
"""Length assumed of a campaign without a design: its events say when it began, not when it ended."""
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Design:
    """What was decided about a campaign before it began: length in days, kind, number of offers; unknown is None."""

    days: float = WINDOW_DAYS
    kind: str = ""
    offers: int | None = None


@dataclass(frozen=True, slots=True)
class PastCampaign:
    """A campaign: `start` in days since 1970 (UTC), its design, and the rows of `Ledger.people` that it reached."""

    campaign_id: str
    start: float
    design: Design
    reached: IntArray


@dataclass(frozen=True, slots=True)
class Ledger:
    """Campaigns in order of start, and what people did, as parallel columns.

    `*_day` is when something happened and `*_known` when the workspace learnt of it, both in days since 1970 (UTC).
    `*_person` are row numbers of `people`; `redeemed_campaign` is a place in `campaigns`. Revenue is in micros.
    `opens` and `closes` are the first and last instant at which the books hold purchases.
    """

    people: tuple[str, ...]
    campaigns: tuple[PastCampaign, ...]
    bought_person: IntArray
    bought_day: FloatArray
    bought_known: FloatArray
    bought_micros: FloatArray
    redeemed_person: IntArray
    redeemed_campaign: IntArray
    redeemed_day: FloatArray
    redeemed_known: FloatArray
    opens: float
    closes: float

    def seen_days(self, campaign: PastCampaign, until: float) -> tuple[float, float]:
        """The part of a campaign's window, in days from its start, that the books hold at `until`."""
        last = min(campaign.design.days, until - campaign.start, self.closes - campaign.start)
        return max(0.0, self.opens - campaign.start), max(0.0, last)

    def first_redemptions(self, place: int, until: float) -> FloatArray:
        """Per person reached, days from the start to the first redemption known at `until` in the window; NaN without."""
        campaign = self.campaigns[place]
        return _first(campaign, self.redeemed_person[mine := self._mine(place, until)], self.redeemed_day[mine])

    def redemption_count(self, place: int, until: float) -> int:
        """Redemptions in the campaign's window that were known at `until`."""
        return int(self._mine(place, until).sum())

    def _mine(self, place: int, until: float) -> BoolArray:
        campaign = self.campaigns[place]
        found: BoolArray = (
            (self.redeemed_campaign == place)
            & (self.redeemed_known <= until)
            & (self.redeemed_day < campaign.start + campaign.design.days)
        )
        return found

    def spent(self, begin: float, end: float, known: float) -> FloatArray:
        """Revenue in micros per person in [begin, end) as known at an instant."""
        person, micros, _ = self._bought(begin, end, known)
        return np.bincount(person, micros, len(self.people)).astype(np.float64)

    def spent_between(self, edges: FloatArray, known: float) -> FloatArray:
        """Revenue in micros per person and span between neighbouring edges (people, edges - 1) as known at an instant."""
        person, micros, day = self._bought(edges[0], edges[-1], known)
        spans = len(edges) - 1
        at = person * spans + np.searchsorted(edges, day, side="right") - 1
        flat = np.bincount(at, micros, len(self.people) * spans).astype(np.float64)
        return flat.reshape(len(self.people), spans)

    def visits(self, begin: float, end: float, known: float) -> FloatArray:
        """Baskets per person in [begin, end) as known at an instant."""
        return np.bincount(self._bought(begin, end, known)[0], minlength=len(self.people)).astype(np.float64)

    def _bought(self, begin: float, end: float, known: float) -> tuple[IntArray, FloatArray, FloatArray]:
        here = (self.bought_day >= begin) & (self.bought_day < end) & (self.bought_known <= known)
        return self.bought_person[here], self.bought_micros[here], self.bought_day[here]


def ledger(ws: Workspace, now: datetime) -> Ledger:
    """The ledger of everything that the workspace knew at `now`, designs of campaigns included.

    A campaign starts at its first event and lasts as many days as its design says. Rows with an unreadable amount or no campaign id are left out; an empty
    workspace gives an empty ledger. WarehouseFault when the data cannot be read.
    """
    known = f"arrived_at <= TIMESTAMP '{utc_naive(now).isoformat(sep=' ')}'"
    con = connect(ws)
    try:
        bought = rows(
            con,
            "SELECT person_id, epoch(min(occurred_at)), epoch(max(arrived_at)), sum(revenue_micros)::DOUBLE FROM events "
            f"WHERE kind = 'purchase' AND {known} AND revenue_micros IS NOT NULL "
            "GROUP BY person_id, coalesce(basket_id, event_id) ORDER BY 2, 1, 4",
        )
        reached = rows(
            con,
            f"SELECT campaign_id, person_id, epoch(min(occurred_at)) FROM events WHERE kind = 'campaign' AND {known} "
            "AND campaign_id IS NOT NULL GROUP BY ALL ORDER BY 1, 2",
        )
        redeemed = rows(
            con,
            "SELECT person_id, campaign_id, epoch(occurred_at), epoch(arrived_at) FROM events "
            f"WHERE kind = 'redemption' AND {known} AND campaign_id IS NOT NULL ORDER BY event_id",
        )
    finally:
        con.disconnect()
    people = sorted({str(row[0]) for row in bought} | {str(row[1]) for row in reached} | {str(r[0]) for r in redeemed})
    number = {person: place for place, person in enumerate(people)}
    planned = {one.campaign_id: Design(float(one.days), one.kind, one.offers) for one in designs(ws, now)}
    campaigns = _campaigns(reached, number, planned)
    place_of = {campaign.campaign_id: place for place, campaign in enumerate(campaigns)}
    kept = [row for row in redeemed if row[1] in place_of]
    days = _column(bought, 1) / _DAY
    return Ledger(
        people=tuple(people),
        campaigns=campaigns,
        bought_person=np.array([number[str(row[0])] for row in bought], np.int64),
        bought_day=days,
        bought_known=_column(bought, 2) / _DAY,
        bought_micros=_column(bought, 3),
        redeemed_person=np.array([number[str(row[0])] for row in kept], np.int64),
        redeemed_campaign=np.array([place_of[str(row[1])] for row in kept], np.int64),
        redeemed_day=_column(kept, 2) / _DAY,
        redeemed_known=_column(kept, 3) / _DAY,
        opens=float(np.floor(days.min())) if len(days) else 0.0,
        # Not the end of that day: hours that the books do not hold would count as hours in which nobody bought.
        closes=float(days.max()) + 1 / _DAY if len(days) else 0.0,
    )


def _campaigns(reached: object, number: Mapping[str, int], planned: Mapping[str, Design]) -> tuple[PastCampaign, ...]:
    members: dict[str, list[int]] = {}
    start: dict[str, float] = {}
    for campaign, person, at in reached:  # type: ignore[attr-defined]
        members.setdefault(campaign, []).append(number[person])
        start[campaign] = min(start.get(campaign, np.inf), at / _DAY)
    found = (PastCampaign(c, start[c], planned.get(c, Design()), np.array(members[c], np.int64)) for c in members)
    return tuple(sorted(found, key=lambda campaign: (campaign.start, campaign.campaign_id)))


def _column(found: object, place: int) -> FloatArray:
    return np.array([float(row[place]) for row in found], np.float64)  # type: ignore[attr-defined]


def _first(campaign: PastCampaign, person: IntArray, day: FloatArray) -> FloatArray:
    """Days to the first of each reached person's redemptions; a redemption of somebody not reached counts for nobody."""
    first = np.full(len(campaign.reached), np.inf)
    at = np.searchsorted(campaign.reached, person)
    known = np.minimum(at, len(campaign.reached) - 1)
    own = campaign.reached[known] == person
    np.minimum.at(first, known[own], day[own] - campaign.start)
    return np.where(np.isinf(first), np.nan, first)
