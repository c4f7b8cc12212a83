"""How people answer, effect by effect: small functions on columns; `README.md` draws how they meet.

Probabilities are fractions, times days, money micros. Where a function's form is not a plain definition, its
source is named; where nobody measured it here, it says so, and its parameter is a prior.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from campaigns.contact import FloatArray, IntArray

PLAIN_DAYS = 14
"""Within how many days a click without an offer can end in a purchase."""
OPEN_HOURS = 6.0
"""Mean hours from delivery to a message's being read (exponential; the authors' judgement)."""
CLICK_MINUTES = 3.0
"""Mean minutes from reading to clicking (exponential; the authors' judgement)."""

ShapeName = Literal["odds", "threshold", "saturating"]


def rate_multiplier(u: FloatArray, shape: float) -> FloatArray:
    """How much more or less than expected each person buys: gamma of mean 1 and this shape (NBD; Ehrenberg, 1959)."""
    return np.asarray(gammaincinv(shape, u) / shape)


def gap_days(u: FloatArray, rate: FloatArray) -> FloatArray:
    """Days to the next own purchase at a rate per day: exponential."""
    return np.asarray(-np.log(u) / rate)


def lognormal_value(mean: FloatArray | IntArray, log_sd: float, u: FloatArray) -> IntArray:
    """Micros paid: lognormal around each person's own mean, so that its expectation is that mean."""
    return np.asarray(np.rint(mean * np.exp(log_sd * ndtri(u) - log_sd**2 / 2)), np.int64)


def recovered(fatigue: FloatArray, days: FloatArray, halflife: float) -> FloatArray:
    """What is left of fatigue after some days of rest; each message adds 1."""
    return np.asarray(fatigue * np.exp2(-days / halflife))


def attention(base: FloatArray, fatigue: FloatArray, per_contact: float) -> FloatArray:
    """Chance that a delivered message is read: falls exponentially with recent messages."""
    return np.asarray(base * np.exp(-per_contact * fatigue))


def annoyance(base: float, fatigue: FloatArray, per_contact: float) -> FloatArray:
    """Chance of leaving or complaining: rises with fatigue as attention falls, at most 1."""
    return np.minimum(base * np.exp(per_contact * fatigue), 1.0)


def raised_odds(chance: FloatArray, ratio: FloatArray) -> FloatArray:
    """A chance after its odds were multiplied by a ratio (> 0)."""
    return np.asarray(chance * ratio / (1 - chance + chance * ratio))


def odds_click(base: FloatArray, ratio: FloatArray, earlier: IntArray) -> FloatArray:  # noqa: ARG001
    """The twin's click response: the base chance with its odds raised by person and creative."""
    return raised_odds(base, ratio)


def threshold_click(base: FloatArray, ratio: FloatArray, earlier: IntArray) -> FloatArray:  # noqa: ARG001
    """Another truth: only the readier half answers, twice as often, and how ready does not matter."""
    return np.where(ratio >= 1, np.minimum(2 * base, 1.0), 0.0)


def saturating_click(base: FloatArray, ratio: FloatArray, earlier: IntArray) -> FloatArray:
    """Another truth: the twin's response divided by one plus half the messages the person had before."""
    return np.asarray(raised_odds(base, ratio) / (1 + 0.5 * earlier))


CLICK_SHAPES: dict[ShapeName, Callable[[FloatArray, FloatArray, IntArray], FloatArray]] = {
    "odds": odds_click,
    "threshold": threshold_click,
    "saturating": saturating_click,
}


def creative_ratio(u: FloatArray, spread: float) -> FloatArray:
    """Odds ratio of a creative's clicks: lognormal of median 1; equal creatives have equal `u`."""
    return np.asarray(np.exp(spread * ndtri(u)))


def delay_days(u: FloatArray, limit: FloatArray, log_mean: float, log_sd: float) -> FloatArray:
    """Days from click to purchase: lognormal, cut off at `limit` days (an offer's validity)."""
    inside = ndtr((np.log(limit) - log_mean) / log_sd)
    return np.asarray(np.exp(log_mean + log_sd * ndtri(u * inside)))
