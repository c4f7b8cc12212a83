"""What past campaigns tell of responses: how often an offer is used, of the people who got it.

Nobody was left out by lot in them, so their causal lift is not identified, and nor are reading or clicking, which
were not recorded. Redemptions per person reached tell the product of clicks and purchases per click.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.special import betaln

from campaigns.contact import FloatArray
from campaigns.workspace import Workspace
from tools.data.warehouse import connect, rows, utc_naive
from tools.prediction.priors import Prior

FEWEST_CAMPAIGNS = 3
"""Campaigns below which how much they differ among themselves cannot be told from how much chance makes them."""
RUN_DAYS = 28
"""A campaign counts once it is this old: nearly all of its redemptions are in."""
NUISANCE = (
    Prior("past_clicks", "lognormal", 0.22, 0.13, "uses considered per person reached by a past campaign",
          "not recorded; about eight messages at the other priors"),
    Prior("past_alike", "lognormal", 25.0, 25.0, "how alike past campaigns are, in people", "wide on purpose"),
)  # fmt: skip
MOVES = ("convert_offer",)


@dataclass(frozen=True, slots=True)
class PastCounts:
    """Per past campaign, people reached and people who redeemed (parallel)."""

    reached: tuple[int, ...]
    redeemed: tuple[int, ...]

    @property
    def enough(self) -> bool:
        """Whether they can teach anything."""
        return len(self.reached) >= FEWEST_CAMPAIGNS

    def sentence(self) -> str:
        """What they rest on, or why they teach nothing."""
        count = len(self.reached)
        if not self.enough:
            return f"Past campaigns that are {RUN_DAYS} days old or more: {count}, and {FEWEST_CAMPAIGNS} are needed to learn from them."
        share = sum(self.redeemed) / sum(self.reached)
        return f"{count} past campaigns: {sum(self.redeemed):,} of {sum(self.reached):,} people reached redeemed ({share:.1%})."


def past_counts(ws: Workspace, now: datetime) -> PastCounts:
    """Reached and redeemed people of every campaign that was over long enough, as known at `now`."""
    at = f"TIMESTAMP '{utc_naive(now).isoformat(sep=' ')}'"
    con = connect(ws)
    try:
        found = rows(
            con,
            "WITH c AS (SELECT DISTINCT campaign_id, person_id FROM events WHERE kind = 'campaign' AND campaign_id IS NOT NULL "
            f"AND arrived_at <= {at}), r AS (SELECT DISTINCT campaign_id, person_id FROM events WHERE kind = 'redemption' "
            f"AND arrived_at <= {at}), old AS (SELECT campaign_id FROM events WHERE kind = 'campaign' GROUP BY 1 "
            f"HAVING min(occurred_at) <= {at} - INTERVAL {RUN_DAYS} DAY) SELECT campaign_id, count(*), count(r.person_id) "
            "FROM c JOIN old USING (campaign_id) LEFT JOIN r USING (campaign_id, person_id) GROUP BY 1 ORDER BY 1",
        )
    finally:
        con.disconnect()
    return PastCounts(tuple(int(str(row[1])) for row in found), tuple(int(str(row[2])) for row in found))


def log_likelihood(counts: PastCounts, given: Mapping[str, FloatArray]) -> FloatArray:
    """Beta-binomial over campaigns, each with its own rate around the common one (Skellam, 1948), up to a constant."""
    rate = np.clip(-np.expm1(-given["past_clicks"] * given["convert_offer"]), 1e-9, 1 - 1e-9)
    a, b = rate * given["past_alike"], (1 - rate) * given["past_alike"]
    total = np.zeros(len(rate))
    for reached, redeemed in zip(counts.reached, counts.redeemed, strict=True):
        total += betaln(redeemed + a, reached - redeemed + b) - betaln(a, b)
    return total
