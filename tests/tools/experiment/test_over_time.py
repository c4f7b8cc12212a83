"""Readings over time: known standard errors, and intervals that hold their level where errors remember."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.carry_over import lagged_effect
from tools.experiment.errors import ExperimentError
from tools.experiment.geo import Markets, geo_effect, matched_markets
from tools.experiment.long_run import newey_west
from tools.experiment.switchback import switchback, switchback_effect
from tools.experiment.time_regression import regression_effect


def test_the_standard_error_is_the_sum_over_all_pairs_of_periods() -> None:
    rng, lags = np.random.default_rng(1), 3
    x = np.column_stack((np.ones(40), rng.normal(0, 1, 40)))
    y = rng.normal(0, 1, 40).cumsum()
    weights = np.linalg.lstsq(x, y, rcond=None)[0]
    left, bread = y - x @ weights, np.linalg.inv(x.T @ x)
    middle = sum(
        max(0.0, 1 - abs(one - other) / (lags + 1)) * left[one] * left[other] * np.outer(x[one], x[other])
        for one in range(40)
        for other in range(40)
    )
    found = newey_west(x, y, lags)
    assert found.weights == pytest.approx(weights)
    assert found.covariance == pytest.approx(40 / 38 * bread @ middle @ bread)


def test_errors_of_a_stretch_are_taken_together_before_its_neighbours() -> None:
    rng = np.random.default_rng(3)
    x = np.column_stack((np.ones(12), rng.normal(0, 1, 12)))
    y, stretch = rng.normal(0, 1, 12), np.repeat([0, 1, 2, 3], 3)
    weights = np.linalg.lstsq(x, y, rcond=None)[0]
    sums = np.stack([(x * (y - x @ weights)[:, None])[stretch == one].sum(0) for one in range(4)])
    apart = sums[1:].T @ sums[:-1]
    bread = np.linalg.inv(x.T @ x)
    found = newey_west(x, y, 1, stretch)
    assert found.covariance == pytest.approx(12 / 10 * bread @ (sums.T @ sums + 0.5 * (apart + apart.T)) @ bread)
    assert found.degrees == 3.0


def test_the_error_of_a_mean_with_one_lag_is_the_one_by_hand() -> None:
    # Residuals -1, 1, -1, 1: gamma0 = 4/4, gamma1 = -3/4; (4/3) * (4 + 2 * 0.5 * -3) / 16 = 1/12.
    found = newey_west(np.ones((4, 1)), [1.0, 3.0, 1.0, 3.0], 1)
    assert found.of([1.0]) == pytest.approx((2.0, (1 / 12) ** 0.5))
    assert newey_west(np.ones((4, 1)), [1.0, 3.0, 1.0, 3.0], 0).of([1.0])[1] == pytest.approx((1 / 3) ** 0.5)


def walk(rng: np.random.Generator, periods: int, memory: float) -> np.ndarray:
    seen = np.empty(periods)
    now = rng.normal(0, (1 - memory**2) ** -0.5)
    for place, step in enumerate(rng.normal(0, 1, periods)):
        now = memory * now + step
        seen[place] = now
    return seen


@pytest.mark.parametrize(("memory", "effect"), [(0.0, 0.0), (0.6, 0.0), (0.6, 1.0)])
def test_the_lagged_reading_covers_the_effect_of_being_on_for_good(memory: float, effect: float) -> None:
    rng, runs, inside, plain = np.random.default_rng(7), 400, 0, 0
    for run in range(runs):
        plan = switchback(288, block=8, burn_in=0, seed=run)
        on = plan.treated.astype(float)
        works = 0.5 * on + 0.3 * np.r_[on[0], on[:-1]] + 0.2 * np.r_[on[:1], on[:1], on[:-2]]
        season = 0.02 * np.arange(288) + np.sin(np.arange(288) / 30)
        outcome = season + walk(rng, 288, memory) + effect * works
        seen = lagged_effect(plan, outcome, carry=2)
        inside += seen.low <= effect <= seen.high
        blind = newey_west(np.column_stack((on, np.ones(288))), outcome - season, 0).of([1.0, 0.0])
        plain += abs(blind[0] - effect) <= 1.96 * blind[1]
    assert 0.92 <= inside / runs <= 0.98
    if memory or effect:
        assert plain / runs < 0.85  # without lags, of errors or of the effect


def test_carry_over_is_added_up_and_not_lost() -> None:
    plan = switchback(256, 8, 0, seed=1)
    on = plan.treated.astype(float)
    works = 0.5 * on + 0.5 * np.r_[0.0, on[:-1]]
    noise = np.random.default_rng(2).normal(0, 0.01, plan.periods)
    assert lagged_effect(plan, works[: plan.periods] + noise, carry=1).estimate == pytest.approx(1.0, abs=0.02)
    assert lagged_effect(plan, works[: plan.periods] + noise, carry=0).estimate < 0.96
    assert switchback_effect(plan, works[: plan.periods], seed=0).estimate < 0.96


def test_switchbacks_that_the_regression_cannot_carry_are_refused() -> None:
    plan = switchback(256, 8, 0, seed=1)
    with pytest.raises(ExperimentError, match="does not fit blocks of 8"):
        lagged_effect(plan, np.ones(plan.periods), carry=8)
    with pytest.raises(ExperimentError, match="finite numbers"):
        lagged_effect(plan, np.full(plan.periods, np.nan), carry=1)
    with pytest.raises(ExperimentError, match="5 pairs"):
        lagged_effect(switchback(80, 8, 0, seed=1), np.ones(80), carry=1)
    with pytest.raises(ExperimentError, match="a sum of others"):
        newey_west(np.ones((9, 2)), np.ones(9), 1)
    with pytest.raises(ExperimentError, match="too few"):
        newey_west(np.ones((2, 2)), np.ones(2), 1)
    assert not lagged_effect(plan, np.zeros(plan.periods), carry=1).varied


def regions(rng: np.random.Generator, weeks: int, memory: float = 0.0) -> np.ndarray:
    """Twelve regions of other sizes that go up and down together."""
    size = rng.lognormal(3, 0.5, 12)
    own = np.column_stack([walk(rng, weeks, memory) for _ in range(12)])
    return size * (1 + 0.1 * rng.normal(0, 1, (weeks, 1))) + own


@pytest.mark.parametrize(("effect", "memory"), [(0.0, 0.0), (0.0, 0.4), (1.0, 0.0)])
def test_the_regression_over_weeks_covers_its_effect_and_sees_more_than_changes_do(
    effect: float, memory: float
) -> None:
    rng, runs, inside, narrower = np.random.default_rng(8), 400, 0, 0
    for run in range(runs):
        outcome = regions(rng, 26, memory)
        markets = matched_markets(outcome[:20], seed=run)
        outcome[20:, list(markets.treated)] += effect
        seen = regression_effect(markets, outcome[:20], outcome[20:])
        changes = geo_effect(markets, outcome[:20], outcome[20:], seed=run)
        inside += seen.low <= effect <= seen.high
        narrower += seen.high - seen.low < changes.high - changes.low
    assert (0.92 if not memory else 0.89) <= inside / runs <= 0.98
    assert narrower / runs > (0.75 if not memory else 0.6)


def test_a_line_is_read_as_it_was_fitted() -> None:
    x, x_test = np.arange(10.0), np.array([4.0, 6.0])
    wobble = np.array([1.0, -1.0] * 5)
    before = np.column_stack((3 + 2 * x + wobble, x, 3 + 2 * x + wobble, x))
    during = np.column_stack((3 + 2 * x_test + 5, x_test, 3 + 2 * x_test + 5, x_test))
    found = regression_effect(Markets(((0, 1), (2, 3))), before, during)
    # R: predict(lm(y ~ x), ...) by hand; the wobble moves the line by little.
    slope, level = np.polyfit(x, 3 + 2 * x + wobble, 1)
    assert found.estimate == pytest.approx((3 + 2 * x_test + 5 - level - slope * x_test).mean())
    left = 3 + 2 * x + wobble - level - slope * x
    se = np.sqrt(left @ left / 8 * (1 / 2 + 1 / 10 + 0.5**2 / 82.5))
    assert (found.high - found.low) / 2 == pytest.approx(2.306004 * se, rel=1e-6)


def test_histories_that_fit_no_line_are_refused() -> None:
    pairs = Markets(((0, 1), (2, 3)))
    with pytest.raises(ExperimentError, match="7 weeks before"):
        regression_effect(pairs, np.ones((7, 4)), np.ones((3, 4)))
    with pytest.raises(ExperimentError, match="never changed"):
        regression_effect(pairs, np.ones((9, 4)), np.ones((3, 4)))
    with pytest.raises(ExperimentError, match="same columns"):
        regression_effect(Markets(((0, 9),)), np.ones((9, 4)), np.ones((3, 4)))
