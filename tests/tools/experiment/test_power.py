"""Power agrees with published numbers and with simulation."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.effect import difference
from tools.experiment.errors import ExperimentError
from tools.experiment.power import (
    mde_means,
    mde_proportions,
    people_needed,
    power_means,
    power_proportions,
)


def test_two_proportions_agree_with_r_power_prop_test() -> None:
    assert power_proportions(0.50, 0.75, 50, 50, pooled=True) == pytest.approx(0.740, abs=5e-4)
    assert people_needed(lambda n: power_proportions(0.50, 0.75, n, n, pooled=True), 0.90) == 77  # R: 76.7


def test_two_means_agree_with_r_power_t_test() -> None:
    assert power_means(1, 1, 1, 20, 20) == pytest.approx(0.8689528, abs=1e-6)
    assert people_needed(lambda n: power_means(1, 1, 1, n, n), 0.90) == 23  # R: 22.02
    assert mde_means(1, 1, 22.02110, 22.02110, 0.90) == pytest.approx(1.0, abs=1e-5)


def test_published_holdout_sizes_when_nine_in_ten_are_treated() -> None:
    needed = people_needed(lambda n: power_proportions(0.05, 0.0525, 9 * n, n), 0.80)
    assert needed == pytest.approx(67_000, rel=0.02)


@pytest.mark.parametrize(("treated", "control"), [(900, 900), (3000, 400)])
def test_the_smallest_detectable_rise_is_seen_with_the_power_asked_for(treated: int, control: int) -> None:
    lift = mde_proportions(0.1, treated, control, 0.8)
    assert lift is not None
    assert power_proportions(0.1, 0.1 + lift, treated, control) == pytest.approx(0.8, abs=1e-6)


def test_without_effect_power_is_the_false_positive_rate() -> None:
    assert power_proportions(0.2, 0.2, 500, 700) == pytest.approx(0.05, abs=1e-9)
    assert power_means(0, 2, 3, 50, 70) == pytest.approx(0.05, abs=1e-9)


def test_hopeless_questions_have_no_answer_and_large_effects_no_gaps() -> None:
    assert people_needed(lambda n: 0.05) is None
    assert mde_proportions(0.5, 2, 2) is None
    assert power_means(1e6, 1, 1, 500, 500) == 1.0
    with pytest.raises(ExperimentError):
        mde_proportions(0.5, 100, 100, power=1.0)


@pytest.mark.parametrize(
    ("p0", "p1", "treated", "control"), [(0.08, 0.12, 700, 500), (0.05, 0.07, 1500, 700), (0.3, 0.36, 900, 400)]
)
def test_simulated_power_of_the_welch_comparison_is_within_three_points(
    p0: float, p1: float, treated: int, control: int
) -> None:
    rng, runs = np.random.default_rng(3), 3000
    a, b = rng.binomial(treated, p1, runs) / treated, rng.binomial(control, p0, runs) / control
    se = np.sqrt(a * (1 - a) / (treated - 1) + b * (1 - b) / (control - 1))
    seen = float((np.abs(a - b) > 1.96 * se).mean())
    assert seen == pytest.approx(power_proportions(p0, p1, treated, control), abs=0.03)


def test_simulated_power_of_means_with_unequal_variances_is_within_three_points() -> None:
    rng, runs = np.random.default_rng(4), 800
    seen = np.mean([difference(rng.normal(0.5, 3, 400), rng.normal(0, 2, 250)).significant for _ in range(runs)])
    assert seen == pytest.approx(power_means(0.5, 3, 2, 400, 250), abs=0.04)
