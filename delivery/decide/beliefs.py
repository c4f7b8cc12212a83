"""What is believed of the actions before and after their answers: how far each lies above or below what was expected.

Four ratios per arm, 1 where everything comes as the response priors say: clicks per message, orders per click, margin
per order, offer cost per click. An arm is a creative at a kind of send moment. Its ratio is 1 plus deviations of its channel, its offer,
its creative, its moment and its own, Gaussian, so that arms learn from those they share something with (Lindley and
Smith, 1972). Counts are Poisson, so that the precision of an observed ratio is the count that was expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from campaigns.contact import BoolArray, FloatArray, IntArray
from tools.prediction.priors import PRIOR

CLICKS, ORDERS, MARGIN, OFFERS = range(4)
"""The four ratios, by their place."""
RATIOS = 4
ORDERS_SPREAD = 0.3
"""Spread of orders per click between creatives (the authors' judgement): a title can draw the wrong clicks."""
MARGIN_SPREAD = 0.1
"""Spread of margin per order between kinds of offers, and between creatives (the authors' judgement)."""
MOMENT_SPREAD = PRIOR["hour_swing"].mean
"""Spread of a ratio between kinds of send moments: that of attention over the hours."""
OWN_SPREAD = 0.05
"""Spread of a ratio between arms with the same channel, offer, creative and moment (the authors' judgement)."""


Known = Mapping[str, tuple[float, float]]
"""Mean and standard deviation of what arms share, relative to the priors' mean: `clicks CHANNEL`, `orders with offer`,
`orders without offer`, `incremental`."""
_ORDERS = {True: "orders with offer", False: "orders without offer"}
_CONVERT = {True: "convert_offer", False: "convert_plain"}


@dataclass(frozen=True, slots=True)
class Arm:
    """What an arm shares with others: its channel, its offer ("" for none), its creative and its kind of moment."""

    channel: str
    offer: str
    creative: str
    moment: str


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Gaussian beliefs about the four ratios: `mean` (4, arms) and `covariance` (4, arms, arms)."""

    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def prior(cls, arms: Sequence[Arm], known: Known | None = None) -> Beliefs:
        """From the documented response priors: everything as expected, spread as those say; `known` takes their place."""
        surer = known or {}
        by_channel = [surer.get(f"clicks {arm.channel}") or (1.0, _of_clicks(arm.channel)) for arm in arms]
        by_offer = [surer.get(_ORDERS[bool(arm.offer)]) or (1.0, _relative(_CONVERT[bool(arm.offer)])) for arm in arms]
        share, unsure = surer.get("incremental") or (1.0, _relative("incremental_share"))
        (seen_mean, seen), (bought_mean, bought) = (np.array(one).T for one in (by_channel, by_offer))
        creative = _same([f"{arm.channel} {arm.creative}" for arm in arms])
        rest = MOMENT_SPREAD**2 * _same([arm.moment for arm in arms]) + OWN_SPREAD**2 * np.eye(len(arms))
        clicks = _same([arm.channel for arm in arms]) * np.outer(seen, seen)
        clicks = clicks + PRIOR["creative_spread"].mean ** 2 * creative
        offer = _same([str(bool(arm.offer)) for arm in arms])
        orders = offer * np.outer(bought, bought) + unsure**2 + ORDERS_SPREAD**2 * creative
        margin = MARGIN_SPREAD**2 * (1 + offer + creative)
        mean = np.stack([seen_mean, bought_mean * share, np.ones(len(arms)), bought_mean])
        return cls(mean, np.stack([clicks, orders, margin, orders]) + rest)

    def given(self, expected: FloatArray, observed: FloatArray) -> Beliefs:
        """After data, both (4, arms): `expected` counts under a ratio of 1, `observed` counts in the same unit."""
        scaled = np.eye(self.mean.shape[1]) + self.covariance * expected[:, None, :]
        covariance = np.linalg.solve(scaled, self.covariance)
        covariance = (covariance + covariance.transpose(0, 2, 1)) / 2
        news = observed - expected * self.mean
        return replace(self, mean=self.mean + np.einsum("rij,rj->ri", covariance, news), covariance=covariance)

    def believed(self, weight: float) -> Beliefs:
        """The same means, `weight` (above 0) times as sure: variances by it."""
        return replace(self, covariance=self.covariance / weight)

    def of(self, arms: BoolArray | IntArray) -> Beliefs:
        """The beliefs about some of the arms alone."""
        places = np.flatnonzero(arms) if arms.dtype == bool else arms
        return Beliefs(self.mean[:, places], self.covariance[:, places[:, None], places])

    def draws(self, count: int, seed: tuple[int, int]) -> FloatArray:
        """`count` draws of every ratio, shape (4, count, arms); none below 0."""
        root = np.linalg.cholesky(self.covariance)
        normal = np.random.default_rng(seed).standard_normal((RATIOS, count, self.mean.shape[1]))
        return np.asarray(np.maximum(self.mean[:, None] + np.matmul(normal, root.transpose(0, 2, 1)), 0.0))


def _of_clicks(channel: str) -> float:
    return float(np.hypot(_relative(f"attention_{channel}"), _relative(f"click_{channel}")))


def _relative(name: str) -> float:
    return PRIOR[name].sd / PRIOR[name].mean


def _same(names: Sequence[str]) -> FloatArray:
    codes = np.unique(np.array(names), return_inverse=True)[1]
    return np.asarray(codes[:, None] == codes[None, :], np.float64)
