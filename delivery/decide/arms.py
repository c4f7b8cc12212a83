"""Linear Thompson sampling with independent arms: each arm's weights have a Gaussian posterior of their own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray, IntArray
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared, Evidence
from delivery.decide.pool import DrawPool
from delivery.decide.trend import TrendEvidence


class PooledThompson(DrawPool):
    """Arms that learn each from their own rewards; interchangeable with `FactoredThompson`.

    `draws` samples are pooled, `scale` is the spread of the reward's noise in its unit, `ridge` the prior precision of
    each weight (times `scale` squared), `floor` the share of even exploration, `forget` what `discount` keeps of the evidence,
    `declared` the range of rewards. `hope` is the reward that is expected of every arm before it has data, whoever comes: weights
    say how far rewards lie from it, and their prior mean is 0. `drift` is how far a weight may move between two calls of
    `discount`, in prior standard deviations; above 0 the movement is learnt (see `TrendEvidence`). `optimism` is how many
    standard errors of its score an arm is given as a bonus, for noise of 1 and in the mean over people: an upper confidence
    bound (Auer, 2002; Li et al., 2010) that is one number per arm, the same for everybody between two refreshes, so that
    a decision costs one sum per arm more and propensities stay exact. BadDecision when one of these cannot be.
    """

    def __init__(
        self,
        arms: int,
        features: int,
        *,
        draws: int = 64,
        scale: float = 0.1,
        ridge: float = 1.0,
        floor: float = 0.05,
        forget: float = 1.0,
        hope: float = 0.0,
        drift: float = 0.0,
        optimism: float = 0.0,
        seed: int = 0,
        declared: Declared | None = None,
    ) -> None:
        super().__init__(draws, arms, features, floor)
        steady = 0 <= drift < np.inf and 0 <= optimism < np.inf
        if not (scale > 0 and ridge > 0 and 0 < forget <= 1 and np.isfinite(hope) and steady):
            raise BadDecision(
                f"scale {scale}, ridge {ridge}, forget {forget}, hope {hope}, drift {drift}, optimism {optimism}: scale and "
                "ridge must be above 0, forget in (0, 1], hope a finite number, drift and optimism finite and at least 0."
            )
        self.scale, self.ridge, self.forget, self.seed = scale, ridge, forget, seed
        self.hope, self.drift, self.optimism = hope, drift, optimism
        self.evidence = self._evidence(declared or Declared())
        self.refreshes = 0
        self.refresh()

    def learn(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        """Take in rewards (see `Evidence.add`); decisions change at the next `refresh`."""
        self.evidence.add(arm, x, reward, weight)
        if self.hope:
            self._less_hope(np.asarray(arm, np.int64), np.asarray(x, np.float64), weight)

    def discount(self) -> None:
        """A step of time: every arm forgets by the share `forget`, and weights that drift move on, so that a changed
        world is followed."""
        self.evidence.discount(self.forget)

    def refresh(self) -> None:
        """Posterior draws and bonus anew for the arms that learnt or forgot since the last refresh; the others keep theirs."""
        arms = np.flatnonzero(self.evidence.changed)
        if not len(arms):
            return
        precision, pull = self._posterior(arms)
        root = np.linalg.inv(np.linalg.cholesky(precision))
        mean = np.einsum("kji,kj->ki", root, np.einsum("kij,kj->ki", root, pull))
        normal = np.random.default_rng([self.seed, self.refreshes]).standard_normal(
            (len(arms), self.draws, self.features), np.float32
        )
        spread = np.matmul(normal, (self.scale * root).astype(np.float32))
        self.pool[:, arms] = (mean[:, None].astype(np.float32) + spread).transpose(1, 0, 2)
        if self.optimism:
            self.lift(self._optimistic(arms, root))
        self.refreshes += 1
        self.evidence.changed[:] = False

    @property
    def means(self) -> FloatArray:
        """Posterior mean weights, shape (arms, features); a reward's mean is `hope` and what they say."""
        precision, pull = self._posterior(np.arange(self.arms))
        return np.asarray(np.linalg.solve(precision, pull[:, :, None])[:, :, 0])

    def _evidence(self, declared: Declared) -> Evidence:
        of = TrendEvidence if self.drift else Evidence
        return of(self.arms, self.features, declared)

    def _posterior(self, arms: IntArray) -> tuple[FloatArray, FloatArray]:
        """Precision of these arms' weights (times `scale` squared) and its product with their mean."""
        told = self.evidence
        if self.drift and isinstance(told, TrendEvidence):
            square, pull = told.of_now(arms, self.ridge / self.drift**2)
        else:
            square, pull = told.square[arms], told.cross[arms]
        return square + self.ridge * np.eye(self.features), pull

    def _optimistic(self, arms: IntArray, root: FloatArray) -> FloatArray:
        """Every arm's bonus, new for these arms, whose inverse precision is root' root: the variance of a score in the
        mean over people is the trace of that times `mean_square`."""
        people, bonus = self.evidence.mean_square, self.bonus.astype(np.float64)
        variance = np.einsum("kij,kij->k", root @ people, root)
        bonus[arms] = self.optimism * np.sqrt(np.maximum(variance, 0.0))
        # An arm without data is not refreshed, but who comes is known better with every reward of the others.
        bonus[self.evidence.seen == 0] = self.optimism * np.sqrt(people.trace() / self.ridge)
        return bonus

    def _less_hope(self, arm: IntArray, x: FloatArray, weight: npt.ArrayLike | None) -> None:
        """Rewards just added count by how far they lie from `hope`."""
        if not len(arm):
            return
        order = np.argsort(arm, kind="stable")
        known, first = np.unique(arm[order], return_index=True)
        held = x[order] if weight is None else x[order] * np.asarray(weight, np.float64)[order, None]
        self.evidence.cross[known] -= self.hope * np.add.reduceat(held, first, axis=0)
