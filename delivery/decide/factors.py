"""Linear Thompson sampling where arms share structure: 400 combinations of creative, channel, offer and slot learn from
each other.

An arm's weights are the sum of weights that all arms share, of one weight vector per factor level it is made of, and of
a deviation of its own: w_a = w_0 + sum_f v_{f, level_f(a)} + d_a, all Gaussian with mean 0 and a variance per group
(a hierarchical linear model; Lindley and Smith, 1972). Given the shared parts the deviations are independent, so they
are integrated out arm by arm and only a small joint system is left. The variances are learnt by expectation
maximisation (Dempster, Laird and Rubin, 1977) from a start that the caller states.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray, IntArray
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared, Evidence
from delivery.decide.pool import DrawPool

LEAST_VARIANCE = 1e-8
"""A group's variance never falls below this share of where it started, so that late evidence can still raise it."""


class FactoredThompson(DrawPool):
    """Arms that are combinations of factor levels; interchangeable with `PooledThompson`.

    `levels` is (arms, factors): the level of every factor that an arm is made of. `noise` is the standard deviation of a
    reward given the arm, `boldness` how far draws lie from the posterior mean in posterior standard deviations (1 is Thompson
    sampling, 0 greedy; under 1 explores less, as `scale` does there), `spread` where the standard deviations of the weights start: shared ones, each factor's, and the arms' own
    deviations (one number for all, or factors + 2 numbers). With `adapts` they are learnt at every refresh. The rest is
    as in `PooledThompson`. BadDecision when one of these cannot be.
    """

    def __init__(
        self,
        levels: npt.ArrayLike,
        features: int,
        *,
        draws: int = 64,
        noise: float = 0.4,
        spread: float | Sequence[float] = 0.03,
        boldness: float = 0.2,
        adapts: bool = True,
        floor: float = 0.05,
        forget: float = 1.0,
        seed: int = 0,
        declared: Declared | None = None,
    ) -> None:
        table = np.asarray(levels, np.int64)
        if table.ndim != 2 or not table.size or table.min() < 0:
            raise BadDecision(f"Levels of shape {table.shape} name no arms; give (arms, factors) of levels from 0.")
        super().__init__(draws, len(table), features, floor)
        groups = table.shape[1] + 2
        start = np.broadcast_to(np.asarray(spread, np.float64), (groups,))
        if not (noise > 0 and boldness >= 0 and (start > 0).all() and 0 < forget <= 1):
            raise BadDecision(
                f"noise {noise}, spread {start.tolist()}, boldness {boldness}, forget {forget}: noise and spread must be "
                "above 0, boldness at least 0 and forget in (0, 1]."
            )
        self.noise, self.boldness, self.forget, self.seed, self.adapts = noise, boldness, forget, seed, adapts
        self.evidence = Evidence(self.arms, features, declared or Declared())
        self.refreshes = 0
        self._member, self._group = _membership(table)
        self._pairs = (self._member[:, :, None] * self._member[:, None, :]).reshape(self.arms, -1)
        self.levels, self.start = table, start**2
        self.variance: FloatArray = self.start.copy()
        """Prior variance of a weight per group: shared, each factor, own deviation."""
        self.refresh()

    def learn(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        """Take in rewards (see `Evidence.add`); decisions change at the next `refresh`."""
        self.evidence.add(arm, x, reward, weight)

    def discount(self) -> None:
        """Let everything learnt fade by the share `forget`, so that a changed world is followed."""
        self.evidence.discount(self.forget)

    def refresh(self) -> None:
        """A new pool of draws when anything was learnt or forgotten since the last refresh; one step of the variances."""
        if not self.evidence.changed.any():
            return
        square, cross = self.evidence.square / self.noise**2, self.evidence.cross / self.noise**2
        own = self.variance[-1]
        # An arm's deviation d ~ N(0, own) integrated out: its evidence on w - d is (I + own * square)^-1 [square, cross].
        damp = np.linalg.inv(np.eye(self.features) + own * square)
        kept, drawn_to = damp @ square, np.einsum("aij,aj->ai", damp, cross)
        blocks, size = self._member.shape[1], self.features
        joint = self._pairs.T @ kept.reshape(self.arms, -1)
        precision = joint.reshape(blocks, blocks, size, size).transpose(0, 2, 1, 3).reshape(blocks * size, -1)
        precision[np.diag_indices(blocks * size)] += np.repeat(1 / self.variance[self._group], size)
        root = np.linalg.cholesky((precision + precision.T) / 2)
        inverse = np.linalg.inv(root)
        mean = inverse.T @ (inverse @ (self._member.T @ drawn_to).reshape(-1))
        rng = np.random.default_rng([self.seed, self.refreshes])
        shared = mean + rng.standard_normal((self.draws, blocks * size)) @ inverse
        base = np.matmul(self._member, shared.reshape(self.draws, blocks, size))
        away = self._deviations(square, cross, base, rng)
        drawn = base + away
        middle = drawn.mean(axis=0)
        self.pool[:] = middle + self.boldness * (drawn - middle)
        if self.adapts and self.evidence.seen.any():
            self._adapt(shared.reshape(self.draws, blocks, size), away)
        self.refreshes += 1
        self.evidence.changed[:] = False

    @property
    def means(self) -> FloatArray:
        """Mean weights over the pool, shape (arms, features)."""
        return np.asarray(self.pool.mean(axis=0), np.float64)

    def _deviations(
        self, square: FloatArray, cross: FloatArray, base: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Draws of the arms' own deviations given draws of what they share, shape (draws, arms, features)."""
        root = np.linalg.inv(np.linalg.cholesky(square + np.eye(self.features) / self.variance[-1]))
        left = cross[None] - np.matmul(square[None], base[..., None])[..., 0]
        normal = rng.standard_normal(base.shape)
        return np.asarray(
            np.matmul((np.matmul(root[None], left[..., None])[..., 0] + normal)[..., None, :], root[None])[..., 0, :]
        )

    def _adapt(self, shared: FloatArray, away: FloatArray) -> None:
        """One expectation-maximisation step: a group's variance is the mean square of its weights over the draws."""
        groups = len(self.variance)
        made = [float(np.square(shared[:, self._group == group]).mean()) for group in range(groups - 1)]
        self.variance = np.maximum([*made, float(np.square(away).mean())], LEAST_VARIANCE * self.start)


def _membership(table: IntArray) -> tuple[FloatArray, IntArray]:
    """Which blocks of weights an arm is the sum of, (arms, blocks) of 0 and 1, and the group of each block."""
    columns, group = [np.ones((len(table), 1))], [0]
    for factor, level in enumerate(table.T):
        known = np.unique(level)
        columns.append((level[:, None] == known[None, :]).astype(np.float64))
        group += [factor + 1] * len(known)
    return np.concatenate(columns, axis=1), np.array(group, np.int64)
