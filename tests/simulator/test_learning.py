from __future__ import annotations

import numpy as np
import pytest

from simulator.fitting.level import LEVEL_SD_PRIOR
from simulator.learning import (
    DELAY_PRIOR,
    DISPERSION_PRIOR,
    VALUE_LOG_SD_PRIOR,
    Horizon,
    delay,
    dispersion,
    posterior,
    season_level,
    value_spread,
)
from tests.simulator.histories import horizons


@pytest.mark.parametrize("shape", [0.4, 1.0, 3.0])
def test_planted_differences_between_people_are_found_again(shape: float) -> None:
    found = [dispersion(horizons([1.0] * 6, 1_500, shape, seed))[0].median for seed in range(8)]
    assert np.mean(found) == pytest.approx(shape, rel=0.2)


def test_a_steady_history_gives_a_sharper_level_than_a_restless_one() -> None:
    steady = season_level(horizons([1.0] * 6, 1_500, 1.0, 3), 1.0)[0]
    restless = season_level(horizons([0.6, 1.5, 0.7, 1.6, 0.5, 1.4], 1_500, 1.0, 3), 1.0)[0]
    assert steady.log_sd < LEVEL_SD_PRIOR.median < restless.log_sd
    assert steady.median == pytest.approx(1.0, abs=0.05)


def test_eighty_percent_intervals_of_the_next_level_hold_it_about_as_often() -> None:
    rng = np.random.default_rng(11)
    inside = 0
    for trial in range(300):
        levels = np.exp(0.15 * rng.standard_normal(7))
        belief = season_level(horizons(levels[:6].tolist(), 400, 1.0, trial), 1.0)[0]
        low, high = belief.quantile(np.array([0.1, 0.9]))
        inside += bool(low <= levels[6] <= high)
    # 0.8 within four binomial standard deviations, and up to .9: the prior makes the belief a little wide.
    assert 0.71 < inside / 300 < 0.92


def test_without_history_every_belief_is_a_wide_prior_and_says_so() -> None:
    belief = posterior([], np.zeros(0))
    assert belief.origins == belief.people == 0
    assert belief.dispersion == DISPERSION_PRIOR
    assert belief.season_level.log_sd > LEVEL_SD_PRIOR.median
    assert (belief.delay_log_mean, belief.delay_log_sd) == DELAY_PRIOR
    assert sum("prior" in sentence for sentence in belief.learnt) == 3


@pytest.mark.parametrize("counts", [np.zeros(200), np.ones(200)])
def test_constant_outcomes_fall_back_without_infinite_numbers(counts: np.ndarray) -> None:
    belief = posterior([Horizon(np.full(200, 0.5), counts, counts * 8e6)] * 4, np.full(80, np.nan))
    numbers = [belief.season_level.median, belief.season_level.log_sd, belief.dispersion.median, belief.value_log_sd]
    assert np.isfinite(numbers).all()
    assert belief.dispersion == DISPERSION_PRIOR
    assert belief.delay_log_mean == DELAY_PRIOR[0]


def test_value_spread_and_delays_are_found_again() -> None:
    spread, _ = value_spread(horizons([1.0] * 4, 1_500, 1.0, 2))
    rng = np.random.default_rng(4)
    late, told = delay(np.exp(2.3 + 0.8 * rng.standard_normal(2_000)))
    assert spread.sd == pytest.approx(0.6, rel=0.1)
    assert spread.sd != VALUE_LOG_SD_PRIOR
    assert (late.mean, late.sd) == (pytest.approx(2.3, abs=0.08), pytest.approx(0.8, abs=0.06))
    assert "2000 redemptions" in told
