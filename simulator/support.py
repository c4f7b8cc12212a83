"""Where the twin has support: what this workspace's history has seen, and the reasons why a plan lies outside of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text

from campaigns.plan import Plan
from campaigns.workspace import Workspace
from tools.data.warehouse import connect, rows, utc_naive

CHANNELS = ("email", "push")
"""Channels whose response priors are taken where no history says which channels were used."""
FEWEST_PEOPLE = 150
MOST_TIMES = 2.0
"""An audience larger than this many times the people of any earlier horizon is outside."""
OLDEST_DAYS = 42
"""Data older than this say little about the weeks ahead (the authors' judgement: half of what a rate looks back on)."""
REACH_DAYS = 92
"""A season that begins later than this after the newest data was never near what was back-tested."""
YEAR_DAYS = 365
DEEPEST_SHARE = 0.995
"""An offer is as deep as customers know when this share of baskets had a smaller discount."""


@dataclass(frozen=True, slots=True)
class Region:
    """What the history holds. Days are dates in UTC, discounts micros a basket; None is not known.

    `channels` are those by which messages were sent from this workspace, empty when none was.
    """

    first_day: date | None
    last_day: date | None
    now: date
    channels: tuple[str, ...]
    deepest_discount: int | None
    campaigns: int

    @property
    def history_days(self) -> int:
        """Days from the first to the last purchase, both included; 0 without purchases."""
        return (self.last_day - self.first_day).days + 1 if self.first_day and self.last_day else 0

    @property
    def age_days(self) -> int | None:
        """Days since the newest purchase."""
        return (self.now - self.last_day).days if self.last_day else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan asks of the twin: people, channels, first and last day, and its deepest offer in micros (0: none)."""

    people: int
    channels: tuple[str, ...]
    start: date
    end: date
    deepest_offer: int = 0

    @classmethod
    def of(cls, plan: Plan, people: int) -> Asked:
        """What this plan asks over `people` people."""
        offers = [offer.face_value.amount_micros for offer in plan.offers]
        window = plan.brief.window
        return cls(people, plan.brief.channels, window.start, window.end, max(offers, default=0))


def region(ws: Workspace, now: datetime) -> Region:
    """The region of a workspace as its data stood at `now`. WarehouseFault when they cannot be read."""
    known = f"arrived_at <= TIMESTAMP '{utc_naive(now).isoformat(sep=' ')}'"
    con = connect(ws)
    try:
        (first, last), *_ = rows(
            con,
            f"SELECT min(occurred_at)::DATE, max(occurred_at)::DATE FROM events WHERE kind = 'purchase' AND {known}",
        )
        ((discount,), *_) = rows(
            con,
            f"SELECT quantile_disc(taken, {DEEPEST_SHARE}) FROM (SELECT sum(abs(discount_micros)) AS taken FROM events "
            f"WHERE kind = 'purchase' AND {known} GROUP BY person_id, coalesce(basket_id, event_id)) WHERE taken > 0",
        )
        ((campaigns,), *_) = rows(
            con, f"SELECT count(DISTINCT campaign_id) FROM events WHERE kind = 'campaign' AND {known}"
        )
    finally:
        con.disconnect()
    with ws.engine.connect() as books:
        sent = books.execute(
            text("SELECT DISTINCT channel FROM contact WHERE at <= :now AND state != 'refused' ORDER BY channel"),
            {"now": int(now.timestamp())},
        ).all()
    return Region(
        first_day=first if isinstance(first, date) else None,
        last_day=last if isinstance(last, date) else None,
        now=now.astimezone(UTC).date(),
        channels=tuple(str(row[0]) for row in sent),
        deepest_discount=int(str(discount)) if discount is not None else None,
        campaigns=int(str(campaigns)),
    )


def support(asked: Asked, largest: int, seen: Region | None) -> tuple[str, ...]:
    """Why a plan lies outside the region, one clause each; empty inside.

    `largest` is the number of people of the largest earlier horizon of such people. Without a region only people and
    channels are judged.
    """
    reasons = []
    if asked.people < FEWEST_PEOPLE:
        reasons.append(f"the audience has {asked.people} people, and {FEWEST_PEOPLE} are needed")
    if asked.people > MOST_TIMES * largest > 0:
        reasons.append(f"the audience has {asked.people:,} people, and the history knows {largest:,} at a time")
    return (*reasons, *_strange(asked.channels, seen), *(_beyond(asked, seen) if seen else ()))


def _strange(channels: Sequence[str], seen: Region | None) -> list[str]:
    known = seen.channels if seen and seen.channels else CHANNELS
    strange = [channel for channel in channels if channel not in known]
    if not strange:
        return []
    if seen and seen.channels:
        return [f"no message went out by {' or '.join(strange)} from this workspace so far"]
    return [f"the twin knows {' and '.join(CHANNELS)}, and the plan uses {', '.join(strange)}"]


def _beyond(asked: Asked, seen: Region) -> list[str]:
    if seen.last_day is None or seen.age_days is None:
        return ["the workspace has no purchases"]
    reasons, days = [], (asked.end - asked.start).days + 1
    if days > seen.history_days:
        reasons.append(f"the plan lasts {days} days, longer than the history of {seen.history_days}")
    if seen.age_days > OLDEST_DAYS:
        reasons.append(f"the newest purchase is {seen.age_days} days old, and {OLDEST_DAYS} is the most")
    if (asked.start - seen.last_day).days > REACH_DAYS:
        reasons.append(
            f"the plan begins {(asked.start - seen.last_day).days} days after the newest data, in a season further off "
            f"than the {REACH_DAYS} days that a back-test reaches"
        )
    if seen.deepest_discount is not None and asked.deepest_offer > seen.deepest_discount:
        reasons.append(
            f"an offer is worth {asked.deepest_offer / 1e6:,.2f}, and discounts in the history end at "
            f"{seen.deepest_discount / 1e6:,.2f} a basket"
        )
    return reasons


def not_learnt(seen: Region) -> tuple[str, ...]:
    """What a history of this kind cannot teach, one sentence each."""
    said = []
    if not seen.campaigns:
        said.append("No earlier campaign is in the data: who redeems, when and how often was not back-tested.")
    elif seen.campaigns == 1:
        said.append("One earlier campaign is in the data: nothing could be foretold from others before it.")
    if not seen.channels:
        said.append(
            "No campaign in the data says by which channel it went: responses on "
            f"{' and '.join(CHANNELS)} are assumed from priors and back-tested nowhere."
        )
    if seen.history_days < YEAR_DAYS:
        said.append(
            f"The history has {seen.history_days} {'day' if seen.history_days == 1 else 'days'}, less than a year: no season was seen twice or at all."
        )
    if seen.deepest_discount is None:
        said.append("No basket in the data had a discount: how deep an offer may be is not known from history.")
    return tuple(said)
