"""Who came back within 90 days of buying, with a clock: nobody counts before their 90 days are over.

The clock of a buyer starts at the first conversion during the campaign. A buyer is retained who converts again on a later
day within the 90 days. Whom the campaign made buy is itself its doing, so that buyers of both arms are not alike and
their shares say nothing against each other; what is compared is, of everybody assigned, who bought and came back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from campaigns.border import Border
from campaigns.contact import BoolArray, IntArray
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.roster import Roster
from tools.data.errors import WarehouseFault
from tools.data.warehouse import connect, utc_naive, visible

DAYS = 90
DAY = 86_400
SPAN = DAYS * DAY


class Cohort(Border):
    """The buyers of one arm: how many, whose 90 days are over (`mature`), and who of those came back."""

    arm: str
    people: int
    buyers: int
    mature: int
    came_back: int


class Retention(Border):
    """How far the clock has come by `known_until`: `next` holds, per UTC day, how many buyers of all arms mature on it
    (the first days, in order), `all_mature` when the last one does; None when nobody bought.

    `words` says it in a sentence.
    """

    days: int = DAYS
    known_until: datetime
    cohorts: tuple[Cohort, ...]
    next: tuple[tuple[date, int], ...]
    all_mature: datetime | None
    words: str

    @property
    def whole(self) -> bool:
        """Whether every buyer's 90 days are over."""
        return all(cohort.buyers == cohort.mature for cohort in self.cohorts)


SHOWN_DAYS = 3
"""Days of the clock that are told one by one."""


def clock(
    arm: IntArray, names: Sequence[str], row: IntArray, at: IntArray, known_until: datetime, last_entry: datetime
) -> tuple[Retention, BoolArray]:
    """The clock, and per person whether they bought and came back (false for whoever did not, or not yet).

    `row` and `at` (epoch seconds) are conversions in any order, those that start a clock before `last_entry`;
    what happened after `known_until` is not known and is left out.
    """
    until = int(known_until.timestamp())
    seen = at <= until
    row, at = row[seen], at[seen]
    order = np.lexsort((at, row))
    row, at = row[order], at[order]
    first = np.full(len(arm), np.iinfo(np.int64).max, np.int64)
    entered = at < int(last_entry.timestamp())
    np.minimum.at(first, row[entered], at[entered])
    buyer = first < np.iinfo(np.int64).max
    mature = buyer & (np.where(buyer, first, 0) + SPAN <= until)
    gap = at - first[row]
    again = buyer[row] & (at // DAY > first[row] // DAY) & (gap > 0) & (gap <= SPAN)
    back = np.zeros(len(arm), bool)
    back[row[again]] = True
    cohorts = tuple(
        Cohort(
            arm=name,
            people=int((arm == code).sum()),
            buyers=int((buyer & (arm == code)).sum()),
            mature=int((mature & (arm == code)).sum()),
            came_back=int((mature & back & (arm == code)).sum()),
        )
        for code, name in enumerate(names)
    )
    ripe = np.sort(first[buyer & ~mature]) + SPAN
    days, counts = np.unique(ripe // DAY, return_counts=True)
    soon = tuple(
        (datetime.fromtimestamp(int(day) * DAY, UTC).date(), int(count))
        for day, count in zip(days[:SHOWN_DAYS], counts[:SHOWN_DAYS], strict=True)
    )
    last = datetime.fromtimestamp(int(first[buyer].max()) + SPAN, UTC) if buyer.any() else None
    found = Retention(
        known_until=known_until,
        cohorts=cohorts,
        next=soon,
        all_mature=last,
        words=_words(cohorts, soon, last, len(ripe)),
    )
    return found, mature & back


def later_conversions(
    ws: Workspace, plan: Plan, roster: Roster, after: datetime
) -> tuple[IntArray, IntArray, datetime]:
    """Row and instant of conversions in the workspace's data after the books were closed, and until when these are known.

    That is the last instant of which the data tell anything, and never the clock's: a quiet month without new data is
    not a month in which nobody came back. `after` itself when there are no newer data.
    """
    none = np.array([], np.int64)
    try:
        con = connect(ws)
    except WarehouseFault:
        return none, none, after
    try:
        now = Store(ws).now()
        events = visible(con, "events", now)
        newest = events.occurred_at.max().to_pyarrow().as_py()
        if newest is None or newest.replace(tzinfo=UTC) <= after:
            return none, none, after
        bought = events.filter(events.kind == "purchase", events.occurred_at > utc_naive(after))
        if plan.audience.category is not None:
            products = con.table("products")
            named = products.filter(products.category == plan.audience.category).select("product_id")
            bought = bought.semi_join(named, "product_id")
        found = bought.select("person_id", at=bought.occurred_at.epoch_seconds()).to_polars()
    finally:
        con.disconnect()
    places = {person_id: place for place, person_id in enumerate(roster.person_id)}
    pairs = [(places[person], at) for person, at in found.rows() if person in places]
    rows, at = np.array(pairs, np.int64).reshape(-1, 2).T
    return rows, at, min(newest.replace(tzinfo=UTC), now)


def readable(last_entry: datetime) -> datetime:
    """From when on the comparison of both arms may be read: when whoever bought last can have come back."""
    return last_entry + timedelta(days=DAYS)


def _words(cohorts: Sequence[Cohort], soon: Sequence[tuple[date, int]], last: datetime | None, waiting: int) -> str:
    buyers, mature = sum(one.buyers for one in cohorts), sum(one.mature for one in cohorts)
    if last is None:
        return f"Nobody bought, so that nobody's {DAYS} days have begun."
    if not waiting:
        return f"All {buyers:,} buyers' {DAYS} days are over."
    when = ", ".join(f"{count:,} more on {day:%Y-%m-%d}" for day, count in soon)
    return (
        f"{mature:,} of {buyers:,} buyers' {DAYS} days are over; {when}; the last of them on {last:%Y-%m-%d}. "
        "Nobody counts before that, and nothing is extrapolated."
    )
