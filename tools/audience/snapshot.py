"""The people of a plan, frozen: one row per person after the exclusions, in a file named by the digest of its rows."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from campaigns.audience import Predicate
from campaigns.border import digest
from campaigns.brief import Brief
from campaigns.store import Store
from campaigns.workspace import Workspace, instant
from tools.audience.canonical import rounded, rows_digest
from tools.audience.contactability import (
    Step,
    contactable_people,
    exclude,
    in_markets,
    matched_people,
    without_ended,
)
from tools.audience.errors import EmptyAudience, SnapshotDamaged
from tools.audience.features import features
from tools.audience.history import history_of
from tools.audience.population import Population
from tools.audience.purchases import PurchaseDays, purchase_days
from tools.audience.redemptions import Redemptions, redemptions
from tools.audience.sparing import prices, spare
from tools.audience.worth import contact_value, mean_value, segments, shrunken_value
from tools.data.version import data_version
from tools.data.warehouse import connect
from tools.prediction.organic import OrganicModel, fit_organic
from tools.prediction.uplift_kept import KeptUplift, kept_of

SCHEMA = {
    "person_id": pl.String, "country": pl.String, "time_zone": pl.String, "consent_email": pl.Int8,
    "consent_push": pl.Int8, "suppressed": pl.Boolean, "segment": pl.String, "recency_days": pl.Int32,
    "baskets_84d": pl.Int32, "spend_84d_micros": pl.Int64, "pre_conversions": pl.Int32, "pre_margin_micros": pl.Int64,
    "conversion_rate": pl.Float64, "conversion_value_micros": pl.Int64, "basket_value_micros": pl.Int64,
    "responsiveness": pl.Float64, "observed_days": pl.Int32, "region": pl.String, "age_from": pl.Int16,
    "age_to": pl.Int16, "open_complaint": pl.Boolean,
}  # fmt: skip
"""A snapshot's columns. `observed_days` says how many of the 364 days behind `pre_conversions` the data reach back.

Region and age say which laws reach a person and what may be sold to them; nothing is predicted or chosen from them."""
SHORTEST, LONGEST = 7, 91
"""Bounds (days) on the horizon over which purchases without contact are learned."""


@dataclass(frozen=True, slots=True)
class TakenSnapshot:
    """A snapshot that was just written, and everything that was counted on the way.

    `matched` people met the predicates, `exclusions` lead from there to the frame's rows. `history` holds the same
    definition at earlier origins over `horizon_days`, `organic` the model fitted to it, `redeemed` campaigns received
    and redeemed by the frame's people. `query_ref` is the digest of the predicates, markets, instant and data, `uplift` what
    a randomised test said of who is left out, None where the workspace keeps none.
    """

    frame: pl.DataFrame
    snapshot_id: str
    matched: int
    exclusions: tuple[Step, ...]
    horizon_days: int
    history: pl.DataFrame
    organic: OrganicModel
    redeemed: pl.DataFrame
    query_ref: str
    uplift: KeptUplift | None = None

    @property
    def size(self) -> int:
        """People in the snapshot, holdouts included."""
        return len(self.frame)


def take(ws: Workspace, brief: Brief, now: datetime, population: Population) -> TakenSnapshot:
    """The people who meet the population's predicates at `now` and may be contacted, written to the workspace.

    Where the workspace keeps an uplift, whom it says a contact harms or does not pay for is left out (`sparing.spare`).
    The same data, brief and instant give the same id and bytes. EmptyAudience when nobody matches or remains;
    NoEvidence when nobody ever bought what is to be sold.
    """
    named = {p.category for p in population.predicates if p.category} | ({population.category} - {None})
    con = connect(ws)
    try:
        days = purchase_days(con, now, sorted(str(name) for name in named))
        everybody = without_ended(contactable_people(con, now), Store(ws).ended_consents(now))
        answered = redemptions(con, now)
    finally:
        con.disconnect()
    matched = matched_people(everybody, days, population.predicates, brief.markets)
    if matched.is_empty():
        raise EmptyAudience(
            f"Nobody of {len(everybody)} people is in the population {brief.population!r} at {instant(now):%Y-%m-%d}; widen it."
        )
    kept, steps = exclude(matched, brief.channels)
    if kept.is_empty():
        taken = ", ".join(f"{step.removed} {step.reason}" for step in steps if step.removed)
        raise EmptyAudience(
            f"All {len(matched)} people of the population {brief.population!r} are excluded ({taken}); widen it or the channels."
        )
    horizon = min(max((brief.window.end - instant(now).date()).days + 1, SHORTEST), LONGEST)
    past = history_of(in_markets(everybody, brief.markets)["person_id"], days, population, horizon)
    organic = fit_organic(past)
    frame = _rows(kept, everybody["person_id"], days, population, organic, answered, ws.settings.margin_rate)
    uplift = kept_of(ws)
    if uplift is not None:
        frame, spared = spare(frame, uplift, brief.channels, prices(ws.settings))
        steps += spared
        if frame.is_empty():
            raise EmptyAudience(
                f"All {len(kept)} people of the population {brief.population!r} who may be contacted are left out: by the "
                f"randomised test {uplift.source} a message brings none of them what it costs; contact nobody, or widen it."
            )
        frame = _tiers(frame)
    snapshot_id = rows_digest(frame)
    _write(frame, path_of(ws, snapshot_id))
    return TakenSnapshot(
        frame=frame,
        snapshot_id=snapshot_id,
        matched=len(matched),
        exclusions=steps,
        horizon_days=horizon,
        history=past,
        organic=organic,
        redeemed=answered.of(frame["person_id"]),
        query_ref=query_ref(ws, brief, now, population.predicates),
        uplift=uplift,
    )


def load(ws: Workspace, snapshot_id: str) -> pl.DataFrame:
    """The rows of a snapshot; SnapshotDamaged when its file is missing, unreadable or holds other rows than its id says."""
    if not re.fullmatch(r"[0-9a-f]{16}", snapshot_id):
        raise SnapshotDamaged(f"{snapshot_id!r} is no snapshot id (16 hex digits); take the one that the plan names.")
    path = path_of(ws, snapshot_id)
    try:
        frame = pl.read_parquet(path)
    except FileNotFoundError:
        raise SnapshotDamaged(f"The snapshot {snapshot_id} is not in {path.parent}; plan the goal again.") from None
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise SnapshotDamaged(f"The snapshot {path} cannot be read ({reason}); plan the goal again.") from None
    if (
        dict(frame.schema) != SCHEMA
        or any(column.null_count() for column in frame.iter_columns())
        or rows_digest(frame) != snapshot_id
    ):
        raise SnapshotDamaged(f"The rows of the snapshot {path} are not those it was made with; plan the goal again.")
    return frame


def path_of(ws: Workspace, snapshot_id: str) -> Path:
    """The snapshot's file."""
    return ws.folder("snapshots") / f"{snapshot_id}.parquet"


def query_ref(ws: Workspace, brief: Brief, now: datetime, predicates: tuple[Predicate, ...]) -> str:
    """16 hex digits of what was asked: predicates, markets, channels, instant and the data's version."""
    asked = {
        "predicates": [predicate.plain() for predicate in predicates],
        "markets": list(brief.markets),
        "channels": list(brief.channels),
        "now": instant(now).isoformat(),
        "data_version": data_version(ws),
    }
    return digest(asked, 16)


def _rows(
    kept: pl.DataFrame,
    everybody: pl.Series,
    days: PurchaseDays,
    population: Population,
    organic: OrganicModel,
    answered: Redemptions,
    margin_rate: float,
) -> pl.DataFrame:
    category = population.category
    all_known = features(everybody, days, category)
    known = features(kept["person_id"], days, category)
    typical = mean_value(all_known["pre_revenue_micros"], all_known["pre_conversions"], category or "anything")
    basket = mean_value(all_known["basket_revenue_micros"], all_known["basket_count"], "anything")
    conversion_value = shrunken_value(known["pre_revenue_micros"], known["pre_conversions"], typical)
    basket_value = shrunken_value(known["basket_revenue_micros"], known["basket_count"], basket)
    responsiveness = answered.responsiveness(known["person_id"])
    tiers = segments(contact_value(responsiveness, conversion_value, basket_value))
    frame = kept.join(known, on="person_id", how="left", maintain_order="left").with_columns(
        segment=pl.Series(tiers),
        pre_margin_micros=pl.Series(np.rint(known["pre_revenue_micros"].to_numpy() * margin_rate).astype(np.int64)),
        conversion_rate=pl.Series(organic.rate(known)),
        conversion_value_micros=pl.Series(conversion_value),
        basket_value_micros=pl.Series(basket_value),
        responsiveness=pl.Series(responsiveness),
    )
    return rounded(frame.select(*SCHEMA))


def _tiers(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its value tiers as thirds of the people who are in it."""
    value = contact_value(
        *(frame[name].to_numpy() for name in ("responsiveness", "conversion_value_micros", "basket_value_micros"))
    )
    return frame.with_columns(segment=pl.Series(segments(value), dtype=pl.String))


def _write(frame: pl.DataFrame, path: Path) -> None:
    """Write beside and rename, so that a killed process never leaves half a snapshot under its name."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    frame.write_parquet(beside, compression="zstd", statistics=False)
    os.replace(beside, path)
