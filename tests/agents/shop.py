"""A small shop of the tests' own: 260 people, 40 weeks of coffee and bread, consents for most."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from campaigns.workspace import Workspace

PEOPLE = 260
WEEKS = 40
NOW = datetime(2017, 10, 16, tzinfo=UTC)
GOAL = (
    "Get households that have not bought coffee in six weeks to buy it, at most $500, no more than two messages a week, "
    "email and push, maximise conversions by 2017-11-05"
)


def open_shop(root: Path, folder: Path) -> Workspace:
    """A workspace with the shop's data loaded; its clock stands at `NOW`."""
    from tools.data.load import load_folder

    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder)
    workspace = Workspace.create(root)
    load_folder(workspace, folder)
    return workspace


def write_files(folder: Path) -> None:
    """The shop as the CSV files that `tools.data.load` reads."""
    rng = np.random.default_rng(7)
    people = [f"h{number:04d}" for number in range(PEOPLE)]
    _write(folder / "people.csv", ("person_id", "country", "time_zone"), [(p, "US", "America/Chicago") for p in people])
    _write(
        folder / "products.csv",
        ("product_id", "department", "category"),
        [("c1", "GROCERY", "COFFEE"), ("b1", "GROCERY", "BREAD")],
    )
    consents = [
        (person, channel, "granted" if rng.random() < share else "withdrawn", "2017-01-02T00:00:00Z")
        for person in people
        for channel, share in (("email", 0.9), ("push", 0.6))
    ]
    _write(folder / "consents.csv", ("person_id", "channel", "status", "recorded_at"), consents)
    _write(
        folder / "identifiers.csv",
        ("person_id", "kind", "value"),
        [(person, "email", f"{person}@shop.invalid") for person in people],
    )
    _write(
        folder / "events.csv", ("person_id", "occurred_at", "basket_id", "product_id", "revenue"), _events(people, rng)
    )


def _events(people: list[str], rng: np.random.Generator) -> list[tuple[str, str, str, str, str]]:
    rows = []
    start = NOW - timedelta(weeks=WEEKS)
    for place, person in enumerate(people):
        keen = 0.03 + 0.3 * (place % 4 == 0)
        for week in range(WEEKS):
            if rng.random() > 0.7:
                continue
            at = (start + timedelta(weeks=week, hours=int(rng.integers(8, 150)))).isoformat()
            basket = f"{person}-{week}"
            rows.append((person, at, basket, "b1", f"{rng.uniform(10, 40):.2f}"))
            if rng.random() < keen:
                rows.append((person, at, basket, "c1", f"{rng.uniform(6, 15):.2f}"))
    rows.append((people[0], NOW.isoformat(), f"{people[0]}-last", "b1", "5.00"))
    return rows


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
