"""Boundaries agree with published ones, spend alpha exactly, and power agrees with simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tools.experiment.arm import Arm
from tools.experiment.errors import ExperimentError
from tools.experiment.looks import (
    at_planned_look,
    boundaries,
    crossing,
    drift_for,
    even,
    inflation,
    planned,
    power_of,
    spent,
    usual,
)


def test_five_looks_agree_with_the_published_boundaries() -> None:
    # R package ldbounds, two-sided 0.05, O'Brien-Fleming spending, five equal looks.
    assert boundaries(even(5)) == pytest.approx((4.8769, 3.3569, 2.6803, 2.2898, 2.0310), abs=2e-4)


def test_one_look_is_the_usual_test() -> None:
    assert boundaries((1.0,)) == pytest.approx((stats.norm.isf(0.025),), abs=1e-8)
    assert drift_for((1.0,), 0.8) == pytest.approx(2.8016, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=12, unique=True))
def test_whatever_the_looks_no_more_is_spent_than_the_plan_allows(percents: list[int]) -> None:
    times = tuple(percent / 100 for percent in sorted(percents))
    spent = crossing(times, boundaries(times), drift=0.0).power
    assert spent == pytest.approx(4 * stats.norm.sf(stats.norm.isf(0.0125) / times[-1] ** 0.5), abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.sampled_from([1e-6, 3e-4, 1.5e-3, 5e-3, 0.02]))
def test_looks_at_nearly_the_same_information_spend_what_the_plan_allows(steps: list[int], near: float) -> None:
    # Each odd step is as small as that, in parts of the information by then.
    came, times = [0.2], even(len(steps) + 1)
    for step in steps:
        came.append(came[-1] * (1 + (near if step % 2 else step / 4)))
    information = tuple(one / came[-1] for one in came)

    bounds = boundaries(information, 0.05, times)

    assert np.cumsum(crossing(information, bounds, 0.0).first) == pytest.approx(spent(times), abs=2e-6)


@pytest.mark.parametrize(
    "information",
    [(0.3, 0.99999, 1.0), (0.3, 0.9985, 1.0), (0.5, 0.9999, 0.99995, 1.0), (0.9999, 0.99993, 0.99996, 1.0)],
)
def test_simulated_walks_cross_nearly_equal_looks_as_often_as_planned(information: tuple[float, ...]) -> None:
    looks, runs = len(information), 400_000
    times = even(looks)
    bounds = boundaries(information, 0.05, times)
    steps = np.sqrt(np.diff(information, prepend=0.0))
    z = np.cumsum(np.random.default_rng(6).standard_normal((runs, looks)) * steps, axis=1) / np.sqrt(information)
    crossed = np.logical_or.accumulate(np.abs(z) > bounds, axis=1).mean(axis=0)
    assert crossed == pytest.approx(spent(times), abs=0.0012)  # 3.5 standard errors of so many walks


def test_power_and_people_used_agree_with_simulated_walks() -> None:
    times, drift, runs = even(8), 3.0, 40_000
    bounds = boundaries(times)
    rng = np.random.default_rng(2)
    walk = np.cumsum(rng.normal(drift / 8, 8**-0.5, (runs, 8)), 1)
    crossed = np.abs(walk) / np.sqrt(times) > bounds
    found = crossing(times, bounds, drift)
    assert crossed.any(1).mean() == pytest.approx(found.power, abs=0.007)
    used = np.where(crossed.any(1), (crossed.argmax(1) + 1) / 8, 1.0).mean()
    assert used == pytest.approx(found.mean_information, abs=0.006)
    assert crossing(times, bounds, drift_for(times, 0.9)).power == pytest.approx(0.9, abs=1e-6)


def test_the_interval_leaves_zero_exactly_where_the_p_value_falls_below_alpha() -> None:
    rng, looks = np.random.default_rng(3), (0.2, 0.5)
    treated, control = Arm.of(rng.normal(0.2, 1, 600)), Arm.of(rng.normal(0, 1, 600))
    seen = at_planned_look(treated, control, looks)
    assert 0 < seen.p < 1
    for alpha, outside in ((seen.p * 1.01, True), (seen.p * 0.99, False)):
        assert at_planned_look(treated, control, looks, alpha).significant is outside
    assert seen.valid == "planned looks"


@pytest.mark.parametrize("looks", [(), (0.5, 0.5), (0.0, 1.0), (0.5, 1.1), (0.8, 0.4)])
def test_looks_that_do_not_rise_within_the_plan_are_refused(looks: tuple[float, ...]) -> None:
    with pytest.raises(ExperimentError, match="do not rise"):
        boundaries(looks)


def test_a_power_that_no_drift_gives_and_no_looks_at_all_are_refused() -> None:
    with pytest.raises(ExperimentError, match=r"power of 0\.01"):
        drift_for(even(3), 0.01)
    with pytest.raises(ExperimentError, match="0 looks"):
        even(0)


def test_planned_looks_rise_to_the_end_of_the_horizon_and_spend_alpha() -> None:
    looks = planned(4, 49)
    assert [look.day for look in looks] == [13, 25, 37, 49]
    assert [look.information for look in looks] == [0.25, 0.5, 0.75, 1.0]
    # Lan and DeMets (1983), O'Brien-Fleming spending of a two-sided 5 % at quarters.
    assert [look.spent for look in looks] == pytest.approx([0.00001, 0.00305, 0.01929, 0.05], abs=1.5e-4)
    assert planned(1, 49) == ()
    assert [usual(days) for days in (7, 30, 49, 400)] == [2, 2, 3, 6]
    with pytest.raises(ExperimentError, match="no 8 looks"):
        planned(8, 7)


def test_looks_cost_little_power_and_agree_with_what_they_need_in_effect() -> None:
    assert power_of(1, 0.91) == 0.91
    assert 0.88 <= power_of(4, 0.91) < 0.91
    assert power_of(4, 0.05) == 0.05
    drift = 2.8016 * inflation(4, 0.8)
    assert crossing(even(4), boundaries(even(4)), drift).power == pytest.approx(0.8, abs=1e-4)


def test_error_is_spent_by_the_plan_whatever_information_came() -> None:
    times, came = even(3), (0.1, 0.3, 0.9)
    bounds = boundaries(came, 0.05, times)
    found = np.cumsum(crossing(came, bounds, 0.0).first)
    assert found == pytest.approx(spent(times), abs=1e-7)
    assert boundaries(tuple(share / 2 for share in came), 0.05, times) == pytest.approx(bounds, abs=1e-6)
    with pytest.raises(ExperimentError, match="2 times"):
        boundaries(came, 0.05, (0.5, 1.0))
