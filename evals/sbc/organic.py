"""Worlds of people left alone whose level, differences, values and delays are planted, and the fit's ranks of them."""

from __future__ import annotations

import numpy as np

from evals.sbc.ranks import ranked
from simulator.fitting.level import LEVEL_SD_PRIOR, MEAN_WEIGHT
from simulator.learning import DISPERSION_PRIOR, Horizon, posterior, spreads, value_spread
from simulator.learning import delay as delay_belief

PEOPLE = 400
HORIZONS = 6
DELAYS = 200
MEAN = 0.5
"""Expected conversions of a person in a horizon."""


def organic_world(seed: int) -> dict[str, tuple[int, float]]:
    """Rank and coverage per parameter in one world: everything planted is drawn from the fit's own prior.

    Six horizons of 400 people. The spreads of values and delays have a flat prior in the fit: here they are drawn from
    a range so wide beside their posterior that its edges do not show.
    """
    rng = np.random.default_rng([seed, 1])
    sd = float(LEVEL_SD_PRIOR.quantile(rng.uniform(size=1))[0])
    levels = np.exp(sd / np.sqrt(MEAN_WEIGHT) * rng.standard_normal() + sd * rng.standard_normal(HORIZONS + 1))
    shape = float(DISPERSION_PRIOR.quantile(rng.uniform(size=1))[0])
    value_sd, delay_mean, delay_sd = rng.uniform(0.4, 1.2), rng.uniform(1.0, 3.0), rng.uniform(0.5, 1.2)
    horizons = []
    for level in levels[:-1]:
        expected = rng.gamma(2.0, MEAN / 2.0, PEOPLE)
        counts = rng.poisson(expected * level * rng.gamma(shape, 1 / shape, PEOPLE)).astype(np.float64)
        value = np.exp(value_sd * rng.standard_normal(PEOPLE)) * 8e6
        horizons.append(Horizon(expected, counts, counts * value))
    days = np.exp(delay_mean + delay_sd * rng.standard_normal(DELAYS))
    belief = posterior(horizons, days)
    u = (np.arange(999) + 0.5) / 999
    drawn = {"season_level": belief.season_level.quantile(u), "dispersion": belief.dispersion.quantile(u)}
    drawn |= spreads(value_spread(horizons)[0], delay_belief(days)[0])
    truth = {
        "season_level": levels[-1], "dispersion": shape, "value_log_sd": value_sd, "delay_log_mean": delay_mean,
        "delay_log_sd": delay_sd,
    }  # fmt: skip
    return {name: ranked(float(truth[name]), drawn[name], rng) for name in truth}
