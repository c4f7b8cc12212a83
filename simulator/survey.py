"""A workspace's region as its data stand: the events, the designs of campaigns, and the messages that went out from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl
from sqlalchemy import text

from campaigns.workspace import Workspace
from simulator.calibration import HORIZON_DAYS, MAX_ORIGINS
from simulator.designs import CampaignDesign, designs
from simulator.kinds import Everybody, Kind
from simulator.region import Region
from tools.audience.errors import SnapshotDamaged
from tools.audience.features import RECENT_DAYS, features
from tools.audience.purchases import PurchaseDays, purchase_days
from tools.audience.snapshot import load as load_snapshot
from tools.data.warehouse import connect, rows, utc_naive

DEEPEST_SHARE = 0.995
"""An offer is as deep as customers know when this share of baskets had a smaller discount."""


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
        reached = con.con.execute(
            "SELECT DISTINCT campaign_id, person_id, (min(occurred_at) OVER (PARTITION BY campaign_id))::DATE AS day "
            f"FROM events WHERE kind = 'campaign' AND {known} AND campaign_id IS NOT NULL ORDER BY 1, 2"
        ).pl()
        days = purchase_days(con, now, ())
        people = con.table("people").select("person_id").to_polars()["person_id"]
    finally:
        con.disconnect()
    with ws.engine.connect() as books:
        sent = books.execute(
            text("SELECT DISTINCT channel FROM contact WHERE at <= :now AND state != 'refused'"),
            {"now": int(now.timestamp())},
        ).all()
    planned, ran = designs(ws, now), set(reached["campaign_id"])
    today = now.astimezone(UTC).date()
    depths = [int(str(discount))] if discount is not None else []
    depths += [design.deepest_discount for design in planned if design.deepest_discount is not None]
    return Region(
        first_day=first if isinstance(first, date) else None,
        last_day=last if isinstance(last, date) else None,
        now=today,
        channels=tuple(sorted({str(row[0]) for row in sent} | {name for one in planned for name in one.channels})),
        deepest_discount=max(depths, default=None),
        campaigns=len(ran | {design.campaign_id for design in planned}),
        designed=len(planned),
        offer_types=tuple(sorted({name for design in planned for name in design.offer_types})),
        kinds=(*_kinds_reached(reached, people, days, today), *_kinds_planned(ws, planned, people, days, today)),
        everybody=_yardsticks(people, days, today),
    )


def _yardsticks(people: pl.Series, days: PurchaseDays, today: date) -> tuple[tuple[date, Everybody], ...]:
    """Everybody at each origin of a back-test and now, where the data reach back far enough for a rate."""
    agos = [HORIZON_DAYS * number for number in range(MAX_ORIGINS, -1, -1)]
    return tuple(
        (today - timedelta(days=ago), Everybody.of(features(people, days, None, ago)))
        for ago in agos
        if _reaches(days, ago) and len(people)
    )


def _reaches(days: PurchaseDays, ago: int) -> bool:
    return days.observed_days - ago >= RECENT_DAYS


def _kinds_reached(reached: pl.DataFrame, people: pl.Series, days: PurchaseDays, today: date) -> list[Kind]:
    """Kinds of the people whom the campaigns among the events reached, each as they were when it began."""
    found: list[Kind | None] = []
    for part in reached.partition_by("campaign_id", maintain_order=True):
        ago = (today - part["day"][0]).days
        if ago >= 0 and _reaches(days, ago):
            then = features(people, days, None, ago)
            found.append(Everybody.of(then).kind(then.join(part, on="person_id", how="semi")))
    return [kind for kind in found if kind]


def _kinds_planned(
    ws: Workspace, planned: Sequence[CampaignDesign], people: pl.Series, days: PurchaseDays, today: date
) -> list[Kind]:
    """Kinds of the people of the campaigns that ran here, from their snapshots; a damaged one tells nothing."""
    found: list[Kind | None] = []
    for design in planned:
        ago = (today - design.starts_on).days
        if design.snapshot_id is None or not _reaches(days, ago):
            continue
        try:
            snapshot = load_snapshot(ws, design.snapshot_id)
        except SnapshotDamaged:
            continue
        then = features(people, days, None, ago)
        found.append(Everybody.of(then).kind(then.join(snapshot, on="person_id", how="semi")))
    return [kind for kind in found if kind]
