"""The same population at earlier instants, and what those people bought afterwards without this campaign."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from campaigns.errors import BadInput
from campaigns.workspace import Workspace, instant
from tools.audience.features import RECENT_DAYS, conversions_after, features
from tools.audience.population import Population
from tools.audience.purchases import PurchaseDays, purchase_days
from tools.audience.selection import matching
from tools.data.warehouse import connect

SCHEMA = {
    "origin": pl.Datetime("us", "UTC"),
    "person_id": pl.String,
    "recency_days": pl.Int32,
    "baskets_84d": pl.Int32,
    "spend_84d_micros": pl.Int64,
    "pre_conversions": pl.Int32,
    "observed_days": pl.Int32,
    "conversion_rate": pl.Float64,
    "conversions": pl.Int32,
    "revenue_micros": pl.Int64,
    "horizon_days": pl.Int32,
}


def history(
    ws: Workspace, population: Population, now: datetime, horizon_days: int, max_origins: int = 6
) -> pl.DataFrame:
    """One row per origin and person who met the population's predicates then, oldest origin first.

    Origins lie `horizon_days` apart, the newest one horizon before `now`, so that no horizon overlaps another or
    reaches past `now`; an origin counts only when the data reach back far enough before it for the predicates and
    for twelve weeks of features (an empty frame when none does). `conversion_rate` is the plain past rate
    (pre_conversions / observed_days), `conversions` and `revenue_micros` are counted in the `horizon_days` after the
    origin. No campaign is taken out: other campaigns of the time are part of what people did anyway.
    """
    con = connect(ws)
    try:
        categories = [p.category for p in population.predicates if p.category]
        days = purchase_days(con, now, [*categories, *([population.category] if population.category else [])])
        people = con.table("people").select("person_id").to_polars()["person_id"]
    finally:
        con.disconnect()
    return history_of(people, days, population, horizon_days, max_origins)


def history_of(
    people: pl.Series, days: PurchaseDays, population: Population, horizon_days: int, max_origins: int = 6
) -> pl.DataFrame:
    """`history` over person-days that were read already."""
    if horizon_days < 1 or max_origins < 1:
        raise BadInput(
            f"A history of {max_origins} origins of {horizon_days} days cannot be made; both must be at least 1."
        )
    needed = max(RECENT_DAYS, population.lookback_days)
    parts = []
    for number in range(max_origins, 0, -1):
        ago = number * horizon_days
        if days.observed_days - ago < needed:
            continue
        matched = matching(people, days, population.predicates, ago)
        known = features(matched, days, population.category, ago)
        after = conversions_after(matched, days, population.category, ago, horizon_days)
        parts.append(
            known.join(after, on="person_id", how="left", maintain_order="left").with_columns(
                origin=pl.lit(instant(days.now) - timedelta(days=ago)).cast(SCHEMA["origin"]),
                conversion_rate=pl.col("pre_conversions") / pl.col("observed_days"),
                horizon_days=pl.lit(horizon_days, dtype=pl.Int32),
            )
        )
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    return pl.concat(part.select(*SCHEMA) for part in parts)
