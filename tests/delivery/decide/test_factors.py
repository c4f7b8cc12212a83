"""Arms that share structure learn from each other, and independent ones are still told apart."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from delivery.decide import BadDecision, FactoredThompson, PooledThompson
from delivery.decide.factors import FactoredThompson as Factored

LEVELS = np.array(list(product(range(8), range(5))))


def _world(seed: int, own: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    parts = [rng.standard_normal((size, 6)) * 0.3 for size in (8, 5)]
    return parts[0][LEVELS[:, 0]] + parts[1][LEVELS[:, 1]] + own * rng.standard_normal((40, 6))


def _regret(bandit: PooledThompson | Factored, weights: np.ndarray, batches: int = 25) -> float:
    rng, lost = np.random.default_rng(9), 0.0
    for _ in range(batches):
        x = rng.standard_normal((100, 6)) / np.sqrt(6)
        mean = x @ weights.T
        action = bandit.act(x, rng.random(100))
        got = mean[np.arange(100), action]
        lost += float((mean.max(axis=1) - got).sum())
        bandit.learn(action, x, got + 0.3 * rng.standard_normal(100))
        bandit.refresh()
    return lost


def test_shared_structure_takes_a_third_off_the_regret_of_independent_arms() -> None:
    lost = {"shared": 0.0, "apart": 0.0}
    for seed in range(3):
        weights = _world(seed, own=0.05)
        lost["shared"] += _regret(FactoredThompson(LEVELS, 6, noise=0.3, floor=0, seed=seed), weights)
        lost["apart"] += _regret(PooledThompson(40, 6, scale=0.1, floor=0, seed=seed), weights)

    assert lost["shared"] < 0.67 * lost["apart"]


def test_the_posterior_is_that_of_the_whole_linear_model() -> None:
    rng = np.random.default_rng(3)
    levels = np.array([[0, 0], [0, 1], [1, 0]])
    bandit = FactoredThompson(
        levels, 2, draws=60_000, noise=0.5, spread=[0.4, 0.3, 0.2, 0.1], boldness=1.0, adapts=False, floor=0
    )
    arm, x = rng.integers(0, 3, 40), rng.standard_normal((40, 2))
    y = rng.standard_normal(40)
    bandit.learn(arm, x, y)
    bandit.refresh()

    # The same model written out: a column per weight of every block, a plain Gaussian posterior.
    blocks = np.array([[1, 1, 0, 1, 0, 1, 0, 0], [1, 1, 0, 0, 1, 0, 1, 0], [1, 0, 1, 1, 0, 0, 0, 1]], float)
    prior = np.repeat(np.array([0.4, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1]) ** 2, 2)
    wide = (blocks[arm][:, :, None] * x[:, None, :]).reshape(40, -1)
    covariance = np.linalg.inv(wide.T @ wide / 0.25 + np.diag(1 / prior))
    mean = covariance @ wide.T @ y / 0.25
    to_arm = np.kron(blocks, np.eye(2))

    assert np.allclose(bandit.means.reshape(-1), to_arm @ mean, atol=0.006)
    drawn = np.cov(bandit.pool.reshape(60_000, -1).T)
    assert np.allclose(drawn, to_arm @ covariance @ to_arm.T, atol=0.002)


def test_variances_are_learnt_from_what_the_arms_differ_by() -> None:
    rng, weights = np.random.default_rng(6), _world(2, own=0.0)
    bandit = FactoredThompson(LEVELS, 6, noise=0.1, spread=0.2, seed=1)
    for _ in range(30):
        arm, x = rng.integers(0, 40, 400), rng.standard_normal((400, 6))
        bandit.learn(arm, x, np.einsum("pf,pf->p", x, weights[arm]) + 0.1 * rng.standard_normal(400))
        bandit.refresh()

    _, creative, channel, own = np.sqrt(bandit.variance)
    assert own < 0.03
    assert 0.15 < creative < 0.5
    assert 0.1 < channel < 0.5


@pytest.mark.parametrize("levels", [np.zeros((0, 2)), np.array([[0, -1]]), np.array([1, 2])])
def test_levels_that_name_no_arms_are_refused(levels: np.ndarray) -> None:
    with pytest.raises(BadDecision, match="Levels"):
        FactoredThompson(levels, 3)
