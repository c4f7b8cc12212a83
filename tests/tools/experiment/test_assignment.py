"""Arms depend on the person and the salts alone, and come out in the planned shares."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.experiment import GLOBAL_HOLDOUT, HOLDOUT, TREATED
from campaigns.keys import person_keys
from tools.experiment.assignment import assign, draw
from tools.experiment.errors import ExperimentError
from tools.experiment.srm import sample_ratio_p

IDS = [f"h{number}" for number in range(20_000)]


def test_shares_come_out_as_planned() -> None:
    arms = assign(IDS, "campaign", "workspace", 0.3, 0.05)
    counts = np.bincount(arms, minlength=3)
    assert sample_ratio_p(counts.tolist(), [0.65, 0.3, 0.05]) > 0.001


def test_draws_are_uniform_and_those_of_two_salts_independent() -> None:
    persons = person_keys(IDS)
    first, second = draw(persons, "a"), draw(persons, "b")
    cells = np.histogram2d(first, second, bins=10, range=[[0, 1], [0, 1]])[0]
    expected = len(IDS) / 100
    assert ((cells - expected) ** 2 / expected).sum() < 99 + 4 * (2 * 99) ** 0.5
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=40, unique=True), st.randoms(use_true_random=False)
)
def test_a_persons_arm_depends_on_neither_order_nor_company(ids: list[str], shuffle: random.Random) -> None:
    whole = dict(zip(ids, assign(ids, "s", "g", 0.4, 0.1), strict=True))
    shuffled = list(ids)
    shuffle.shuffle(shuffled)
    some = shuffled[: len(ids) // 2 + 1]
    assert dict(zip(some, assign(some, "s", "g", 0.4, 0.1), strict=True)) == {name: whole[name] for name in some}


def test_the_global_holdout_is_the_same_in_every_campaign() -> None:
    one, other = assign(IDS, "spring", "g", 0.2, 0.05), assign(IDS, "autumn", "g", 0.5, 0.05)
    assert np.array_equal(one == GLOBAL_HOLDOUT, other == GLOBAL_HOLDOUT)
    assert not np.array_equal(one == HOLDOUT, other == HOLDOUT)


def test_a_larger_holdout_keeps_everybody_who_was_held_out() -> None:
    small, large = assign(IDS, "s", "g", 0.1, 0.05), assign(IDS, "s", "g", 0.3, 0.05)
    assert (large[small == HOLDOUT] == HOLDOUT).all()
    assert (small[large == TREATED] == TREATED).all()


@pytest.mark.parametrize(("holdout", "everywhere"), [(1.0, 0.05), (-0.1, 0.05), (0.6, 0.4), (0.2, 1.2)])
def test_shares_that_leave_nobody_or_are_no_fractions_are_refused(holdout: float, everywhere: float) -> None:
    with pytest.raises(ExperimentError):
        assign(IDS[:10], "s", "g", holdout, everywhere)
