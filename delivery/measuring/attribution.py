"""Attribution by clicks: how last click, first click and linear would credit the messages. Biased, and never a result.

Each gives a whole credit to every conversion that follows a click within `LOOKBACK`, also to those that would have
happened anyway; only the control group tells these apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from campaigns.border import Border
from campaigns.contact import FloatArray
from campaigns.creative import Creative
from delivery.measuring.touches import Touches

LOOKBACK = 30 * 86_400
"""Seconds before a conversion in which a click is credited."""
BIASED = "biased: counts what would have come anyway"
Model = Literal["last click", "first click", "linear"]
MODELS: tuple[Model, ...] = ("last click", "first click", "linear")


class Credit(Border):
    """What one model credits: `conversions` (shares of a conversion add up) and `revenue` (micros), in all and per variant.

    `label` says in the same line that it is biased, and is shown wherever the number is.
    """

    model: Model
    conversions: float
    revenue: float
    by_creative: dict[str, float]
    label: str = BIASED


def credits(touched: Touches, creatives: Sequence[Creative]) -> tuple[Credit, ...]:
    """What each of the three models credits to this plan's messages."""
    shares = {model: np.zeros((len(creatives), 2)) for model in MODELS}
    order = np.lexsort((touched.click_at, touched.click_row))
    rows, at, action = touched.click_row[order], touched.click_at[order], touched.click_action[order]
    starts = np.searchsorted(rows, touched.bought_row, "left")
    ends = np.searchsorted(rows, touched.bought_row, "right")
    for start, end, when, revenue in zip(
        starts.tolist(), ends.tolist(), touched.bought_at.tolist(), touched.bought_revenue.tolist(), strict=True
    ):
        within = slice(
            start + int(np.searchsorted(at[start:end], when - LOOKBACK, "left")),
            start + int(np.searchsorted(at[start:end], when, "right")),
        )
        before = action[within]
        if len(before):
            worth = np.array([1.0, revenue])
            shares["last click"][before[-1]] += worth
            shares["first click"][before[0]] += worth
            np.add.at(shares["linear"], before, worth / len(before))
    return tuple(_credit(model, shares[model], creatives) for model in MODELS)


def _credit(model: Model, share: FloatArray, creatives: Sequence[Creative]) -> Credit:
    return Credit(
        model=model,
        conversions=float(share[:, 0].sum()),
        revenue=float(share[:, 1].sum()),
        by_creative={creative.creative_id: float(share[place, 0]) for place, creative in enumerate(creatives)},
    )
