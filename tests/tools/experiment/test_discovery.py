"""False discoveries stay under the rate, by published examples and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tools.experiment.discovery import adjusted, discoveries, e_discoveries
from tools.experiment.errors import ExperimentError

PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_the_example_of_benjamini_and_hochberg_gives_their_four_discoveries() -> None:
    assert discoveries(PUBLISHED, 0.05).tolist() == [True] * 4 + [False] * 11
    assert discoveries(PUBLISHED, 0.05, dependent=True).sum() == 3


def test_adjusted_values_agree_with_r() -> None:
    # R: p.adjust(c(0.01, 0.02, 0.03, 0.5), "BH") and "BY"
    assert adjusted([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])
    assert adjusted([0.01, 0.02, 0.03, 0.5], dependent=True) == pytest.approx([1 / 12, 1 / 12, 1 / 12, 1.0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=30), st.sampled_from([0.05, 0.1, 0.2]))
def test_discoveries_are_those_of_the_largest_rank_under_its_line(p: list[float], q: float) -> None:
    ordered = sorted(p)
    ranks = [rank for rank, value in enumerate(ordered, 1) if value <= q * rank / len(p) * (1 + 1e-12)]
    assert discoveries(p, q * (1 + 1e-12)).sum() == max(ranks, default=0)


def test_e_values_are_discoveries_by_their_own_lines() -> None:
    assert e_discoveries(np.log([100.0, 10.0, 21.0, 1.0]), 0.1).tolist() == [True, False, True, False]
    assert e_discoveries([-np.inf, np.inf], 0.1).tolist() == [False, True]
    assert not e_discoveries([], 0.1).size


def test_a_thousand_tests_of_which_most_test_nothing_keep_their_rate() -> None:
    rng, truth = np.random.default_rng(6), np.arange(1_000) >= 800
    false = []
    for _ in range(60):
        z = rng.normal(0, 1, 1_000) + 3.0 * truth
        found = discoveries(2 * stats.norm.sf(np.abs(z)), 0.1)
        false.append((found & ~truth).sum() / max(found.sum(), 1))
    assert 0.05 < np.mean(false) <= 0.1


def test_numbers_that_are_no_p_values_are_refused() -> None:
    for values in ([0.1, np.nan], [-0.1], [1.1], [[0.1]]):
        with pytest.raises(ExperimentError):
            discoveries(values)
    with pytest.raises(ExperimentError):
        e_discoveries([np.nan])
    with pytest.raises(ExperimentError):
        discoveries([0.1], q=1.0)
