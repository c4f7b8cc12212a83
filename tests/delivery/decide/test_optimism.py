"""A bonus for arms that little is known of: how large it is, that it decides, and that propensities count it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from delivery.decide import BadDecision, OddsThompson, PooledThompson
from delivery.decide.state import restore, snapshot
from tests.delivery.decide.bandits import ARMS, FEATURES, odds, pooled

PEOPLE = np.random.default_rng(1).standard_normal((6, FEATURES))
ALLOWED = np.array(
    [[1, 1, 1, 1, 1, 1], [0, 1, 1, 0, 0, 1], [0, 0, 0, 0, 0, 1], [0] * 6, [1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 0, 0]], bool
)
KINDS = (PooledThompson, OddsThompson)


@pytest.mark.parametrize("make", [pooled, odds])
@pytest.mark.parametrize("allowed", [None, ALLOWED])
def test_propensities_with_optimism_are_the_shares_of_what_is_chosen(
    make: Callable[..., PooledThompson], allowed: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bandit, people = make(optimism=0.3), len(PEOPLE)
    share = bandit.propensities(PEOPLE, allowed)

    # Uniforms spread evenly: 600 in every one of the 32 draws, 60 of them in its part for even exploration.
    times = 32 * 600
    even = np.tile((np.arange(times) + 0.5) / times, people)
    every = None if allowed is None else np.repeat(allowed, times, axis=0)
    action = bandit.act(np.repeat(PEOPLE, times, axis=0), even, every).reshape(people, times)

    seen = np.stack([(action == arm).mean(axis=1) for arm in range(ARMS)], axis=1)
    assert np.allclose(seen, share, atol=1e-9)
    assert np.allclose(share.sum(axis=1), 1 if allowed is None else allowed.any(axis=1))
    assert np.abs(share - make().propensities(PEOPLE, allowed)).max() > 0.05
    monkeypatch.setattr("delivery.decide.pool.AT_ONCE", 0)
    assert np.array_equal(bandit.propensities(PEOPLE, allowed), share)


@pytest.mark.parametrize("make", [pooled, odds])
def test_one_person_is_decided_for_as_many_are(make: Callable[..., PooledThompson]) -> None:
    bandit, rng = make(optimism=0.3), np.random.default_rng(2)
    x, uniforms, allowed = rng.standard_normal((300, FEATURES)), rng.random(300), rng.random((300, ARMS)) < 0.6

    for masks in (None, allowed):
        alone = [
            bandit.one(x[place].astype(np.float32), float(uniforms[place]), None if masks is None else masks[place])
            for place in range(300)
        ]
        assert alone == bandit.act(x, uniforms, masks).tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("drift", [0.0, 0.1])
def test_the_bonus_is_the_spread_of_an_arms_score_in_the_mean_over_people(
    kind: type[PooledThompson], drift: float
) -> None:
    rng = np.random.default_rng(3)
    bandit = kind(3, 2, optimism=0.7, forget=0.8, ridge=2.0, drift=drift, hope=0.5)
    assert np.allclose(bandit.bonus, 0.7 * np.sqrt(2 / 2.0))
    told, heavy = np.zeros((2, 2)), 0.0
    for _ in range(3):
        bandit.discount()
        x, weight = rng.standard_normal((50, 2)) * [1.0, 5.0] + [2.0, 0.0], rng.uniform(0.5, 2, 50)
        bandit.learn(rng.integers(0, 2, 50), x, rng.random(50), weight)
        told, heavy = 0.8 * told + (x * weight[:, None]).T @ x, 0.8 * heavy + weight.sum()
        bandit.refresh()

    precision, _ = bandit._posterior(np.arange(3))
    assert np.allclose(
        bandit.bonus, 0.7 * np.sqrt(np.trace(np.linalg.inv(precision) @ (told / heavy), axis1=1, axis2=2))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_arm_without_data_keeps_pace_with_who_comes_while_others_alone_learn(kind: type[PooledThompson]) -> None:
    bandit = kind(3, 1, optimism=0.5, ridge=1.0)

    for size in (3.0, 5.0):
        bandit.learn([0], [[size]], [0.5])
        bandit.refresh()

    assert np.allclose(bandit.bonus[1:], 0.5 * np.sqrt((9 + 25) / 2))


@pytest.mark.parametrize("kind", KINDS)
def test_an_arm_without_data_is_tried_though_another_is_known_to_be_slightly_better(
    kind: type[PooledThompson],
) -> None:
    one = np.ones((200, 1))

    def of_unknown(optimism: float) -> tuple[PooledThompson, float]:
        bandit = kind(2, 1, scale=0.001, hope=0.4, floor=0, optimism=optimism)
        bandit.learn(np.zeros(200, int), one, np.full(200, 0.42))
        bandit.refresh()
        return bandit, float(bandit.propensities(one[:1])[0, 1])

    plain, never = of_unknown(0.0)
    hopeful, always = of_unknown(0.1)

    assert plain.means[0, 0] > plain.means[1, 0] == 0
    assert plain.bonus.tolist() == [0, 0]
    assert hopeful.bonus[1] > 5 * hopeful.bonus[0] > 0
    assert (never, always) == (0, 1)


@pytest.mark.parametrize("make", [pooled, odds])
def test_a_restored_bandit_is_as_optimistic(make: Callable[..., PooledThompson]) -> None:
    bandit, rng = make(optimism=0.3), np.random.default_rng(8)
    x, uniforms = rng.standard_normal((500, FEATURES)), rng.random(500)
    bandit.learn(np.zeros(50, int), 3 * x[:50], np.full(50, 0.1))
    bandit.refresh()

    again = restore(snapshot(bandit))

    assert snapshot(again) == snapshot(bandit)
    assert (again.act(x, uniforms) == bandit.act(x, uniforms)).all()
    assert (again.propensities(x) == bandit.propensities(x)).all()
    for each in (bandit, again):
        each.learn(np.ones(20, int), x[:20], np.full(20, 0.3))
        each.refresh()
    assert (again.act(x, uniforms) == bandit.act(x, uniforms)).all()
    assert snapshot(again) == snapshot(bandit)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimism", [-0.1, float("inf"), float("nan")])
def test_optimism_that_cannot_be_is_refused_in_one_sentence(kind: type[PooledThompson], optimism: float) -> None:
    with pytest.raises(BadDecision, match=f"optimism {optimism}: .* drift and optimism finite and at least 0.$"):
        kind(2, 2, optimism=optimism)
