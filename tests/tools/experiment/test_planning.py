"""Closed forms of power for money, ratios and clusters agree with simulated tests analysed as a report would."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.arm import Arm
from tools.experiment.clusters import Clusters, clustered_difference, mde_clusters, power_clusters
from tools.experiment.effect import difference
from tools.experiment.errors import ExperimentError
from tools.experiment.horizon import came, days_needed
from tools.experiment.hurdle import Hurdle, mde_hurdle, power_hurdle
from tools.experiment.power import power_means, power_proportions
from tools.experiment.ratio import mde_ratio, power_ratio, ratio_difference, ratio_of


def test_a_hurdle_has_the_mean_and_spread_of_simulated_money() -> None:
    planned, rng = Hurdle.lognormal(0.05, 20, 0.8), np.random.default_rng(1)
    money = np.where(rng.random(400_000) < 0.05, 20 * rng.lognormal(0, 0.8, 400_000), 0.0)
    assert (planned.mean, planned.sd) == (pytest.approx(money.mean(), rel=0.02), pytest.approx(money.std(), rel=0.03))
    seen = Hurdle.of(money)
    assert (seen.mean, seen.sd) == (pytest.approx(money.mean()), pytest.approx(money.std()))


@pytest.mark.parametrize(("moves", "by"), [("buyers", 0.35), ("value", 0.45)])
def test_power_of_money_with_most_at_zero_agrees_with_simulation(moves: str, by: float) -> None:
    before, rng, runs = Hurdle.lognormal(0.1, 20, 0.7), np.random.default_rng(2), 600
    after, sizes = before.raised(by, moves), (2_500, 1_500)
    more = (1 + by) if moves == "value" else 1.0
    seen = 0
    for _ in range(runs):
        arms = [
            np.where(rng.random(n) < hurdle.buyers, scale * 20 * rng.lognormal(0, 0.7, n), 0.0)
            for n, hurdle, scale in zip(sizes, (after, before), (more, 1.0), strict=True)
        ]
        seen += difference(*arms).significant
    assert seen / runs == pytest.approx(power_hurdle(before, after, *sizes), abs=0.05)


def test_the_smallest_rise_of_money_is_seen_with_the_power_asked_for() -> None:
    before = Hurdle.lognormal(0.03, 20, 1.0)
    for moves in ("buyers", "value"):
        by = mde_hurdle(before, 20_000, 5_000, moves)
        assert power_hurdle(before, before.raised(by, moves), 20_000, 5_000) == pytest.approx(0.8, abs=1e-6)
    assert mde_hurdle(before, 20, 20, "value") is None
    assert mde_hurdle(Hurdle(0.0, 0.0, 0.0), 20_000, 5_000, "buyers") is None


def test_power_has_no_gap_where_the_non_central_t_loses_its_tail() -> None:
    powers = [power_means(shift, 1, 1, 2, 2_000_000) for shift in np.linspace(0, 30, 61)]
    assert np.isfinite(powers).all()
    assert (np.diff(powers) >= -1e-12).all()
    assert all(np.isfinite(power_means(z, 1, 1, 24_392, 24_392)) for z in np.linspace(0, 0.2, 60))


def _orders(rng: np.random.Generator, people: int, lift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Revenue and orders per person: who orders more spends less per order."""
    taste = rng.gamma(2.0, 1.0, people)
    orders = 1.0 + rng.poisson(taste)
    return orders * (10 + lift - taste) + rng.normal(0, 8, people) * np.sqrt(orders), orders


def test_a_ratios_interval_covers_the_truth_and_its_power_is_that_planned() -> None:
    rng, runs, lift = np.random.default_rng(3), 800, 0.6
    before = Arm.of(*_orders(rng, 100_000))
    seen = [ratio_difference(Arm.of(*_orders(rng, 700, lift)), Arm.of(*_orders(rng, 500))) for _ in range(runs)]
    assert 0.93 <= np.mean([effect.low <= lift <= effect.high for effect in seen]) <= 0.97
    power = power_ratio(before, lift, 700, 500)
    assert np.mean([effect.significant for effect in seen]) == pytest.approx(power, abs=0.05)
    assert power_ratio(before, mde_ratio(before, 700, 500), 700, 500) == pytest.approx(0.8, abs=1e-6)


def test_a_ratio_without_denominators_is_refused() -> None:
    with pytest.raises(ExperimentError, match="have no ratio"):
        ratio_of(Arm.of(np.ones(5), np.zeros(5)))
    with pytest.raises(ExperimentError, match="shows no spread"):
        ratio_difference(Arm.of([1.0], [1.0]), Arm.of([1.0, 2.0], [1.0, 1.0]))


def _stores(rng: np.random.Generator, stores: int, lift: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sizes = rng.integers(5, 40, stores)
    cluster = np.repeat(np.arange(stores), sizes)
    treated = rng.permutation(np.arange(stores) % 2 == 0)
    outcome = rng.normal(0, 0.5, stores)[cluster] + rng.normal(0, 2, len(cluster)) + lift * treated[cluster]
    return outcome, cluster, treated[cluster]


def test_clusters_are_known_by_their_correlation_and_their_power_agrees_with_simulation() -> None:
    rng, runs, lift = np.random.default_rng(4), 800, 0.4
    outcome, cluster, _ = _stores(rng, 4_000, 0.0)
    known = Clusters.of(outcome, cluster)
    assert known.icc == pytest.approx(0.25 / 4.25, abs=0.006)
    seen = [clustered_difference(*_stores(rng, 80, lift)) for _ in range(runs)]
    assert 0.93 <= np.mean([effect.low <= lift <= effect.high for effect in seen]) <= 0.97
    power = power_clusters(lift, 4.25**0.5, known, 40, 40)
    assert np.mean([effect.significant for effect in seen]) == pytest.approx(power, abs=0.05)
    assert power_clusters(mde_clusters(2.0, known, 40, 40), 2.0, known, 40, 40) == pytest.approx(0.8, abs=1e-6)


def test_a_design_effect_agrees_with_its_formula_by_hand() -> None:
    assert Clusters(20, 0.0, 0.05).design_effect == pytest.approx(1.95)
    assert Clusters(20, 0.5, 0.05).design_effect == pytest.approx(2.2)
    assert Clusters(1, 0.0, 0.3).design_effect == 1.0


def test_clusters_in_both_arms_and_clusters_of_one_are_refused() -> None:
    with pytest.raises(ExperimentError, match="both arms"):
        clustered_difference([1.0, 2.0, 3.0], ["a", "a", "b"], [True, False, False])
    with pytest.raises(ExperimentError, match="no correlation"):
        Clusters.of([1.0, 2.0], ["a", "b"])
    with pytest.raises(ExperimentError, match="Clusters of 0"):
        Clusters(0, 0.0, 0.1)


def test_the_horizon_is_the_first_day_with_the_power_wanted() -> None:
    def power_on(day: int) -> float:
        people = came(day, 60_000, 0.05)
        return power_proportions(0.05, 0.058, people / 2, people / 2)

    day = days_needed(power_on)
    assert day is not None
    assert power_on(day) >= 0.8 > power_on(day - 1)
    assert days_needed(lambda day: 0.5) is None
    with pytest.raises(ExperimentError):
        days_needed(power_on, power=1.0)


@pytest.mark.parametrize("values", [(1.2, 10, 1), (0.1, float("nan"), 1), (0.1, 10, -1)])
def test_hurdles_that_are_none_are_refused(values: tuple[float, float, float]) -> None:
    with pytest.raises(ExperimentError):
        Hurdle(*values)
