"""Made-up tests with exact counts, and a workspace with purchases and campaigns of known numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from campaigns.workspace import Workspace
from simulator.fitting.randomised import Arm, Cell, Trial
from tests.builders import NOW, snapshot
from tests.delivery.launchable import workspace

HEADER = "person_id,treated,channel,offer,conversions,messages,opens,clicks\n"


def arm(people: int, rate: float) -> Arm:
    """An arm whose people convert once or not at all."""
    return Arm(people, people * rate, people * rate)


def trial(people: int = 20_000, lift: float = 0.01, **counts: object) -> Trial:
    """An e-mail test with an offer: a third read, a tenth of those clicked, and this difference in conversions."""
    fields: dict[str, object] = {
        "channel": "email", "offer": True, "creative": "", "arm": arm(people, 0.1 + lift), "messages": people,
        "opens": people // 3, "clicks": people // 30, "redemptions": None,
    }  # fmt: skip
    return Trial("a test", (Cell(**{**fields, **counts}),), arm(people, 0.1), 28.0)  # type: ignore[arg-type]


def lived_in(root: Path, days: int, campaigns: Sequence[tuple[int, int]] = (), people: int = 60) -> Workspace:
    """A workspace whose people each buy on every third day over so many days before NOW; campaigns as (reached, redeemed)."""
    ws = workspace(root, snapshot(people))
    now = NOW.replace(tzinfo=None)
    events = [
        (f"e{person}-{day}", f"h{person:05d}", "purchase", at, f"b{person}-{day}", None)
        for person in range(people)
        for day in range(person % 3, days, 3)
        for at in [now - timedelta(days=day, hours=6)]
    ]
    for place, (reached, redeemed) in enumerate(campaigns):
        start = now - timedelta(days=40 + place)
        events += [(f"c{place}-{who}", f"h{who:05d}", "campaign", start, None, f"k{place}") for who in range(reached)]
        used = start + timedelta(days=3)
        events += [(f"r{place}-{who}", f"h{who:05d}", "redemption", used, None, f"k{place}") for who in range(redeemed)]
    _insert(ws, events)
    return ws


def _insert(ws: Workspace, events: Sequence[tuple[str, str, str, datetime, str | None, str | None]]) -> None:
    if not events:
        return
    with duckdb.connect(str(ws.data_path)) as con:
        columns = [list(column) for column in zip(*events, strict=True)]
        con.execute(
            "INSERT INTO events SELECT id, person, kind, moment, moment, basket, NULL, 1, 5000000, 0, campaign, 'test' FROM "
            "(SELECT unnest(?) AS id, unnest(?) AS person, unnest(?) AS kind, unnest(?) AS moment, unnest(?) AS basket, "
            "unnest(?) AS campaign)",
            columns,
        )
