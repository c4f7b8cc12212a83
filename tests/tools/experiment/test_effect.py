"""The interval covers the truth as often as it says, with skewed money and with the covariate."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.effect import difference
from tools.experiment.errors import ExperimentError
from tools.experiment.srm import SUSPECT_BELOW, sample_ratio_p


def test_a_small_case_agrees_with_the_numbers_of_welch_by_hand() -> None:
    effect = difference([3.0, 5.0, 7.0], [1.0, 2.0, 3.0, 4.0])
    assert effect.estimate == pytest.approx(2.5)
    assert effect.se == pytest.approx((4 / 3 + (5 / 3) / 4) ** 0.5)
    # R: t.test(c(3, 5, 7), c(1, 2, 3, 4)): df = 3.2332, 95 % interval -1.5438 to 6.5438 (from se and t quantile)
    assert (effect.low + effect.high) / 2 == pytest.approx(2.5)
    assert (effect.n_t, effect.n_c) == (3, 4)


def _world(rng: np.random.Generator, size: int, lift: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts of purchases with a gamma rate, and the same people's purchases of the year before."""
    rate = rng.gamma(0.8, 0.5, size)
    return rng.poisson(rate + lift).astype(float), rng.poisson(rate * 4).astype(float)


@pytest.mark.parametrize("covariate", [False, True])
def test_a_95_percent_interval_covers_the_truth_in_93_to_97_percent_of_runs(covariate: bool) -> None:
    rng, runs, covered = np.random.default_rng(11), 1500, 0
    for _ in range(runs):
        (treated, treated_x), (control, control_x) = _world(rng, 500, 0.08), _world(rng, 300, 0.0)
        effect = difference(treated, control, treated_x, control_x) if covariate else difference(treated, control)
        covered += effect.low <= 0.08 <= effect.high
    assert 0.93 <= covered / runs <= 0.97


def test_the_interval_of_skewed_money_covers_too() -> None:
    rng, runs, covered = np.random.default_rng(12), 1200, 0
    truth = 0.03 * 8 * np.exp(0.5**2 / 2)
    for _ in range(runs):
        treated = np.where(rng.random(900) < 0.15, 8 * rng.lognormal(0, 0.5, 900), 0)
        control = np.where(rng.random(600) < 0.12, 8 * rng.lognormal(0, 0.5, 600), 0)
        effect = difference(treated, control)
        covered += effect.low <= truth <= effect.high
    assert 0.93 <= covered / runs <= 0.97


def test_the_covariate_narrows_the_interval_by_what_it_explains() -> None:
    rng = np.random.default_rng(5)
    x_t, x_c = rng.normal(0, 1, 4000), rng.normal(0, 1, 4000)
    y_t, y_c = 2 * x_t + rng.normal(0, 1, 4000), 2 * x_c + rng.normal(0, 1, 4000)
    plain, adjusted = difference(y_t, y_c), difference(y_t, y_c, x_t, x_c)
    assert adjusted.variance_removed == pytest.approx(0.8, abs=0.02)
    assert adjusted.se / plain.se == pytest.approx(0.2**0.5, abs=0.02)


def test_a_constant_covariate_changes_nothing() -> None:
    y_t, y_c = [1.0, 2.0, 4.0], [0.0, 1.0]
    assert difference(y_t, y_c, [7.0] * 3, [7.0] * 2) == difference(y_t, y_c)


def test_without_any_event_nothing_is_claimed() -> None:
    effect = difference(np.zeros(50), np.zeros(50))
    assert (effect.estimate, effect.varied, effect.significant) == (0.0, False, False)


@pytest.mark.parametrize(
    ("treated", "control", "extra"),
    [
        ([1.0], [1.0, 2.0], {}),
        ([1.0, float("nan")], [1.0, 2.0], {}),
        ([1.0, 2.0], [1.0, 2.0], {"treated_x": [1.0, 2.0]}),
        ([1.0, 2.0], [1.0, 2.0], {"treated_x": [1.0, 2.0, 3.0], "control_x": [1.0, 2.0]}),
        ([1.0, 2.0], [1.0, 2.0], {"alpha": 0.0}),
    ],
)
def test_samples_that_allow_no_estimate_are_refused(treated: list, control: list, extra: dict) -> None:
    with pytest.raises(ExperimentError):
        difference(treated, control, **extra)


def test_a_sample_ratio_mismatch_is_seen_and_a_fair_split_is_not() -> None:
    assert sample_ratio_p([5000, 5000], [0.5, 0.5]) == 1.0
    assert sample_ratio_p([821_588, 815_482], [0.5, 0.5]) == pytest.approx(1.8e-6, rel=0.03)  # Kohavi et al., 2020
    assert sample_ratio_p([5300, 4700], [0.5, 0.5]) < SUSPECT_BELOW
    assert sample_ratio_p([10, 0, 1], [0.9, 0.1, 0.0]) == 0.0


def test_sample_ratio_p_values_are_uniform_under_fair_splits() -> None:
    rng = np.random.default_rng(2)
    p = [sample_ratio_p(rng.multinomial(3000, [0.6, 0.35, 0.05]).tolist(), [0.6, 0.35, 0.05]) for _ in range(1500)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.02)
