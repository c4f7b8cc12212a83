"""Small workspaces written row by row into the canonical tables, and one with the whole sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from campaigns.brief import Brief, Window
from campaigns.store import Store
from campaigns.workspace import Workspace
from tools.data.sample import load_sample
from tools.data.tables import LOAD_FACTS, TABLES

NOW = datetime(2017, 10, 16, tzinfo=UTC)
Row = tuple[object, ...]
World = Callable[..., Workspace]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the whole sample; tests may add snapshots to it and nothing else."""
    workspace = Workspace.create(tmp_path_factory.mktemp("audience") / "ws")
    load_sample(workspace)
    return workspace


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Makes a workspace from people (id -> zone or None), purchases (person, days ago, category, micros[, days late]),
    consents (person, channel, status, days ago), suppressed ids and campaigns (person, kind, id)."""

    def make(
        people: dict[str, str | None],
        purchases: Sequence[Row] = (),
        consents: Sequence[Row] = (),
        suppressed: Sequence[str] = (),
        campaigns: Sequence[Row] = (),
        countries: dict[str, str] | None = None,
    ) -> Workspace:
        workspace = Workspace.create(tmp_path / "ws")
        with duckdb.connect(str(workspace.data_path)) as con:
            for table in TABLES.values():
                con.execute(table.ddl)
            con.execute(LOAD_FACTS)
            con.execute("INSERT INTO load_facts VALUES (0, 'data_version', '0123456789abcdef')")
            for person, zone in people.items():
                attributes = '{"suppressed": true}' if person in suppressed else None
                country = (countries or {}).get(person, "US")
                row = [person, country, None, zone, None, attributes, "synthetic", "synthetic"]
                con.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            for category in sorted({str(row[2]) for row in purchases}):
                con.execute("INSERT INTO products VALUES (?, 'FOOD', ?, NULL, NULL, 'synthetic')", [category, category])
            for place, (person, ago, category, micros, *late) in enumerate(purchases):
                at = (NOW - timedelta(days=float(str(ago)))).replace(tzinfo=None)
                known = at + timedelta(days=float(str(late[0] if late else 0)))
                row = [
                    f"e{place}",
                    person,
                    "purchase",
                    at,
                    known,
                    f"b{place}",
                    category,
                    1,
                    micros,
                    0,
                    None,
                    "synthetic",
                ]
                con.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            for place, (person, kind, campaign) in enumerate(campaigns):
                at = (NOW - timedelta(days=30)).replace(tzinfo=None)
                row = [f"c{place}", person, kind, at, at, None, None, None, None, None, campaign, "synthetic"]
                con.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            for person, channel, status, ago in consents:
                at = (NOW - timedelta(days=float(str(ago)))).replace(tzinfo=None)
                row = [person, channel, "marketing", status, at, "form", "synthetic"]
                con.execute("INSERT INTO consents VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        Store(workspace).set_clock(NOW)
        return workspace

    return make


@pytest.fixture
def brief() -> Callable[..., Brief]:
    """A brief about some population words to the end of November; keywords replace fields."""

    def make(words: str, **changes: object) -> Brief:
        fields: dict[str, object] = {
            "objective": "cross_sell",
            "primary_metric": "conversions",
            "population": words,
            "markets": ("US",),
            "channels": ("email", "push"),
            "window": Window(start=date(2017, 10, 16), end=date(2017, 11, 30)),
            "max_contacts_per_week": 2,
        }
        return Brief.model_validate(fields | changes)

    return make
