"""Strata come out balanced nearly to the person, and an arm once given stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.experiment import GLOBAL_HOLDOUT, HOLDOUT, TREATED
from campaigns.keys import person_keys
from tools.experiment.assignment import assign_keys
from tools.experiment.errors import ExperimentError
from tools.experiment.stratified import BLOCK, Assigned, assign_stratified

IDS = [f"h{number}" for number in range(6_000)]
KEYS = person_keys(IDS)
STRATA = [f"s{number % 37}" for number in range(6_000)]


def _all(before: Assigned, keys: np.ndarray, strata: list[str]) -> Assigned:
    return assign_stratified(before, keys, strata, "campaign", "workspace", 0.2, 0.05)


def _off(arms: np.ndarray) -> float:
    """The furthest that a stratum is from its share of the people outside the global holdout."""
    names, free = np.array(STRATA), arms != GLOBAL_HOLDOUT
    return max(
        abs(((arms == HOLDOUT) & (names == name)).sum() - 0.2 / 0.95 * (free & (names == name)).sum())
        for name in set(STRATA)
    )


def test_strata_are_balanced_where_a_plain_hash_is_not() -> None:
    stratified = _all(Assigned.nobody(), KEYS, STRATA).of(KEYS)
    assert _off(stratified) < 3 < _off(assign_keys(KEYS, "campaign", "workspace", 0.2, 0.05))
    assert (stratified == HOLDOUT).mean() == pytest.approx(0.2, abs=0.005)


def test_the_global_holdout_is_the_persistent_one_of_the_plain_hash() -> None:
    stratified = _all(Assigned.nobody(), KEYS, STRATA).of(KEYS)
    plain = assign_keys(KEYS, "campaign", "workspace", 0.2, 0.05)
    assert np.array_equal(stratified == GLOBAL_HOLDOUT, plain == GLOBAL_HOLDOUT)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_nobodys_arm_changes_when_others_come_and_order_does_not_matter(waves: list[int], shuffle: object) -> None:
    rows = list(range(sum(waves)))
    held, shuffled, at = Assigned.nobody(), Assigned.nobody(), 0
    for wave in waves:
        fresh = rows[at : at + wave]
        then = held.of(KEYS[:at])
        held = _all(held, KEYS[: at + wave], STRATA[: at + wave])
        shuffle.shuffle(fresh)
        shuffled = _all(shuffled, KEYS[fresh], [STRATA[row] for row in fresh])
        assert np.array_equal(held.of(KEYS[:at]), then)
        at += wave
        free = held.arms != GLOBAL_HOLDOUT
        for stratum in set(held.strata.tolist()):
            here = free & (held.strata == stratum)
            assert abs((held.arms[here] == HOLDOUT).sum() - 0.2 / 0.95 * here.sum()) < BLOCK / 2
    assert np.array_equal(held.of(KEYS[:at]), shuffled.of(KEYS[:at]))


def test_a_person_who_moves_to_another_stratum_or_is_given_twice_keeps_one_arm() -> None:
    first = _all(Assigned.nobody(), KEYS[:500], STRATA[:500])
    moved = _all(first, np.r_[KEYS[:500], KEYS[:500]], ["elsewhere"] * 1_000)
    assert np.array_equal(first.arms, moved.arms)
    assert len(moved.persons) == 500


def test_each_person_has_the_same_chance_to_be_held_out() -> None:
    held = np.zeros(60)
    for salt in range(400):
        arms = assign_stratified(Assigned.nobody(), KEYS[:60], ["one"] * 60, f"c{salt}", f"g{salt}", 0.3, 0.05)
        held += arms.of(KEYS[:60]) == HOLDOUT
    assert held.mean() / 400 == pytest.approx(0.3, abs=0.005)
    assert np.abs(held / 400 - 0.3).max() < 4 * (0.21 / 400) ** 0.5


def test_strata_that_do_not_match_and_people_without_an_arm_are_refused() -> None:
    with pytest.raises(ExperimentError, match="3 strata"):
        _all(Assigned.nobody(), KEYS[:2], ["a", "b", "c"])
    with pytest.raises(ExperimentError, match="no arm yet"):
        Assigned.nobody().of(KEYS[:2])
    with pytest.raises(ExperimentError):
        assign_stratified(Assigned.nobody(), KEYS[:2], ["a", "a"], "c", "g", 1.0, 0.05)
    assert TREATED == 0
