"""Evidence on weights that move: where they are now, from rewards of long ago, because how they move is learnt too.

A local linear trend (Harvey, 1989): a reward of `age` steps ago came with the weights w - age * v, where w are the
weights of now and v what they change by in a step. Both are Gaussian, and v is integrated out, so that a decision costs
what it costs without: forgetting throws old rewards away, this asks them what they still say.
"""

from __future__ import annotations

import numpy as np

from campaigns.contact import FloatArray, IntArray
from delivery.decide.evidence import Declared, Evidence


class TrendEvidence(Evidence):
    """`Evidence` with the same sums weighted by minus the age of each reward, `lag_square` and `lag_cross`, and by
    the age squared, `lag_both`; shapes as there. New rewards have age 0, so that learning costs nothing more."""

    def __init__(self, arms: int, features: int, declared: Declared) -> None:
        super().__init__(arms, features, declared)
        self.lag_square, self.lag_both = np.zeros_like(self.square), np.zeros_like(self.square)
        self.lag_cross = np.zeros_like(self.cross)

    def discount(self, keep: float) -> None:
        """A step passes: everything seen so far is one step older and counts `keep` (0-1] times what it did."""
        super().discount(keep)
        for held in (self.lag_square, self.lag_both, self.lag_cross):
            held *= keep
        self.lag_both += self.square - self.lag_square - self.lag_square.transpose(0, 2, 1)
        self.lag_square -= self.square
        self.lag_cross -= self.cross
        self.changed[:] = True

    def of_now(self, arms: IntArray, ridge: float) -> tuple[FloatArray, FloatArray]:
        """`square` and `cross` of these arms as they tell of the weights of now, v integrated out under a prior
        precision of `ridge` for each of its entries."""
        both = self.lag_both[arms] + ridge * np.eye(self.cross.shape[1])
        aside = self.lag_square[arms]
        told = np.concatenate([aside.transpose(0, 2, 1), self.lag_cross[arms][:, :, None]], axis=2)
        solved = np.linalg.solve(both, told)
        square = self.square[arms] - aside @ solved[:, :, :-1]
        return (square + square.transpose(0, 2, 1)) / 2, self.cross[arms] - (aside @ solved[:, :, -1:])[:, :, 0]
