"""What is expected before any data, what moves, and rewards that are chances: known answers and simulated ones."""

from __future__ import annotations

import numpy as np
import pytest

from delivery.decide import BadDecision, Declared, OddsThompson, PooledThompson


def test_hope_is_a_constant_taken_off_every_reward() -> None:
    rng = np.random.default_rng(1)
    arm, x = rng.integers(0, 3, 50), rng.standard_normal((50, 4))
    reward, weight = rng.random(50), rng.random(50)
    hoping = PooledThompson(4, 4, hope=0.4, seed=2, declared=Declared(0, 1))
    plain = PooledThompson(4, 4, seed=2)

    for part in (slice(0, 20), slice(20, 50)):
        hoping.learn(arm[part], x[part], reward[part], weight[part])
        plain.learn(arm[part], x[part], reward[part] - 0.4, weight[part])
    hoping.learn([], np.empty((0, 4)), [])

    assert np.allclose(hoping.means, plain.means)
    assert np.allclose(hoping.evidence.cross, plain.evidence.cross)
    assert (hoping.means[3] == 0).all()


def test_an_arm_that_pays_less_than_hoped_loses_to_one_without_data() -> None:
    one = np.ones((200, 1))

    def share_of_unknown(hope: float) -> float:
        bandit = PooledThompson(2, 1, scale=0.1, hope=hope, floor=0)
        bandit.learn(np.zeros(200, int), one, np.full(200, 0.3))
        bandit.refresh()
        return float(bandit.propensities(one[:1])[0, 1])

    assert share_of_unknown(0.8) > 0.9
    assert share_of_unknown(-0.2) < 0.1


def test_the_posterior_of_now_is_that_of_the_model_with_slopes_written_out() -> None:
    rng, keep, ridge, drift = np.random.default_rng(2), 0.9, 2.0, 0.3
    bandit = PooledThompson(1, 3, ridge=ridge, forget=keep, drift=drift)
    wide, told, heavy = [], [], []
    for step in range(5):
        bandit.discount()
        x, reward, age = rng.standard_normal((8, 3)), rng.random(8), 4 - step
        bandit.learn(np.zeros(8, int), x, reward)
        wide.append(np.concatenate([x, -age * x], axis=1))
        told.append(reward)
        heavy.append(np.full(8, keep**age))

    features, weight = np.concatenate(wide), np.concatenate(heavy)
    prior = np.diag([ridge] * 3 + [ridge / drift**2] * 3)
    square = (features * weight[:, None]).T @ features + prior
    mean = np.linalg.solve(square, features.T @ (weight * np.concatenate(told)))
    precision, _ = bandit._posterior(np.array([0]))

    assert np.allclose(bandit.means[0], mean[:3])
    assert np.allclose(np.linalg.inv(precision[0]), np.linalg.inv(square)[:3, :3])


@pytest.mark.parametrize("kind", [PooledThompson, OddsThompson])
def test_weights_that_move_steadily_are_followed_more_closely_than_by_forgetting(
    kind: type[PooledThompson],
) -> None:
    def error(**setting: float) -> float:
        rng, bandit, off = np.random.default_rng(3), kind(1, 2, hope=0.5, **setting), []
        start, end = np.array([0.2, 0.15]), np.array([-0.2, 0.15])
        for batch in range(60):
            now = start + (end - start) * batch / 60
            x = np.stack([np.ones(100), rng.standard_normal(100)], axis=1)
            bandit.discount()
            bandit.learn(np.zeros(100, int), x, (rng.random(100) < 0.5 + x @ now).astype(float))
            odds = 4.0 if kind is OddsThompson else 1.0
            if batch > 20:
                off.append(np.square(bandit.means[0] / odds - now).sum())
        return float(np.mean(off))

    forgetting = min(error(forget=keep) for keep in (0.97, 0.95, 0.9, 0.85, 0.8))
    assert error(drift=0.02) < 0.75 * forgetting


def test_log_odds_that_were_planted_are_found() -> None:
    rng, planted = np.random.default_rng(4), np.array([[-0.5, 1.5], [1.0, -0.7]])
    bandit = OddsThompson(2, 2, ridge=0.1, hope=0.2, declared=Declared(0, 10))
    for _ in range(20):
        arm, x = rng.integers(0, 2, 500), np.stack([np.ones(500), rng.standard_normal(500)], axis=1)
        chance = 1 / (1 + np.exp(-(np.log(0.25) + np.einsum("pf,pf->p", x, planted[arm]))))
        bandit.learn(arm, x, 10.0 * (rng.random(500) < chance))

    # 5,000 chances an arm leave a standard error of about 0.04; four of them.
    assert np.abs(bandit.means - planted).max() < 0.16
    assert bandit.evidence.seen.sum() == pytest.approx(10_000)


def test_one_batch_ends_at_the_mode_of_the_posterior() -> None:
    rng = np.random.default_rng(5)
    x, reward, weight = rng.standard_normal((60, 3)), rng.random(60), rng.uniform(0.5, 2, 60)
    bandit = OddsThompson(1, 3, ridge=2.0, hope=0.3)
    bandit.learn(np.zeros(60, int), x, reward, weight)

    mode = bandit.means[0]
    chance = 1 / (1 + np.exp(-(np.log(0.3 / 0.7) + x @ mode)))
    assert np.allclose(x.T @ (weight * (reward - chance)), 2.0 * mode, atol=1e-4)


def test_rewards_that_never_differ_give_finite_beliefs() -> None:
    bandit, one = OddsThompson(2, 1, ridge=1e-6), np.ones((300, 1))
    for _ in range(30):
        bandit.learn(np.arange(300) % 2, one, (np.arange(300) % 2).astype(float))
        bandit.refresh()

    assert np.isfinite(bandit.pool).all()
    assert bandit.propensities(one[:1])[0, 1] > 0.9


@pytest.mark.parametrize("setting", [{"hope": 0.0}, {"hope": 1.0}, {"declared": Declared(0.0)}, {"hope": float("nan")}])
def test_chances_need_a_hope_between_and_a_finite_range(setting: dict[str, float]) -> None:
    with pytest.raises(BadDecision, match="give no chances"):
        OddsThompson(2, 2, **setting)  # type: ignore[arg-type]


def test_a_reward_outside_the_range_of_chances_is_not_learnt() -> None:
    with pytest.raises(BadDecision, match="outside the declared 0 to 1"):
        OddsThompson(2, 1).learn([0, 1], [[1.0], [1.0]], [0.5, 1.5])
