"""Who meets a population's predicates at an instant: the one place where a predicate becomes a test."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from campaigns.audience import Predicate
from tools.audience.purchases import PurchaseDays


def matching(people: pl.Series, days: PurchaseDays, predicates: Sequence[Predicate], days_ago: int = 0) -> pl.Series:
    """The ids of `people` who met every predicate `days_ago` days before the snapshot, sorted.

    People without a purchase are asked too: they fail a "days since" test unless it includes them, and count 0.
    """
    known = days.as_of(days_ago)
    values = {f"value_{place}": _value(days, predicate) for place, predicate in enumerate(predicates)}
    counted = known.group_by("person_id").agg(**values)
    asked = people.unique().sort().to_frame("person_id").join(counted, on="person_id", how="left")
    tests = [_test(pl.col(f"value_{place}"), predicate) for place, predicate in enumerate(predicates)]
    return asked.filter(pl.all_horizontal(tests))["person_id"]


def _value(days: PurchaseDays, predicate: Predicate) -> pl.Expr:
    bought = pl.col(days.column(predicate.category)).is_not_null()
    if predicate.field == "purchases_in_window":
        within = bought & (pl.col("age") < (predicate.window_days or 0))
        return pl.col("age").filter(within).n_unique()
    return pl.col("age").filter(bought).min()


def _test(value: pl.Expr, predicate: Predicate) -> pl.Expr:
    if predicate.field == "always":
        return pl.lit(True)
    if predicate.field == "purchases_in_window":
        return _compare(value.fill_null(0), predicate)
    return _compare(value, predicate).fill_null(predicate.include_never)


def _compare(value: pl.Expr, predicate: Predicate) -> pl.Expr:
    wanted = predicate.value
    return {
        ">=": value >= wanted, "<=": value <= wanted, "<": value < wanted, ">": value > wanted, "==": value == wanted,
    }[predicate.op]  # fmt: skip
