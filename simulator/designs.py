"""How earlier campaigns were planned: those that the loaded data describe, and those that were run to their end here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text

from campaigns.errors import BadInput
from campaigns.lifecycle import OVER
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from tools.data.tables import BASKET_DISCOUNT, CATEGORY_DISCOUNT
from tools.data.warehouse import connect, rows, utc_naive

_SENT = (
    "SELECT DISTINCT plan_id, channel FROM contact WHERE at <= :now AND state != 'refused' ORDER BY plan_id, channel"
)


@dataclass(frozen=True, slots=True)
class CampaignDesign:
    """A campaign as it was planned; `starts_on` and `ends_on` both count.

    `offers` are different offers, `deepest_discount` the largest discount of one in micros, `people` those whom it was
    meant for. None, an empty kind and empty tuples are not known. `snapshot_id` is that of a campaign run here.
    """

    campaign_id: str
    starts_on: date
    ends_on: date
    kind: str = ""
    channels: tuple[str, ...] = ()
    offer_types: tuple[str, ...] = ()
    offers: int | None = None
    deepest_discount: int | None = None
    people: int | None = None
    snapshot_id: str | None = None

    @property
    def days(self) -> int:
        """Days from the first to the last, both included."""
        return (self.ends_on - self.starts_on).days + 1


def designs(ws: Workspace, now: datetime) -> tuple[CampaignDesign, ...]:
    """The designs that were known at `now` of campaigns that had begun by then, in order of start.

    A plan that ran to its end and sent something is one, with the channels by which messages went. WarehouseFault when
    the data cannot be read.
    """
    found = (*_loaded(ws, now), *_own(ws, now))
    today = now.astimezone(UTC).date()
    begun = (design for design in found if design.starts_on <= today)
    return tuple(sorted(begun, key=lambda design: (design.starts_on, design.campaign_id)))


def offer_types(plan: Plan) -> tuple[str, ...]:
    """The types of a plan's offers: all are money off, of its category when it has one, else of any purchase."""
    if not plan.offers:
        return ()
    return (CATEGORY_DISCOUNT if plan.audience.category else BASKET_DISCOUNT,)


def deepest(plan: Plan) -> int:
    """The largest face value of a plan's offers in micros, 0 without any."""
    return max((offer.face_value.amount_micros for offer in plan.offers), default=0)


def _loaded(ws: Workspace, now: datetime) -> list[CampaignDesign]:
    con = connect(ws)
    try:
        found = rows(
            con,
            "SELECT campaign_id, starts_on, ends_on, coalesce(kind, ''), channel, offer_type, offers, deepest_discount_micros, "
            f"people FROM campaigns WHERE recorded_at <= TIMESTAMP '{utc_naive(now).isoformat(sep=' ')}'",
        )
    finally:
        con.disconnect()
    return [
        CampaignDesign(
            campaign_id=str(name),
            starts_on=date.fromisoformat(str(first)),
            ends_on=date.fromisoformat(str(last)),
            kind=str(kind),
            channels=() if channel is None else (str(channel),),
            offer_types=() if offered in (None, "none") else (str(offered),),
            offers=_whole(offers),
            deepest_discount=_whole(discount),
            people=_whole(people),
        )
        for name, first, last, kind, channel, offered, offers, discount, people in found
    ]


def _own(ws: Workspace, now: datetime) -> list[CampaignDesign]:
    with ws.engine.connect() as books:
        sent = books.execute(text(_SENT), {"now": int(now.timestamp())}).all()
    channels: dict[str, list[str]] = {}
    for plan_id, channel in sent:
        channels.setdefault(str(plan_id), []).append(str(channel))
    store = Store(ws)
    found = []
    for record in store.plans():
        if record.state in OVER and record.plan_id in channels:
            # A plan whose bytes cannot be read any more teaches nothing, and stops no rehearsal of another.
            with suppress(BadInput):
                found.append(_of_plan(store.plan(record.plan_id), tuple(channels[record.plan_id])))
    return found


def _of_plan(plan: Plan, channels: tuple[str, ...]) -> CampaignDesign:
    return CampaignDesign(
        campaign_id=plan.plan_id,
        starts_on=plan.brief.window.start,
        ends_on=plan.brief.window.end,
        kind=plan.brief.objective,
        channels=channels,
        offer_types=offer_types(plan),
        offers=len(plan.offers),
        deepest_discount=deepest(plan) or None,
        people=int(plan.audience.size.value),
        snapshot_id=plan.audience.snapshot_id,
    )


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
