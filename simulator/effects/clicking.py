"""Whether a message that was noticed is clicked: person, creative, the match of both, and other worlds' shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import ndtri

from campaigns.contact import FloatArray, IntArray

ShapeName = Literal["odds", "threshold", "saturating"]


def raised_odds(chance: FloatArray, ratio: FloatArray) -> FloatArray:
    """A chance after its odds were multiplied by a ratio (> 0)."""
    return np.asarray(chance * ratio / (1 - chance + chance * ratio))


def creative_ratio(u: FloatArray, spread: float) -> FloatArray:
    """Odds ratio of a creative's clicks: lognormal of median 1; equal creatives have equal `u`."""
    return np.asarray(np.exp(spread * ndtri(u)))


def taste_ratio(u: FloatArray, spread: float) -> FloatArray:
    """Odds ratio of one person's liking for one tone: lognormal of mean 1, whatever the spread."""
    return np.asarray(np.exp(spread * ndtri(u) - spread**2 / 2))


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
