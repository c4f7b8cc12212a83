"""A made-up ledger: campaigns with known shares of redemption, purchases at known rates."""

from __future__ import annotations

import numpy as np

from simulator.past_campaigns import Design, Ledger, PastCampaign

START = 17_000.0


def books(
    campaigns: int, people: int = 400, share: float = 0.2, seed: int = 1, each: int = 120, days: float = 30.0
) -> Ledger:
    """A year of purchases of everybody once a week or so, and campaigns two weeks apart from day 90 on."""
    rng = np.random.default_rng(seed)
    made, person, campaign, day = [], [], [], []
    for number in range(campaigns):
        reached = np.sort(rng.choice(people, size=min(each, people), replace=False))
        start = START + 90 + 14 * number
        made.append(PastCampaign(f"c{number:02d}", start, Design(days, "A", 20), reached))
        hit = reached[rng.random(len(reached)) < share]
        person.append(hit)
        campaign.append(np.full(len(hit), number))
        day.append(start + np.minimum(rng.exponential(10, len(hit)), days - 0.5))
    bought = np.repeat(np.arange(people), 50)
    at = START + rng.random(len(bought)) * 365
    redeemed_day = np.concatenate([np.zeros(0), *day])
    return Ledger(
        people=tuple(f"h{n:04d}" for n in range(people)),
        campaigns=tuple(made),
        bought_person=bought,
        bought_day=at,
        bought_known=at + 0.1,
        bought_micros=np.rint(rng.lognormal(17, 0.6, len(bought))),
        redeemed_person=np.concatenate([np.zeros(0, np.int64), *person]).astype(np.int64),
        redeemed_campaign=np.concatenate([np.zeros(0, np.int64), *campaign]).astype(np.int64),
        redeemed_day=redeemed_day,
        redeemed_known=redeemed_day + 1.0,
        opens=START,
        closes=START + 365,
    )
