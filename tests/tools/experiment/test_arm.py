"""Arms add up: shards of people compared together are the people compared at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.experiment.arm import Arm
from tools.experiment.effect import compared, difference
from tools.experiment.errors import ExperimentError


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(0, 40), min_size=1, max_size=6),
    level=st.floats(-1e6, 1e6),
)
def test_shards_in_any_order_compare_like_everybody_at_once(seed: int, sizes: list[int], level: float) -> None:
    rng = np.random.default_rng(seed)
    shards = []
    for size in (*sizes, 3):
        x = rng.normal(level, 3.0, size)
        shards.append((x * 0.7 + rng.normal(0, 1, size), x))
    control, control_x = rng.normal(level, 2.0, 30), rng.normal(level, 3.0, 30)
    whole = difference(
        *(np.concatenate([s[0] for s in shards]), control), *(np.concatenate([s[1] for s in shards]), control_x)
    )
    arms = [Arm.of(y, x) for y, x in shards]

    for order in (arms, arms[::-1]):
        total = Arm.of([])
        for arm in order:
            total = total + arm
        added = compared(total, Arm.of(control, control_x, "control"))
        assert added.n_t == whole.n_t
        for name in ("estimate", "low", "high", "se"):
            assert getattr(added, name) == pytest.approx(getattr(whole, name), rel=1e-7, abs=1e-6)


def test_an_arm_with_a_value_that_is_no_number_is_refused_by_name() -> None:
    with pytest.raises(ExperimentError, match="control arm holds a value that is not finite"):
        Arm.of([1.0, np.nan], name="control")
