"""Purchases as person-days: one row per person and day with what was spent, in total and on each category asked for.

A day is 24 hours counted back from `now`, so that `age` (whole days ago) means the same at every origin. All of a
person's baskets of one day are one basket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from tools.data.warehouse import utc_naive, visible

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class PurchaseDays:
    """Person-days known at `now`.

    `frame` has person_id, age (whole days before `now` at which it was bought), known_age (at which it was known),
    revenue_micros, and per category of `categories` a column `category_<place>` with its revenue, null when none was
    bought. `observed_days` is the age of the oldest purchase of anybody.
    """

    now: datetime
    categories: tuple[str, ...]
    frame: pl.DataFrame
    observed_days: int

    def column(self, category: str | None) -> str:
        """The column whose non-null values are conversions: of a category, or of anything."""
        return "revenue_micros" if category is None else f"category_{self.categories.index(category)}"

    def as_of(self, days_ago: int) -> pl.DataFrame:
        """The person-days that were known `days_ago` days before `now`, with `age` counted from there."""
        known = self.frame if not days_ago else self.frame.filter(pl.col("known_age") >= days_ago)
        return known.with_columns(age=pl.col("age") - days_ago).filter(pl.col("age") >= 0)


def purchase_days(con: Backend, now: datetime, categories: Sequence[str]) -> PurchaseDays:
    """One aggregation in the warehouse over every purchase known at `now`; categories are names of the products table."""
    import ibis

    at = utc_naive(now)
    second = ibis.literal(at).epoch_seconds()
    events = visible(con, "events", now)
    events = events.filter(events.kind == "purchase", events.occurred_at <= at)
    rows = events.select(
        "person_id",
        "product_id",
        age=((second - events.occurred_at.epoch_seconds()) // DAY_SECONDS).cast("int32"),
        known_age=((second - events.arrived_at.epoch_seconds()) // DAY_SECONDS).cast("int32"),
        revenue=events.revenue_micros.fill_null(0),
    )
    wanted = tuple(sorted(set(categories)))
    sums = {"revenue_micros": rows.revenue.sum().cast("int64")}
    if wanted:
        products = con.table("products")
        named = products.filter(products.category.isin(wanted)).select("product_id", "category").distinct()
        rows = rows.left_join(named, "product_id").drop("product_id_right")
        sums = {"revenue_micros": rows.revenue.sum().cast("int64")}
        for place, name in enumerate(wanted):
            sums[f"category_{place}"] = rows.revenue.sum(where=rows.category == name).cast("int64")
    frame = rows.group_by("person_id", "age", "known_age").aggregate(**sums).to_polars()
    oldest = frame["age"].max()
    return PurchaseDays(
        now, wanted, frame.sort("person_id", "age", "known_age"), int(str(oldest)) if oldest is not None else 0
    )
