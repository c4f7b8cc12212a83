from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.randomness import Purpose, draw, seed_of, streams, u01

KEYS = np.arange(1, 20_001, dtype=np.uint64)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(0, 5_000), st.sampled_from(list(Purpose)))
def test_a_draw_depends_on_nothing_but_its_key(seed: int, moment: int, purpose: Purpose) -> None:
    keys = KEYS[:50]
    alone = np.array([u01(seed, keys[place : place + 1], moment, purpose)[0] for place in range(len(keys))])
    together = u01(seed, keys[::-1], moment, purpose)[::-1]
    by_columns = draw(streams(seed, keys), np.full(len(keys), moment), np.array([[int(purpose)]]))[0]
    assert (alone == together).all()
    assert (alone == by_columns).all()
    assert ((alone > 0) & (alone < 1)).all()


def test_draws_are_uniform_and_independent_across_keys_moments_purposes_and_seeds() -> None:
    first = u01(1, KEYS, 0, Purpose.CLICK)
    others = [u01(1, KEYS, 1, Purpose.CLICK), u01(1, KEYS, 0, Purpose.SEEN), u01(2, KEYS, 0, Purpose.CLICK)]
    others += [u01(seed_of(1, 1), KEYS, 0, Purpose.CLICK), u01(1, KEYS + np.uint64(1), 0, Purpose.CLICK)]
    assert stats.kstest(first, "uniform").pvalue > 0.001
    for other in others:
        assert stats.kstest(other, "uniform").pvalue > 0.001
        assert abs(np.corrcoef(first, other)[0, 1]) < 4 / np.sqrt(len(KEYS))


def test_runs_of_one_seed_have_different_seeds() -> None:
    assert len({seed_of(seed, run) for seed in range(5) for run in range(500)}) == 2_500
