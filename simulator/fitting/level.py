"""The level of the coming horizon from those of earlier ones: a normal hierarchy on the log scale, without plug-ins."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from campaigns.contact import FloatArray
from simulator.fitting.tabled import Tabled, tabled
from simulator.parameters import Learnt

LEVEL_SD_PRIOR = Learnt(0.15, 0.5)
"""Log sd of the level between horizons before any was seen (the authors' judgement)."""
MEAN_WEIGHT = 2.0
"""Horizons that the prior, centred on no change, counts for."""
_U = (np.arange(41) + 0.5) / 41


def next_level(logs: FloatArray, chance: FloatArray, level_sd: Learnt) -> Tabled:
    """The belief over the next horizon's level after log levels whose variances by chance alone are `chance`.

    Level_h ~ N(mean, sd^2), mean ~ N(0, sd^2 / 2), sd ~ `level_sd`; sd is summed over 41 quantiles of its prior, the
    mean in closed form (Gelman and others, 2013, section 5.4), and what is returned is the mixture of predictives.
    """
    sd, likelihood = sd_weights(logs, chance, level_sd)
    weight = 1 / (sd[:, None] ** 2 + chance) if len(logs) else np.zeros((len(sd), 0))
    precision = weight.sum(axis=1) + MEAN_WEIGHT / sd**2
    centre, spread = (weight @ logs if len(logs) else 0.0) / precision, np.sqrt(1 / precision + sd**2)
    at = np.linspace((centre - 6 * spread).min(), (centre + 6 * spread).max(), 1501)
    return tabled(at, likelihood @ ndtr((at - centre[:, None]) / spread[:, None]))


def sd_weights(logs: FloatArray, chance: FloatArray, level_sd: Learnt) -> tuple[FloatArray, FloatArray]:
    """The grid over the log sd between horizons, and its posterior weights."""
    sd = level_sd.quantile(_U)
    if not len(logs):
        return sd, np.full(len(sd), 1 / len(sd))
    noise = sd[:, None] ** 2 + chance
    weight = 1 / noise
    precision = weight.sum(axis=1) + MEAN_WEIGHT / sd**2
    fit = -0.5 * np.log(noise).sum(axis=1) - 0.5 * np.log(precision) + 0.5 * np.log(MEAN_WEIGHT / sd**2)
    fit += -0.5 * (weight * logs**2).sum(axis=1) + 0.5 * (weight @ logs) ** 2 / precision
    raw = np.exp(fit - fit.max())
    return sd, np.asarray(raw / raw.sum())
