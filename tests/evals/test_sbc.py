"""A small simulation-based calibration: the suite's own worlds, fewer of them, and what a wrong fit would look like."""

from __future__ import annotations

import numpy as np

from evals.sbc.organic import organic_world
from evals.sbc.ranks import DRAWS, Ranks, gathered, ranked
from evals.sbc.response import LIFT, Laboratory, planted, response_world
from evals.sbc.suite import gates_of


def ranks(spread: float, shift: float = 0.0) -> Ranks:
    """Ranks of a normal truth under beliefs that are too wide, too narrow or off."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(400):
        truth = rng.standard_normal()
        found.append(
            {"x": ranked(truth, truth + shift + rng.standard_normal() + spread * rng.standard_normal(999), rng)}
        )
    return gathered(found)[0]


def test_honest_beliefs_have_even_ranks_and_others_do_not() -> None:
    honest = ranks(1.0)
    assert honest.furthest < 1
    assert honest.p_even > 0.001
    assert 0.92 < honest.coverage < 0.98
    for wrong in (ranks(0.5), ranks(2.5), ranks(1.0, shift=0.6)):
        assert wrong.p_even < 1e-4
    assert honest.histogram.sum() == 400
    assert honest.rank.max() <= DRAWS


def test_planted_parameters_are_recovered_in_a_few_worlds_of_either_kind() -> None:
    own = gathered([organic_world(seed) for seed in range(60)])
    laboratory, parameters = Laboratory(), planted(25, 5)
    tested = gathered([response_world(laboratory, one, 900 + place) for place, one in enumerate(parameters)])
    for one in (*own, *tested):
        assert one.furthest < 1.1, one.name
        assert one.coverage > 0.8, one.name
    assert [one.name for one in tested][-1] == LIFT
    assert len(gates_of(own, tested)) == 6


def test_a_world_gives_the_same_ranks_every_time() -> None:
    assert organic_world(4) == organic_world(4)
