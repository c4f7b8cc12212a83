"""Paid impressions: a second-price auction against the highest competing bid."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from campaigns.contact import BoolArray, FloatArray, IntArray

AD_GAP_HOURS = 8.0
"""Mean hours between two such impressions of one person (exponential; the authors' judgement)."""
FULL_HOUR = 0.1
"""The share of the audience bid for within an hour at which `auction_pressure` is reached."""
PRESSURE_LEFT = 0.5
"""How much of the pressure of one hour is left in the next (the authors' judgement)."""


def competing_bids(u: FloatArray, median: float, spread: float, log_rise: float) -> FloatArray:
    """The highest competing bid in micros: lognormal, all raised by the same log amount."""
    return np.asarray(median * np.exp(spread * ndtri(u) + log_rise))


def second_price(bid: IntArray, competing: FloatArray) -> tuple[BoolArray, IntArray]:
    """Who wins and what is paid in micros: the competing bid, never above the own one (Vickrey, 1961); losers pay 0."""
    won = bid > competing
    return won, np.where(won, np.ceil(competing), 0).astype(np.int64)


def next_pressure(pressure: float, bids: int, people: int) -> float:
    """The pressure after an hour with so many own bids: half of the last, plus the share bid for over a full hour's."""
    return PRESSURE_LEFT * pressure + bids / max(people, 1) / FULL_HOUR
