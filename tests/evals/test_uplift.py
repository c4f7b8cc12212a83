from __future__ import annotations

import numpy as np
import pytest

from evals.suites import NAMES
from evals.uplift.suite import SHARES, SIGNAL, gates_of, kinds, null_sample, sample
from evals.uplift.trial import lived
from evals.uplift.worlds import HELPED, Kind, discrimination, people, pilot


def test_a_few_worlds_pass_the_gates_that_do_not_hang_on_their_number() -> None:
    found = [sample(kind, [lived(kind, seed) for seed in range(2)]) for kind in (Kind(0.1, SIGNAL), Kind(0.05, 0.0))]
    gates = {gate.name: gate for gate in gates_of(found, null_sample(3, 10))}

    assert "uplift" in NAMES
    for name in (
        "harmful contacts avoided of propensity targeting's, 10% sleeping dogs, helped: anyway",
        "net value above propensity targeting's, 10% sleeping dogs, helped: anyway",
        "harmful contacts avoided against random where features say nothing of dogs (size; more would be luck)",
    ):
        assert gates[name].passed, name


def test_every_share_of_dogs_is_gated_in_both_kinds_of_world() -> None:
    gated = {(kind.helped, kind.dogs) for kind, _ in kinds(4) if kind.signal == SIGNAL}
    assert gated == {(helped, share) for helped in HELPED[:2] for share in SHARES}


@pytest.mark.parametrize("helped", HELPED)
def test_a_world_has_its_share_of_dogs_and_only_they_are_harmed(helped: str) -> None:
    made = people(Kind(0.03, 1.0, helped), 20_000, np.random.default_rng(1))
    assert made.dog.mean() == pytest.approx(0.03)
    assert np.array_equal(made.effect < 0, made.dog)


def test_the_signal_says_how_well_features_tell_dogs_apart() -> None:
    areas = [discrimination(people(Kind(0.05, s), 20_000, np.random.default_rng(1))) for s in (0.0, 0.5, 1.0)]
    assert areas == [pytest.approx(0.5, abs=0.02), pytest.approx(0.77, abs=0.02), pytest.approx(0.9, abs=0.02)]


def test_a_pilot_shows_the_true_average_effect() -> None:
    rng = np.random.default_rng(1)
    made = people(Kind(0.1, 1.0), 200_000, rng)
    test, _ = pilot(made, rng)
    found = test.outcome[test.arm == 1].mean() - test.outcome[test.arm == 0].mean()
    assert found == pytest.approx(made.effect.mean(), abs=0.06)


def test_the_same_seed_lives_through_the_same_world() -> None:
    one, again, other = (lived(Kind(0.03, 1.0), seed) for seed in (3, 3, 4))
    assert np.array_equal(one.value, again.value)
    assert not np.array_equal(one.value, other.value)
