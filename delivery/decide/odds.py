"""Linear Thompson sampling on log odds: for rewards that are chances (a click or none), each arm on its own.

The share of the declared range that a reward reaches has the mean 1 / (1 + exp(-(prior log odds + w . x))). The posterior
is Gaussian at its mode with the curvature there (Laplace's approximation), taken in batch by batch, so that a batch is
a sum of weighted features like any other evidence (Spiegelhalter and Lauritzen, 1990). Shares between 0 and 1 count
as fractions of a success (Papke and Wooldridge, 1996). The best arm by log odds is the best by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray, IntArray
from delivery.decide.arms import PooledThompson
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared, Evidence
from delivery.decide.trend import TrendEvidence

STEPS = 3
"""Newton steps from the mode of what was known to that with a batch; further ones hardly move it."""
SPREAD = 2.5
"""Prior standard deviation of a person's log odds under an arm (the authors' judgement): odds differ by a factor of twelve."""
FARTHEST = 15.0
"""Log odds are cut here, where chances are 0 or 1 to one part in three million, so that no curvature is 0."""
Posterior = Callable[[IntArray], tuple[FloatArray, FloatArray]]


class OddsThompson(PooledThompson):
    """Arms whose rewards are chances; interchangeable with `PooledThompson`, with which it shares the settings.

    `scale` is how far draws lie from the posterior mean in posterior standard deviations (1 is Thompson sampling, less
    explores less), `ridge` the prior precision of each weight in log odds (None: so that the log odds of a person whose
    features are standard normal have a prior standard deviation of `SPREAD`), `hope` the share (0-1, neither end) of the
    `declared` range (by default 0 to 1) that every arm is expected to pay before it has data, `optimism` the bonus in
    standard deviations of a person's log odds. BadDecision when one cannot be.
    """

    def __init__(
        self,
        arms: int,
        features: int,
        *,
        draws: int = 64,
        scale: float = 0.1,
        ridge: float | None = None,
        floor: float = 0.05,
        forget: float = 1.0,
        hope: float = 0.4,
        drift: float = 0.0,
        optimism: float = 0.0,
        seed: int = 0,
        declared: Declared | None = None,
    ) -> None:
        span = declared or Declared(0.0, 1.0)
        if not (0 < hope < 1 and np.isfinite([span.low, span.high]).all()):
            raise BadDecision(
                f"A hope of {hope} and rewards from {span.low:g} to {span.high:g} give no chances; give a hope above 0 and "
                "below 1 and a finite range."
            )
        wide = features / SPREAD**2 if ridge is None else ridge
        super().__init__(
            arms, features, draws=draws, scale=scale, ridge=wide, floor=floor, forget=forget, hope=hope, drift=drift,
            optimism=optimism, seed=seed, declared=span,
        )  # fmt: skip

    def learn(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        """Take in rewards (see `Evidence.add`); decisions change at the next `refresh`."""
        self.evidence.add(arm, x, reward, weight)

    def _evidence(self, declared: Declared) -> Evidence:
        started = log(self.hope / (1 - self.hope))
        return _OddsEvidence(self.arms, self.features, declared, started, self._posterior, bool(self.drift))


class _OddsEvidence(TrendEvidence):
    """Sums in which a reward counts by the curvature of its likelihood at the arm's mode; `started` is the prior log odds,
    `people` (features, features) the sum of x x' over everybody as they came, without curvature."""

    def __init__(
        self, arms: int, features: int, declared: Declared, started: float, known: Posterior, ages: bool
    ) -> None:
        super().__init__(arms, features, declared)
        self._started, self._known, self._ages = started, known, ages
        self.people: FloatArray = np.zeros((features, features))

    def add(
        self, arm: npt.ArrayLike, x: npt.ArrayLike, reward: npt.ArrayLike, weight: npt.ArrayLike | None = None
    ) -> None:
        code, value = np.asarray(arm, np.int64), np.asarray(reward, np.float64)
        columns = np.asarray(x, np.float64)
        heavy = np.ones(value.shape) if weight is None else np.asarray(weight, np.float64)
        self._sound(code, columns, value, heavy)
        share = (value - self.declared.low) / (self.declared.high - self.declared.low)
        present = np.unique(code)
        for place, precision, pull in zip(present, *self._known(present), strict=True):
            rows = np.flatnonzero(code == place)
            self._take(int(place), columns[rows], share[rows], heavy[rows], precision, pull)
        self.people += (columns * heavy[:, None]).T @ columns

    @property
    def mean_square(self) -> FloatArray:
        return self._mean_of(self.people)

    def discount(self, keep: float) -> None:
        self.people *= keep
        if self._ages:
            super().discount(keep)
        else:
            Evidence.discount(self, keep)

    def _take(
        self, arm: int, x: FloatArray, share: FloatArray, heavy: FloatArray, precision: FloatArray, pull: FloatArray
    ) -> None:
        mode, square, cross = np.linalg.solve(precision, pull), np.zeros_like(precision), np.zeros_like(pull)
        for step in range(STEPS):
            if step:
                mode = np.linalg.solve(precision + square, pull + cross)
            score = np.clip(x @ mode, -FARTHEST, FARTHEST)
            chance = 1 / (1 + np.exp(-np.clip(self._started + score, -FARTHEST, FARTHEST)))
            curve = heavy * chance * (1 - chance)
            square = (x * curve[:, None]).T @ x
            cross = x.T @ (curve * score + heavy * (share - chance))
        self.square[arm] += square
        self.cross[arm] += cross
        self.seen[arm] += float(heavy.sum())
        self.changed[arm] = True
