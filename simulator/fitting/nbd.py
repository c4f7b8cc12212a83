"""The shape of people's unexplained differences, from counts beside their expectations (negative binomial)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln

from campaigns.contact import FloatArray
from simulator.fitting.tabled import Tabled, tabled
from simulator.parameters import Learnt

_SHAPES = np.exp(np.linspace(np.log(0.02), np.log(50.0), 121))
_FINENESS = 0.02
"""Expectations within 2 % of each other are counted together; the error is far below the prior's and the data's."""


def shape_posterior(horizons: Sequence[tuple[FloatArray, FloatArray]], prior: Learnt) -> Tabled:
    """The belief over the gamma shape k after counts ~ Poisson(level x expected x gamma(k, 1/k)) (NBD; Ehrenberg, 1959).

    `horizons` are pairs of expectations and counts, each with an unknown level of its own that is integrated out. On a
    grid from .02 to 50. Counts are whole numbers, expectations positive; others are left out.
    """
    logs = np.log(_SHAPES)
    fit = -0.5 * ((logs - np.log(prior.median)) / prior.log_sd) ** 2
    for expected, counts in horizons:
        fit = fit + _one(expected, counts)
    fine = np.linspace(logs[0], logs[-1], 4_001)
    cumulative = np.cumsum(np.exp(np.interp(fine, logs, fit) - fit.max()))
    return tabled(fine, cumulative / cumulative[-1])


def _one(expected: FloatArray, counts: FloatArray) -> FloatArray:
    """The log likelihood of each shape in one horizon, up to a constant.

    The logarithm of the level is integrated out by Laplace's method, one Newton step from observed over expected: with
    the level set to that instead, people would look more alike than they are.
    """
    sound = (expected > 0) & (counts >= 0)
    expected, counts = expected[sound], counts[sound]
    if not len(counts):
        return np.zeros(len(_SHAPES))
    level = (counts.sum() + 0.5) / (expected.sum() + 0.5)
    place = np.round(np.log(level * expected) / _FINENESS)
    cells, people = np.unique(np.column_stack([place, counts]), axis=0, return_counts=True)
    mean, count = np.exp(cells[:, :1] * _FINENESS), cells[:, 1:]
    alike = 1 / (1 + mean / _SHAPES)
    fit = people @ (
        gammaln(count + _SHAPES) - gammaln(_SHAPES) - count * np.log(mean + _SHAPES) + _SHAPES * np.log(alike)
    )
    information = people @ (mean * alike)
    slope = people @ ((count - mean) * alike)
    return np.asarray(fit + slope**2 / (2 * information) - np.log(information) / 2)
