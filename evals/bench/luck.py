"""Luck of the naive twin: keyed as in the fast one, so that both can be equal, or plain, which is cheaper.

Every method gets who draws (a stream), at which moment and for what purpose; plain luck ignores all three.
"""

from __future__ import annotations

import random
from functools import lru_cache
from math import exp, log, log1p
from typing import Protocol

import numpy as np
from scipy.special import expit, gammainccinv, gammaincinv, ndtr, ndtri

_MASK = (1 << 64) - 1
_GOLDEN, _FIRST, _SECOND, _STRIDE = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD1B54A32D192ED03
_PURPOSES = 64
_NODES, _REACH = 1_024, 37.0


class Luck(Protocol):
    """Where a naive twin's chances come from."""

    def stream(self, key: int) -> int:
        """What belongs to this key alone."""

    def chance(self, stream: int, moment: int, purpose: int) -> float:
        """A uniform between 0 and 1, neither included by keyed luck."""

    def wait(self, stream: int, moment: int, purpose: int) -> float:
        """An exponential of mean 1."""

    def normal(self, stream: int, moment: int, purpose: int) -> float:
        """A standard normal."""

    def normal_below(self, stream: int, moment: int, purpose: int, limit: float) -> float:
        """A standard normal, given that it is below a limit."""

    def gamma(self, stream: int, moment: int, purpose: int, shape: float) -> float:
        """A gamma of mean 1."""

    def lean(self, stream: int, moment: int, purpose: int) -> float:
        """A uniform between -1 and 1, in single precision."""


class Keyed:
    """The definition of `simulator.randomness` for one number at a time: a hash of seed, key, moment and purpose."""

    __slots__ = ("_salt",)

    def __init__(self, seed: int) -> None:
        self._salt = mixed(seed & _MASK)

    def stream(self, key: int) -> int:
        return mixed(key ^ self._salt)

    def chance(self, stream: int, moment: int, purpose: int) -> float:
        place = mixed((stream + (moment * _PURPOSES + purpose) * _STRIDE) & _MASK)
        return ((place >> 12) + 0.5) * 2.0**-52

    def wait(self, stream: int, moment: int, purpose: int) -> float:
        return -log(self.chance(stream, moment, purpose))

    def normal(self, stream: int, moment: int, purpose: int) -> float:
        return float(ndtri(self.chance(stream, moment, purpose)))

    def normal_below(self, stream: int, moment: int, purpose: int, limit: float) -> float:
        return float(ndtri(self.chance(stream, moment, purpose) * float(ndtr(limit))))

    def gamma(self, stream: int, moment: int, purpose: int, shape: float) -> float:
        # The fast twin reads this quantile off a grid to one part in ten million: a second in a month. So do we.
        u = self.chance(stream, moment, purpose)
        logit = log(u) - log1p(-u)
        step = 2 * _REACH / (_NODES - 1)
        place = min(max(int((logit + _REACH) / step), 1), _NODES - 3)
        t = (logit + _REACH - step * place) / step
        a, b, c, d = _log_quantiles(shape)[place - 1 : place + 3]
        nodes = ((a, -1), (b, 0), (c, 1), (d, 2))
        value = 0.0
        for y, x in nodes:
            weight = 1.0
            for _, other in nodes:
                if other != x:
                    weight *= (t - other) / (x - other)
            value += weight * y
        return exp(value) / shape

    def lean(self, stream: int, moment: int, purpose: int) -> float:
        return float(np.float32(2) * np.float32(self.chance(stream, moment, purpose)) - np.float32(1))


class Plain:
    """Python's own generator, as anybody would write it."""

    __slots__ = ("_exponential", "_gamma", "_gauss", "_random")

    def __init__(self, seed: int) -> None:
        source = random.Random(seed)
        self._random, self._gauss = source.random, source.gauss
        self._exponential, self._gamma = source.expovariate, source.gammavariate

    def stream(self, key: int) -> int:
        return key

    def chance(self, stream: int, moment: int, purpose: int) -> float:
        return self._random()

    def wait(self, stream: int, moment: int, purpose: int) -> float:
        return self._exponential(1.0)

    def normal(self, stream: int, moment: int, purpose: int) -> float:
        return self._gauss(0.0, 1.0)

    def normal_below(self, stream: int, moment: int, purpose: int, limit: float) -> float:
        while True:
            z = self._gauss(0.0, 1.0)
            if z < limit:
                return z

    def gamma(self, stream: int, moment: int, purpose: int, shape: float) -> float:
        return self._gamma(shape, 1 / shape)

    def lean(self, stream: int, moment: int, purpose: int) -> float:
        return 2 * self._random() - 1


def mixed(x: int) -> int:
    """The finaliser of splitmix64 (Steele, Lea and Flood, 2014), as `campaigns.keys.mix64` does it for columns."""
    x = (x + _GOLDEN) & _MASK
    x = ((x ^ (x >> 30)) * _FIRST) & _MASK
    x = ((x ^ (x >> 27)) * _SECOND) & _MASK
    return x ^ (x >> 31)


@lru_cache(maxsize=64)
def _log_quantiles(shape: float) -> list[float]:
    """Log quantiles of the gamma at evenly spaced logits."""
    knots = -_REACH + 2 * _REACH / (_NODES - 1) * np.arange(_NODES)
    with np.errstate(divide="ignore"):
        low, high = np.log(gammaincinv(shape, expit(knots))), np.log(gammainccinv(shape, expit(-knots)))
    return [max(float(a if knot < 0 else b), -700.0) for knot, a, b in zip(knots, low, high, strict=True)]
