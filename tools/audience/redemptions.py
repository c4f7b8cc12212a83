"""How readily people answered earlier campaigns: shares of campaigns redeemed, shrunk towards everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.data.warehouse import utc_naive, visible

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

Column = npt.NDArray[np.float64]

LEAST_STRENGTH, MOST_STRENGTH = 2.0, 50.0
"""Bounds (in campaigns) on how much of everybody's share is lent to each person."""
LEAST_ODDS, MOST_ODDS = 0.2, 5.0
"""Bounds on relative odds before they are scaled to mean 1; a few campaigns cannot show more."""


@dataclass(frozen=True, slots=True)
class Redemptions:
    """Campaigns received and redeemed per person (person_id, received, redeemed), as known at an instant."""

    frame: pl.DataFrame

    def of(self, people: pl.Series) -> pl.DataFrame:
        """received and redeemed of each person in the order given, 0 for those who received none."""
        asked = people.to_frame("person_id").join(self.frame, on="person_id", how="left", maintain_order="left")
        return asked.with_columns(pl.col("received", "redeemed").fill_null(0))

    def responsiveness(self, people: pl.Series) -> Column:
        """Odds of redeeming a campaign relative to the mean of these people: positive, mean 1.

        All 1 where no campaign was redeemed, or every one: then nobody differs from anybody.

        Shares are posterior means of a beta-binomial whose prior is fitted to everybody by moments (Kleinman, 1973).
        """
        received, redeemed = (self.frame[name].cast(pl.Float64).to_numpy() for name in ("received", "redeemed"))
        if not 0 < redeemed.sum() < received.sum() or not len(people):
            return np.ones(len(people))
        mean = float(redeemed.sum() / received.sum())
        strength = _strength(received, redeemed, mean)
        own = self.of(people)
        share = (own["redeemed"].to_numpy() + strength * mean) / (own["received"].to_numpy() + strength)
        odds = share / (1 - share)
        return _mean_one(np.clip(odds / odds.mean(), LEAST_ODDS, MOST_ODDS))


def redemptions(con: Backend, now: datetime) -> Redemptions:
    """Distinct campaigns per person up to `now`; a campaign that was redeemed was received."""
    events = visible(con, "events", now)
    events = events.filter(events.kind.isin(["campaign", "redemption"]), events.occurred_at <= utc_naive(now))
    events = events.filter(events.campaign_id.notnull())
    per_campaign = events.group_by("person_id", "campaign_id").aggregate(
        redeemed=(events.kind == "redemption").any().cast("int32")
    )
    counted = per_campaign.group_by("person_id").aggregate(
        received=per_campaign.count().cast("int32"), redeemed=per_campaign.redeemed.sum().cast("int32")
    )
    return Redemptions(counted.to_polars().sort("person_id"))


def _strength(received: Column, redeemed: Column, mean: float) -> float:
    """The number of campaigns' worth of prior that explains how much shares differ between people."""
    if not 0 < mean < 1:
        return MOST_STRENGTH
    share = redeemed / received
    spread = float(np.average((share - mean) ** 2, weights=received))
    chance = mean * (1 - mean)
    sampling = len(received) / float(received.sum())
    between = (spread / chance - sampling) / (1 - sampling) if sampling < 1 else 0.0
    return float(np.clip(1 / between - 1, LEAST_STRENGTH, MOST_STRENGTH)) if between > 0 else MOST_STRENGTH


def _mean_one(odds: Column) -> Column:
    return np.asarray(odds / odds.mean())
