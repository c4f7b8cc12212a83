"""What is believed of the actions before and after their answers: how far each lies above or below what was expected.

Three ratios per arm, 1 where everything comes as the response priors say: clicks per message, margin per click, offer
cost per click. An arm is a creative at a kind of send moment. Its ratio is 1 plus deviations of its channel, its offer,
its creative, its moment and its own, Gaussian, so that arms learn from those they share something with (Lindley and
Smith, 1972). Counts are Poisson, so that the precision of an observed ratio is the count that was expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from campaigns.contact import FloatArray, IntArray
from campaigns.plan import Plan
from tools.prediction.priors import PRIOR

CLICKS, MARGIN, OFFERS = range(3)
"""The three ratios, by their place."""
WORTH_SPREAD = 0.2
"""Spread of what a click is worth between creatives (the authors' judgement): a title can draw the wrong clicks."""
MOMENT_SPREAD = 0.08
"""Spread of a ratio between kinds of send moments: that of attention over the hours (`hour_swing`)."""
OWN_SPREAD = 0.05
"""Spread of a ratio between arms with the same channel, offer, creative and moment."""


@dataclass(frozen=True, slots=True)
class Arms:
    """The arms of a plan: arm `action * moments + moment`. `moment_of` gives the kind of moment of each occurrence."""

    actions: int
    moments: int
    moment_of: IntArray

    @classmethod
    def of(cls, plan: Plan, weekdays_minutes: list[tuple[int, int]]) -> Arms:
        """The arms of a plan whose occurrences fall on these weekdays and local minutes."""
        kinds = sorted(set(weekdays_minutes))
        places = np.array([kinds.index(one) for one in weekdays_minutes], np.int64)
        return cls(len(plan.creatives), max(len(kinds), 1), places)

    def at(self, moment: int) -> IntArray:
        """The arms of one kind of moment, one per action."""
        return np.arange(self.actions, dtype=np.int64) * self.moments + moment

    def by_arm(self, table: FloatArray) -> FloatArray:
        """Sums per arm of a table (occurrences, actions)."""
        total = np.zeros((self.moments, self.actions))
        np.add.at(total, self.moment_of, table)
        return total.T.reshape(-1)


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Gaussian beliefs about the three ratios: `mean` (3, arms) and `covariance` (3, arms, arms)."""

    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def prior(cls, plan: Plan, arms: Arms) -> Beliefs:
        """From the documented response priors: everything as expected, spread as those say."""
        channels = [creative.channel for creative in plan.creatives]
        offers = [creative.offer_id or "" for creative in plan.creatives]
        seen = {name: np.hypot(_relative(f"attention_{name}"), _relative(f"click_{name}")) for name in channels}
        bought = {offer: _relative("convert_offer" if offer else "convert_plain") for offer in offers}
        shared = _relative("incremental_share")
        own = np.eye(arms.actions)
        channel = _same(channels) * np.outer([seen[name] for name in channels], [seen[name] for name in channels])
        offer = _same(offers) * np.outer([bought[one] for one in offers], [bought[one] for one in offers])
        appeal = PRIOR["creative_spread"].mean
        by_action = np.stack(
            [
                channel + appeal**2 * own,
                shared**2 + offer + WORTH_SPREAD**2 * own,
                shared**2 + offer + WORTH_SPREAD**2 * own,
            ]
        )
        moment = np.eye(arms.moments)
        covariance = np.kron(by_action, np.ones((1, arms.moments, arms.moments)))
        covariance += MOMENT_SPREAD**2 * np.kron(np.ones((arms.actions, arms.actions)), moment)
        covariance += OWN_SPREAD**2 * np.eye(arms.actions * arms.moments)
        return cls(np.ones((3, arms.actions * arms.moments)), covariance)

    def given(self, expected: FloatArray, observed: FloatArray) -> Beliefs:
        """After data, both (3, arms): `expected` counts under a ratio of 1, `observed` counts in the same unit."""
        scaled = np.eye(self.mean.shape[1]) + self.covariance * expected[:, None, :]
        covariance = np.linalg.solve(scaled, self.covariance)
        covariance = (covariance + covariance.transpose(0, 2, 1)) / 2
        news = observed - expected * self.mean
        return replace(self, mean=self.mean + np.einsum("rij,rj->ri", covariance, news), covariance=covariance)

    def draws(self, count: int, seed: tuple[int, int]) -> FloatArray:
        """`count` draws of every ratio, shape (3, count, arms); none below 0."""
        root = np.linalg.cholesky(self.covariance)
        normal = np.random.default_rng(seed).standard_normal((3, count, self.mean.shape[1]))
        return np.asarray(np.maximum(self.mean[:, None] + np.matmul(normal, root.transpose(0, 2, 1)), 0.0))


def _relative(name: str) -> float:
    return PRIOR[name].sd / PRIOR[name].mean


def _same(names: Sequence[str]) -> FloatArray:
    codes = np.unique(np.array(names), return_inverse=True)[1]
    return np.asarray(codes[:, None] == codes[None, :], np.float64)
