"""Who may be contacted at all: zone, consent per channel and suppression of every person, as known at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import polars as pl

from campaigns.audience import Predicate
from tools.audience.purchases import PurchaseDays
from tools.audience.selection import matching
from tools.data.tables import CONSENT_CHANNELS, MARKETING
from tools.data.warehouse import utc_naive, visible

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SUPPRESSED = r'(?i)"suppressed"\s*:\s*"?(true|1|yes)\b'
"""What marks a person as suppressed in the JSON text of `people.attributes`."""
OPEN_COMPLAINT = r'(?i)"open_complaint"\s*:\s*"?(true|1|yes)\b'
"""What says in the same text that a complaint of the person waits for an answer."""
UNKNOWN_AGE = (0, 150)
"""The years that an unknown age spans."""
CHANNELS = CONSENT_CHANNELS
"""Channels on which a consent is kept; on any other nobody has one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One exclusion: why, how many people it took out, and how many remained; `test` is the digest of the uplift model
    that said so, empty where the query did."""

    reason: str
    removed: int
    remaining: int
    test: str = ""


def contactable_people(con: Backend, now: datetime) -> pl.DataFrame:
    """One row per person, sorted: person_id, country, time_zone (null when unknown), consent_email and consent_push
    (1 granted, 0 withdrawn, -1 unknown), suppressed, region (empty when unknown), age_from and age_to (the years that
    the age band spans; 0 and 150 when it is unknown), open_complaint.

    The newest marketing consent recorded up to `now` counts; of two at the same instant the withdrawal does. A zone
    that is no IANA name is unknown.
    """
    people = (
        con.table("people").select("person_id", "country", "region", "time_zone", "age_band", "attributes").to_polars()
    )
    consents = visible(con, "consents", now)
    consents = consents.filter(consents.purpose == MARKETING, consents.recorded_at <= utc_naive(now))
    newest = (
        consents.select("person_id", "channel", "status", "recorded_at")
        .to_polars()
        .with_columns(granted=(pl.col("status") == "granted").cast(pl.Int8))
        .sort("recorded_at", "granted", descending=[True, False])
        .unique(["person_id", "channel"], keep="first", maintain_order=True)
    )
    for channel in CHANNELS:
        state = newest.filter(pl.col("channel") == channel).select(
            "person_id", pl.col("granted").alias(f"consent_{channel}")
        )
        people = people.join(state, on="person_id", how="left")
    known = pl.col("time_zone").is_in(sorted(available_timezones()))
    return people.sort("person_id").select(
        "person_id",
        "country",
        pl.when(known).then("time_zone").alias("time_zone"),
        *(pl.col(f"consent_{channel}").fill_null(-1).cast(pl.Int8) for channel in CHANNELS),
        suppressed=pl.col("attributes").str.contains(SUPPRESSED).fill_null(False),
        region=pl.col("region").fill_null(""),
        age_from=_years(r"^\s*(\d{1,3})", UNKNOWN_AGE[0]),
        age_to=_years(r"^\s*\d{1,3}\s*-\s*(\d{1,3})\s*$", UNKNOWN_AGE[1]),
        open_complaint=pl.col("attributes").str.contains(OPEN_COMPLAINT).fill_null(False),
    )


def without_ended(people: pl.DataFrame, ended: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """The people with every consent that ended in an earlier campaign (person, channel or `*`) as withdrawn."""
    by_channel = {channel: [person for person, on in ended if on in (channel, "*")] for channel in CHANNELS}
    return people.with_columns(
        pl.when(pl.col("person_id").is_in(by_channel[channel]))
        .then(pl.lit(0, pl.Int8))
        .otherwise(pl.col(f"consent_{channel}"))
        .alias(f"consent_{channel}")
        for channel in CHANNELS
    )


def _years(pattern: str, unknown: int) -> pl.Expr:
    """A bound of `age_band` in years, which reads `25-34` or `65+`."""
    return pl.col("age_band").str.extract(pattern).cast(pl.Int16).fill_null(unknown).clip(*UNKNOWN_AGE)


def in_markets(people: pl.DataFrame, markets: Sequence[str]) -> pl.DataFrame:
    """The people who live in one of the markets (ISO 3166); all of them when no market is named."""
    return people.filter(pl.col("country").is_in(list(markets))) if markets else people


def matched_people(
    people: pl.DataFrame, days: PurchaseDays, predicates: Sequence[Predicate], markets: Sequence[str]
) -> pl.DataFrame:
    """The rows of `people` that live in the markets and meet every predicate."""
    inside = in_markets(people, markets)
    ids = matching(inside["person_id"], days, predicates)
    return inside.filter(pl.col("person_id").is_in(ids.implode()))


def exclude(people: pl.DataFrame, channels: Sequence[str]) -> tuple[pl.DataFrame, tuple[Step, ...]]:
    """The people left after the exclusions in their fixed order: suppressed, unknown zone, no consent on any channel.

    Each person is counted at the first step that takes them out.
    """
    consents = [pl.col(f"consent_{channel}") == 1 for channel in channels if channel in CHANNELS]
    steps = []
    for reason, keep in (
        ("suppressed", ~pl.col("suppressed")),
        ("unknown time zone", pl.col("time_zone").is_not_null()),
        (
            f"no consent on any channel of the plan ({', '.join(channels)})",
            pl.any_horizontal(consents or [pl.lit(False)]),
        ),
    ):
        kept = people.filter(keep)
        steps.append(Step(reason, len(people) - len(kept), len(kept)))
        people = kept
    return people, tuple(steps)
