"""What was known of each person at an instant: how recently, how often and for how much they bought."""

from __future__ import annotations

import polars as pl

from tools.audience.purchases import PurchaseDays

RECENT_DAYS = 84
"""Days of "recent" trips and spend: twelve weeks."""
PAST_DAYS = 364
"""Days of past conversions: 52 whole weeks, so that every weekday counts alike."""


def features(people: pl.Series, days: PurchaseDays, category: str | None, days_ago: int = 0) -> pl.DataFrame:
    """One row per person of `people`, sorted by id, as of `days_ago` days before the snapshot.

    recency_days (since any purchase; the days observed for people who never bought), baskets_84d and
    spend_84d_micros, pre_conversions and pre_revenue_micros (days with a conversion in the 364 days before, their
    revenue), basket_count and basket_revenue_micros over the same 364 days, and observed_days: how many of those
    364 the data reach back (at least 1).
    """
    observed = max(1, min(PAST_DAYS, days.observed_days - days_ago))
    known = days.as_of(days_ago)
    revenue, converted = pl.col("revenue_micros"), pl.col(days.column(category))
    recent, past = pl.col("age") < RECENT_DAYS, pl.col("age") < PAST_DAYS
    bought = converted.is_not_null() & past
    counted = known.group_by("person_id").agg(
        recency_days=pl.col("age").min(),
        baskets_84d=pl.col("age").filter(recent).n_unique(),
        spend_84d_micros=revenue.filter(recent).sum(),
        pre_conversions=pl.col("age").filter(bought).n_unique(),
        pre_revenue_micros=converted.filter(bought).sum(),
        basket_count=pl.col("age").filter(past).n_unique(),
        basket_revenue_micros=revenue.filter(past).sum(),
    )
    asked = (
        people.unique().sort().to_frame("person_id").join(counted, on="person_id", how="left", maintain_order="left")
    )
    small = ("baskets_84d", "pre_conversions", "basket_count")
    large = ("spend_84d_micros", "pre_revenue_micros", "basket_revenue_micros")
    return asked.select(
        "person_id",
        pl.col("recency_days").fill_null(observed).cast(pl.Int32),
        *(pl.col(name).fill_null(0).cast(pl.Int32) for name in small),
        *(pl.col(name).fill_null(0).cast(pl.Int64) for name in large),
        observed_days=pl.lit(observed, dtype=pl.Int32),
    )


def conversions_after(
    people: pl.Series, days: PurchaseDays, category: str | None, days_ago: int, horizon: int
) -> pl.DataFrame:
    """person_id, conversions and revenue_micros in the `horizon` days that began `days_ago` days before the snapshot."""
    converted = pl.col(days.column(category))
    within = converted.is_not_null() & (pl.col("age") < days_ago) & (pl.col("age") >= days_ago - horizon)
    counted = (
        days.frame.filter(within)
        .group_by("person_id")
        .agg(conversions=pl.col("age").n_unique(), revenue_micros=converted.sum())
    )
    asked = (
        people.unique().sort().to_frame("person_id").join(counted, on="person_id", how="left", maintain_order="left")
    )
    return asked.select(
        "person_id",
        pl.col("conversions").fill_null(0).cast(pl.Int32),
        pl.col("revenue_micros").fill_null(0).cast(pl.Int64),
    )
