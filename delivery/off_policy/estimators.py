"""Estimates of what a target policy is worth, from decisions that another policy made.

`w` is the target's probability of the logged action by its propensity, `q` a reward model's table (rows, actions) with
no contact first, `target` the target's probabilities in the same order. Every estimate is a `Ratio` with a row per decision.
"""

from __future__ import annotations

import numpy as np

from campaigns.contact import FloatArray, IntArray
from delivery.off_policy.intervals import Ratio

SWITCHES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
"""Quantiles of the positive weights among which the switch point is chosen, beside never switching."""


def ips(w: FloatArray, reward: FloatArray) -> Ratio:
    """Inverse propensity scoring: mean of w r (Horvitz and Thompson, 1952). Unbiased where the log overlaps."""
    return Ratio(w * reward, np.ones(len(w)))


def snips(w: FloatArray, reward: FloatArray) -> Ratio:
    """Self-normalised: sum of w r by sum of w (Swaminathan and Joachims, 2015). A little bias for less variance."""
    return Ratio(w * reward, w)


def dm(target: FloatArray, q: FloatArray) -> Ratio:
    """Direct method: what the reward model says of the target. As wrong as the model, whatever the size of the log."""
    return Ratio(np.einsum("na,na->n", target, q), np.ones(len(target)))


def dr(w: FloatArray, reward: FloatArray, taken: IntArray, target: FloatArray, q: FloatArray) -> Ratio:
    """Doubly robust (Dudik, Langford and Li, 2011): the model's word, mended by w times what it got wrong.

    `taken` is the column of the logged action. Unbiased with exact propensities, whatever the model.
    """
    return switch_dr(w, reward, taken, target, q, np.inf)


def switch_dr(
    w: FloatArray,
    reward: FloatArray,
    taken: IntArray,
    target: FloatArray,
    q: FloatArray,
    point: float,
    bias: float = 0.0,
) -> Ratio:
    """Doubly robust where w <= `point`, the model's word alone above (Wang, Agarwal and Dudik, 2017).

    `bias` is the bound that goes with the point: the width of the range of rewards times `heavy`.
    """
    left = reward - q[np.arange(len(q)), taken]
    mended = np.where(w <= point, w, 0.0) * left
    return Ratio(np.einsum("na,na->n", target, q) + mended, np.ones(len(w)), bias)


def heavy(target: FloatArray, shares: FloatArray, point: float) -> float:
    """The share of the target's probability that lies on actions whose weight would be above `point`, 0-1."""
    return float(np.where(target > point * shares, target, 0.0).sum(axis=1).mean())


def switch_point(
    w: FloatArray,
    reward: FloatArray,
    taken: IntArray,
    target: FloatArray,
    q: FloatArray,
    shares: FloatArray | None,
    span: float,
) -> tuple[float, float]:
    """The point among the `SWITCHES` quantiles of the weights with the least estimated variance plus squared bound of the
    bias (the same authors' rule), and that bound; `span` is the width of the range of rewards.

    The bound needs the propensities of all actions, `shares`. Without them it could only be estimated from the very
    weights that would be given up, and then exceeds what they add to the variance: nothing is switched (inf and 0).
    """
    if shares is None or not (w > 0).any():
        return np.inf, 0.0
    best, least = (np.inf, 0.0), float(dr(w, reward, taken, target, q).over.var()) / len(w)
    for point in np.unique(np.quantile(w[w > 0], SWITCHES)).tolist():
        bias = span * heavy(target, shares, point)
        cost = float(switch_dr(w, reward, taken, target, q, point).over.var()) / len(w) + bias**2
        if cost < least:
            best, least = (point, bias), cost
    return best


def clipped(w: FloatArray, most: float) -> tuple[FloatArray, float]:
    """Weights cut at `most`, and the share of the target's probability that this cuts off."""
    return np.minimum(w, most), float(np.maximum(w - most, 0.0).mean())
