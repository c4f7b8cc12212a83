"""The sequence is that of the published formula and claims nothing false however often it is read."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.arm import Arm
from tools.experiment.effect import cautious_se, compared
from tools.experiment.errors import ExperimentError
from tools.experiment.sequential import at_any_look, half_width, log_evidence


def test_the_sequence_equals_gbstats_to_its_last_digits() -> None:
    # gbstats 0.8.0, SequentialTwoSidedTTest, 250 and 300 of 5,000 converted: n of both arms, variance 2 (sA^2 + sB^2).
    half = float(half_width(10_000, 2 * (0.05 * 0.95 + 0.06 * 0.94)))
    assert 0.01 - half == pytest.approx(-0.003955770010535639, abs=1e-15)
    assert 0.01 + half == pytest.approx(0.023955770010535639, abs=1e-15)


def test_two_arms_are_read_with_the_same_sequence() -> None:
    arms = [Arm.of(np.repeat([1.0, 0.0], [bought, 5_000 - bought])) for bought in (300, 250)]
    seen = at_any_look(*arms)
    assert seen.low == pytest.approx(-0.003955770010535639, abs=3e-6)  # sample variances divide by n - 1 here
    assert (seen.valid, seen.significant, seen.level) == ("any look", False, 0.95)


@pytest.mark.parametrize("n", [200, 10_000, 400_000])
def test_evidence_reaches_one_over_alpha_exactly_where_the_interval_leaves_zero(n: int) -> None:
    se = 0.01
    z = float(half_width(n, n * se**2)) / se
    assert float(log_evidence(n, z)) == pytest.approx(np.log(1 / 0.05))


def test_the_sequence_is_narrowest_near_its_tuning() -> None:
    z = [float(half_width(5_000, 5_000.0, n_opt=tuned)) for tuned in (500, 5_000, 50_000)]
    assert z[1] == min(z)


@pytest.mark.parametrize(("share", "held"), [(0.05, 0.5), (0.005, 0.1)])
def test_a_hundred_looks_at_nothing_claim_something_in_less_than_five_percent(share: float, held: float) -> None:
    rng, looks, runs, people = np.random.default_rng(5), 100, 120, 20_000
    false = 0
    for _ in range(runs):
        treated = control = Arm.of([])
        for _ in range(looks):
            treated += _arm(rng, round(people * (1 - held) / looks), share)
            control += _arm(rng, round(people * held / looks), share)
            if control.n >= 100 and at_any_look(treated, control).significant:
                false += 1
                break
    assert false / runs <= 0.05


def test_the_cautious_error_is_welchs_for_arms_of_one_size_and_not_below_it_otherwise() -> None:
    rng = np.random.default_rng(1)
    even = Arm.of(rng.normal(0, 1, 500)), Arm.of(rng.normal(0, 3, 500))
    small = Arm.of(rng.normal(0, 3, 900)), Arm.of(rng.normal(0, 1, 100))
    assert cautious_se(*even) == pytest.approx(compared(*even).se)
    assert cautious_se(*small) > 1.5 * compared(*small).se


def test_a_look_that_is_too_early_or_a_tuning_to_nobody_is_refused() -> None:
    few, many = Arm.of(np.arange(50.0)), Arm.of(np.arange(500.0))
    with pytest.raises(ExperimentError, match="too early"):
        at_any_look(many, few)
    for tuned in (0, float("inf"), float("nan")):
        with pytest.raises(ExperimentError, match="tuned to"):
            at_any_look(many, many, n_opt=tuned)
    with pytest.raises(ExperimentError, match="alpha of 1"):
        half_width(10, 1.0, alpha=1.0)


def test_a_constant_metric_cannot_be_significant() -> None:
    seen = at_any_look(Arm.of(np.zeros(200)), Arm.of(np.zeros(200)))
    assert (seen.varied, seen.significant, seen.p) == (False, False, 1.0)


def _arm(rng: np.random.Generator, people: int, share: float) -> Arm:
    bought = rng.binomial(people, share)
    return Arm(people, bought / people, 0.0, bought * (1 - bought / people), 0.0, 0.0)
