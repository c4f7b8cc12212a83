"""Small bandits that have learnt something, for the tests of this folder."""

from __future__ import annotations

from itertools import product
from typing import TypeVar

import numpy as np

from delivery.decide import Declared, FactoredThompson, OddsThompson, PooledThompson

LEVELS = np.array(list(product(range(3), range(2))))
B = TypeVar("B", PooledThompson, FactoredThompson)
ARMS, FEATURES = len(LEVELS), 4


def pooled(**given: object) -> PooledThompson:
    """Six arms with rewards learnt for all but the last."""
    return taught(PooledThompson(ARMS, FEATURES, **({"draws": 32, "floor": 0.1, "seed": 5} | given)))  # type: ignore[arg-type]


def factored(**given: object) -> FactoredThompson:
    """The same arms as combinations of a creative and a channel."""
    return taught(FactoredThompson(LEVELS, FEATURES, **({"draws": 32, "floor": 0.1, "seed": 5} | given)))  # type: ignore[arg-type]


def taught(bandit: B) -> B:
    rng = np.random.default_rng(7)
    x = rng.standard_normal((600, FEATURES))
    bandit.learn(rng.integers(0, ARMS - 1, 600), x, np.clip(0.2 + 0.1 * x[:, 0], -1, 1))
    bandit.refresh()
    return bandit


def odds(**given: object) -> OddsThompson:
    """The same arms, with rewards from -1 to 1 as chances."""
    made = {"draws": 32, "floor": 0.1, "seed": 5, "scale": 1.0, "declared": RANGE} | given
    return taught(OddsThompson(ARMS, FEATURES, **made))  # type: ignore[arg-type]


RANGE = Declared(-1.0, 1.0)
KINDS = (pooled, factored, odds)
