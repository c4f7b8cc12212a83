"""Linear Thompson sampling with independent arms: each arm's weights have a Gaussian posterior of their own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared, Evidence
from delivery.decide.pool import DrawPool


class PooledThompson(DrawPool):
    """Arms that learn each from their own rewards; interchangeable with `FactoredThompson`.

    `draws` samples are pooled, `scale` is the spread of the reward's noise in its unit, `ridge` the prior precision of
    each weight (times `scale` squared), `floor` the share of even exploration, `forget` what `discount` keeps of the evidence,
    `declared` the range of rewards. An arm without data keeps its prior of mean 0. BadDecision when one of these cannot be.
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
        seed: int = 0,
        declared: Declared | None = None,
    ) -> None:
        super().__init__(draws, arms, features, floor)
        if not (scale > 0 and ridge > 0 and 0 < forget <= 1):
            raise BadDecision(
                f"scale {scale}, ridge {ridge}, forget {forget}: the first two must be above 0 and forget in (0, 1]."
            )
        self.scale, self.ridge, self.forget, self.seed = scale, ridge, forget, seed
        self.evidence = Evidence(arms, features, declared or Declared())
        self.refreshes = 0
        self.refresh()

    def learn(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        """Take in rewards (see `Evidence.add`); decisions change at the next `refresh`."""
        self.evidence.add(arm, x, reward, weight)

    def discount(self) -> None:
        """Let every arm forget by the share `forget`, so that a changed world is followed."""
        self.evidence.discount(self.forget)

    def refresh(self) -> None:
        """Posterior draws anew for the arms that learnt or forgot since the last refresh; the others keep theirs."""
        arms = np.flatnonzero(self.evidence.changed)
        if not len(arms):
            return
        root = np.linalg.inv(np.linalg.cholesky(self._precision(arms)))
        mean = np.einsum("kji,kj->ki", root, np.einsum("kij,kj->ki", root, self.evidence.cross[arms]))
        normal = np.random.default_rng([self.seed, self.refreshes]).standard_normal(
            (len(arms), self.draws, self.features), np.float32
        )
        spread = np.matmul(normal, (self.scale * root).astype(np.float32))
        self.pool[:, arms] = (mean[:, None].astype(np.float32) + spread).transpose(1, 0, 2)
        self.refreshes += 1
        self.evidence.changed[:] = False

    @property
    def means(self) -> FloatArray:
        """Posterior mean weights, shape (arms, features)."""
        every = np.arange(self.arms)
        return np.asarray(np.linalg.solve(self._precision(every), self.evidence.cross[:, :, None])[:, :, 0])

    def _precision(self, arms: npt.NDArray[np.int64]) -> FloatArray:
        return np.asarray(self.evidence.square[arms] + self.ridge * np.eye(self.features))
