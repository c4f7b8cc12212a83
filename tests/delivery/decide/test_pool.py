"""Deciding by a pool of draws: exact propensities, masks, one person as many, nobody's arm depends on the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.creative import NO_CONTACT
from delivery.decide import BadDecision, Declared, FactoredThompson, PooledThompson
from delivery.decide.pool import DrawPool, best
from tests.delivery.decide.bandits import ARMS, FEATURES, KINDS, odds, pooled

Bandit = PooledThompson | FactoredThompson
PEOPLE = np.random.default_rng(1).standard_normal((6, FEATURES))
ALLOWED = np.array(
    [[1, 1, 1, 1, 1, 1], [0, 1, 1, 0, 0, 1], [0, 0, 0, 0, 0, 1], [0] * 6, [1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 0, 0]], bool
)


@pytest.mark.parametrize("make", KINDS)
def test_arms_are_chosen_as_often_as_their_propensity_says(make: Callable[[], Bandit]) -> None:
    bandit, times = make(), 40_000
    share = bandit.propensities(PEOPLE, ALLOWED)

    x, allowed = np.repeat(PEOPLE, times, axis=0), np.repeat(ALLOWED, times, axis=0)
    action = bandit.act(x, np.random.default_rng(2).random(len(x)), allowed).reshape(6, times)

    seen = np.stack([(action == arm).mean(axis=1) for arm in range(ARMS)], axis=1)
    assert np.abs(seen - share).max() < 5 * np.sqrt(0.25 / times)
    assert np.allclose(share.sum(axis=1), [1, 1, 1, 0, 1, 1])
    assert (share[~ALLOWED] == 0).all()
    assert (share[ALLOWED] >= 0.1 / 6 - 1e-12).all()
    assert (action[3] == NO_CONTACT).all()


@pytest.mark.parametrize("make", KINDS)
def test_the_propensity_of_a_choice_is_that_of_its_arm_and_of_no_contact_1(make: Callable[[], Bandit]) -> None:
    bandit = make()
    uniforms = np.random.default_rng(3).random(6)

    action, propensity = bandit.choose(PEOPLE, uniforms, ALLOWED)

    share = bandit.propensities(PEOPLE, ALLOWED)
    contacted = action != NO_CONTACT
    assert (propensity[contacted] == share[contacted, action[contacted]]).all()
    assert propensity[3] == 1
    assert (propensity > 0).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_nobodys_arm_depends_on_the_order_or_the_company(seed: int, masked: bool) -> None:
    bandit, rng = pooled(), np.random.default_rng(seed)
    x, uniforms = rng.standard_normal((300, FEATURES)), rng.random(300)
    allowed = rng.random((300, ARMS)) < 0.6 if masked else None
    order = rng.permutation(300)

    whole = bandit.act(x, uniforms, allowed)

    assert (bandit.act(x[order], uniforms[order], None if allowed is None else allowed[order]) == whole[order]).all()
    alone = [
        bandit.one(x[place].astype(np.float32), float(uniforms[place]), None if allowed is None else allowed[place])
        for place in range(300)
    ]
    assert alone == whole.tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_propensities_are_the_same_counted_at_once_or_draw_by_draw(seed: int, masked: bool, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    pool = DrawPool(32, ARMS, FEATURES, 0.1)
    pool.pool[:] = rng.integers(-1, 2, pool.pool.shape) if ties else rng.standard_normal(pool.pool.shape)
    x = rng.integers(-1, 2, (40, FEATURES)) if ties else rng.standard_normal((40, FEATURES))
    allowed = rng.random((40, ARMS)) < 0.3 if masked else None

    at_once = pool.propensities(x, allowed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("delivery.decide.pool.AT_ONCE", 0)
        assert np.array_equal(pool.propensities(x, allowed), at_once)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 40, 255, 256, 400]))
def test_the_best_is_the_first_of_the_highest_whatever_the_number_of_arms(seed: int, arms: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(-3, 4, (arms, 70)).astype(np.float32)
    scores[:, rng.random(70) < 0.1] = -np.inf

    assert (best(scores) == scores.argmax(axis=0)).all()


def test_scores_that_are_no_numbers_give_an_arm_that_exists() -> None:
    assert best(np.full((3, 4), np.nan, np.float32)).tolist() == [0, 0, 0, 0]


def test_an_arm_without_data_is_chosen_by_its_prior() -> None:
    bandit = pooled(floor=0.0)

    share = bandit.propensities(PEOPLE)

    assert (bandit.evidence.seen[-1], bandit.means[-1].tolist()) == (0, [0.0] * FEATURES)
    assert share[:, -1].max() > 0


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize(
    ("arm", "reward", "feature", "weight", "said"),
    [
        (6, 0.1, 0.0, 1.0, "Arm 6 is none of the 6 arms"),
        (-1, 0.1, 0.0, 1.0, "Arm -1"),
        (0, 1.5, 0.0, 1.0, "1.5 is outside the declared -1 to 1"),
        (0, np.nan, 0.0, 1.0, "nan is outside"),
        (0, 0.1, np.nan, 1.0, "not a finite number"),
        (0, 0.1, 0.0, -1.0, "weight is negative"),
    ],
)
def test_what_cannot_be_is_not_learnt(
    make: Callable[..., Bandit], arm: int, reward: float, feature: float, weight: float, said: str
) -> None:
    bandit = make(declared=Declared(-1, 1))
    before = bandit.evidence.square.copy()

    with pytest.raises(BadDecision, match=said):
        bandit.learn([0, arm], [[1.0] * FEATURES, [feature] * FEATURES], [0.1, reward], [1.0, weight])

    assert (bandit.evidence.square == before).all()


def test_features_that_are_no_numbers_or_too_few_decide_nothing() -> None:
    with pytest.raises(BadDecision, match="not a finite number"):
        pooled().act(np.full((2, FEATURES), np.nan), np.zeros(2))
    with pytest.raises(BadDecision, match="shape"):
        pooled().act(np.ones((2, FEATURES - 1)), np.zeros(2))
    with pytest.raises(BadDecision, match="uniforms"):
        pooled().act(np.ones((2, FEATURES)), np.zeros(3))


@pytest.mark.parametrize(
    "given_", [{"floor": 1.5}, {"draws": 0}, {"scale": 0.0}, {"forget": 0.0}, {"hope": np.inf}, {"drift": -0.1}]
)
def test_settings_that_cannot_be_are_refused(given_: dict[str, float]) -> None:
    for make in (pooled, odds):
        with pytest.raises(BadDecision):
            make(**given_)


def test_a_changed_world_is_followed_only_when_the_past_is_forgotten() -> None:
    def share_of_new_best(forget: float) -> float:
        bandit = PooledThompson(2, 1, scale=0.1, floor=0.1, forget=forget, seed=1)
        rng, one = np.random.default_rng(4), np.ones((200, 1))
        for batch in range(40):
            action = bandit.act(one, rng.random(200))
            paid = np.array([0.5, 0.3] if batch < 20 else [0.1, 0.3])
            bandit.discount()
            bandit.learn(action, one, paid[action] + 0.1 * rng.standard_normal(200))
            bandit.refresh()
            if batch == 25:
                return float((bandit.act(one, rng.random(200)) == 1).mean())
        raise AssertionError

    assert share_of_new_best(0.7) > 0.9
    assert share_of_new_best(1.0) < 0.2
