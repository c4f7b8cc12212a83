from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from delivery.off_policy import Logs, score
from delivery.off_policy.estimators import dr, heavy, ips, snips, switch_dr, switch_point
from delivery.off_policy.intervals import Ratio, estimated, student
from delivery.off_policy.overlap import weights
from delivery.off_policy.reward_model import cross_fitted
from tests.delivery.off_policy.known_logs import ACTIONS, chances, log, shares, truth, wanted


def test_intervals_hold_the_truth_about_as_often_as_they_say_and_nothing_is_off_on_the_average() -> None:
    true, runs = truth(), 200
    said = [score(logs, wanted(logs.features)) for logs in (log(1_500, seed) for seed in range(runs))]

    for name in ("ips", "snips", "dr", "switch_dr"):
        held = np.mean([one.estimates[name].low <= true <= one.estimates[name].high for one in said])  # type: ignore[operator]
        values = np.array([one.estimates[name].value for one in said])
        assert 0.90 <= held <= 0.99, name
        assert abs(values.mean() - true) < 4 * values.std() / np.sqrt(runs), name


def test_the_doubly_robust_estimate_stays_right_with_a_model_that_is_wrong() -> None:
    true = truth()
    logs = [log(2_000, seed) for seed in range(60)]
    wrong = [score(one, wanted(one.features), model=np.full((one.rows, ACTIONS + 1), 0.9)) for one in logs]
    values = np.array([one.estimates["dr"].value for one in wrong])

    assert abs(values.mean() - true) < 4 * values.std() / np.sqrt(len(values))
    assert min(one.estimates["dm"].value for one in wrong) > true + 0.3


def test_the_model_that_is_right_makes_the_doubly_robust_estimate_sharper() -> None:
    logs = log(4_000, 1)
    said = score(logs, wanted(logs.features))
    assert said.estimates["dr"].error < said.estimates["ips"].error  # type: ignore[operator]


def test_the_cross_fitted_model_equals_ridge_regressions_fitted_one_by_one() -> None:
    logs = log(300, 3)
    people = np.random.default_rng(7).permutation(300) % 5
    z = np.column_stack([np.ones(300), (logs.features - logs.features.mean(0)) / logs.features.std(0)])

    q = cross_fitted(logs, seed=7)

    for fold in range(5):
        others, mine = people != fold, people == fold
        mean = logs.reward[others].mean()
        for column in range(ACTIONS + 1):
            kept = others & (logs.column == column)
            beta = np.linalg.solve(z[kept].T @ z[kept] + np.eye(3), z[kept].T @ (logs.reward[kept] - mean))
            assert q[mine, column] == pytest.approx(np.clip(mean + z[mine] @ beta, 0, 1))


def test_a_persons_own_rewards_are_nowhere_in_what_is_foretold_of_them() -> None:
    unit = np.repeat(np.arange(100), 3)
    before = log(300, 5, unit=unit)
    flipped = before.reward.copy()
    flipped[unit == 42] = 1 - flipped[unit == 42]
    after = log(300, 5, unit=unit, reward=flipped)

    mine = unit == 42
    assert cross_fitted(before)[mine] == pytest.approx(cross_fitted(after)[mine], abs=1e-12)
    assert np.abs(cross_fitted(before) - cross_fitted(after)).max() > 1e-6


def test_an_action_without_data_is_foretold_the_mean_of_all() -> None:
    logs = log(400, 6)
    kept = logs.action != 2
    few = Logs(logs.features[kept], logs.action[kept], logs.propensity[kept], logs.reward[kept], ACTIONS, 0.0, 1.0)

    q = cross_fitted(few)

    assert np.abs(q[:, 3] - few.reward.mean()).max() < 0.05


def test_switching_leaves_only_weights_up_to_the_point() -> None:
    logs = log(3_000, 2)
    target, q = wanted(logs.features), cross_fitted(logs)
    w = weights(logs, target)

    cut = switch_dr(w, logs.reward, logs.column, target, q, 2.0)
    whole = dr(w, logs.reward, logs.column, target, q)

    above = w > 2
    assert 0 < above.sum() < len(w)
    assert cut.over[above] == pytest.approx((target * q).sum(axis=1)[above])
    assert cut.over[~above] == pytest.approx(whole.over[~above])


def test_the_targets_share_above_a_weight_is_that_of_its_weights_on_the_average() -> None:
    logs = log(200_000, 2)
    target = wanted(logs.features)
    w = weights(logs, target)

    assert heavy(target, shares(logs.features), 2.0) == pytest.approx(np.where(w > 2, w, 0).mean(), abs=0.01)


def test_the_switch_is_made_where_a_freak_row_makes_the_variance_and_only_with_all_propensities() -> None:
    logs = log(3_000, 2)
    target, q, every = wanted(logs.features), cross_fitted(logs), shares(logs.features)
    w = weights(logs, target)
    plain = (logs.reward, logs.column, target, q)
    assert switch_point(w, *plain, every, 1.0) == (np.inf, 0.0)

    row = int(np.argmax(logs.reward))
    w[row] = 5_000.0
    every[row, logs.column[row]] = target[row, logs.column[row]] / w[row]
    point, bias = switch_point(w, *plain, every, 1.0)

    assert 1 < point < 5_000
    assert bias == heavy(target, every, point) < 0.01
    assert switch_point(w, *plain, None, 1.0) == (np.inf, 0.0)
    assert abs(switch_dr(w, *plain, point).value - truth()) < 0.1 < abs(dr(w, *plain).value - truth())


def test_clipping_is_stated_and_widens_the_intervals_by_what_it_may_have_moved() -> None:
    logs = log(3_000, 4)
    target = wanted(logs.features)
    free, cut = score(logs, target), score(logs, target, clip=2.0)

    w = weights(logs, target)
    assert free.clipped == 0
    assert cut.clipped == pytest.approx(np.maximum(w - 2, 0).mean())
    assert cut.estimates["dr"].bias == pytest.approx(cut.clipped)
    assert cut.estimates["ips"].value < free.estimates["ips"].value
    assert cut.estimates["ips"].high > truth() > cut.estimates["ips"].low  # type: ignore[operator]


def test_the_bootstrap_and_the_influence_function_agree() -> None:
    logs = log(4_000, 8)
    w = weights(logs, wanted(logs.features))
    for ratio in (ips(w, logs.reward), snips(w, logs.reward)):
        by_law, by_resampling = estimated(ratio, 0.95), estimated(ratio, 0.95, "bootstrap", seed=3)
        width = by_law.high - by_law.low  # type: ignore[operator]
        assert by_resampling.low == pytest.approx(by_law.low, abs=0.1 * width)
        assert by_resampling.high == pytest.approx(by_law.high, abs=0.1 * width)
        assert by_resampling == estimated(ratio, 0.95, "bootstrap", seed=3)


def test_rows_of_one_person_count_as_one() -> None:
    logs = log(1_000, 9)
    twice = np.concatenate([np.arange(1_000), np.arange(1_000)])
    double = Logs(
        logs.features[twice],
        logs.action[twice],
        logs.propensity[twice],
        logs.reward[twice],
        ACTIONS,
        0.0,
        1.0,
        unit=twice,
    )

    once, both = (score(one, wanted(one.features)).estimates["snips"] for one in (logs, double))

    assert both.value == pytest.approx(once.value)
    assert both.error == pytest.approx(once.error)


def test_where_few_rewards_carry_the_variance_the_interval_is_wider_as_of_a_small_sample() -> None:
    over = np.zeros(1_000)
    over[:8] = 1.0
    found = estimated(Ratio(over, np.ones(1_000)), 0.95)

    assert found.carried == pytest.approx(8, rel=0.1)
    assert (found.high - found.value) / found.error == pytest.approx(student(0.95, 2 * found.carried))  # type: ignore[operator]


@pytest.mark.parametrize("freedom", [5, 8, 20, 200])
@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_quantile_is_students(freedom: float, level: float) -> None:
    assert student(level, freedom) == pytest.approx(stats.t.ppf((1 + level) / 2, freedom), rel=0.003)


def test_the_same_log_and_seed_give_the_same_score() -> None:
    logs = log(800, 10)
    assert score(logs, wanted(logs.features), seed=4) == score(logs, wanted(logs.features), seed=4)
    assert chances(logs.features).shape == (800, ACTIONS + 1)
