"""Tests without person-level control: exact re-randomisation, coverage with season, memory and regions of all sizes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tools.experiment.errors import ExperimentError
from tools.experiment.flips import flipped, mde_pairs
from tools.experiment.geo import Markets, geo_effect, geo_mde, matched_markets
from tools.experiment.switchback import Switchback, switchback, switchback_effect


def _p(seen: np.ndarray, effect: float) -> float:
    left = seen - effect
    means = [abs(np.mean(np.array(signs) * left)) for signs in product((1, -1), repeat=len(seen))]
    return float(np.mean(np.array(means) >= abs(left.mean()) - 1e-12))


def test_the_interval_holds_exactly_the_effects_that_the_sign_flip_test_does_not_reject() -> None:
    seen = np.random.default_rng(1).normal(0.5, 1, 8)
    found = flipped(seen, "regions", seed=0)
    assert found.p == _p(seen, 0.0)
    for end, outwards in ((found.low, -1), (found.high, 1)):
        assert _p(seen, end - outwards * 1e-6) > 0.05 >= _p(seen, end + outwards * 1e-6)


def test_six_pairs_of_one_sign_are_just_enough() -> None:
    found = flipped([1.0, 1.2, 0.9, 1.1, 1.3, 0.8], "regions", seed=0)
    assert found.significant
    assert found.p == pytest.approx(2 / 64)
    with pytest.raises(ExperimentError, match="5 pairs"):
        flipped(np.ones(5), "regions", seed=0)
    with pytest.raises(ExperimentError, match="not finite"):
        flipped([1.0, np.nan, 1, 1, 1, 1], "regions", seed=0)


def test_pairs_that_never_differ_cannot_tell() -> None:
    assert not flipped(np.zeros(8), "regions", seed=0).varied


def test_the_smallest_effect_of_pairs_is_seen_with_about_the_power_asked_for() -> None:
    rng, effect = np.random.default_rng(3), mde_pairs(2.0, 16)
    seen = [flipped(rng.normal(effect, 2.0, 16), "regions", seed=run).significant for run in range(400)]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.06)


def test_a_switchback_covers_its_effect_despite_season_memory_and_carry_over() -> None:
    rng, runs, inside = np.random.default_rng(4), 400, 0
    for run in range(runs):
        plan = switchback(192, block=6, burn_in=2, seed=run)
        on = plan.treated.astype(float)
        works = 0.7 * on + 0.3 * np.r_[on[0], on[:-1]]
        walk = np.convolve(rng.normal(0, 1, 200), [1, 0.6, 0.36, 0.2], "valid")[:192]
        seen = switchback_effect(plan, 0.05 * np.arange(192) + 3 * np.sin(np.arange(192) / 4) + walk + works, seed=run)
        inside += seen.low <= 1.0 <= seen.high
    assert 0.92 <= inside / runs <= 0.98


def test_without_a_burn_in_carry_over_draws_the_estimate_to_zero() -> None:
    kept, lost = switchback(120, 6, 2, seed=1), switchback(120, 6, 0, seed=1)
    on = kept.treated.astype(float)
    works = 0.5 * on + 0.5 * np.r_[on[0], on[:-1]]
    assert switchback_effect(kept, works, seed=0).estimate == pytest.approx(1.0)
    assert switchback_effect(lost, works, seed=0).estimate < 0.95


def test_every_pair_of_blocks_treats_one() -> None:
    plan = switchback(130, block=6, burn_in=1, seed=3)
    assert plan.periods == 120
    assert (plan.treated.reshape(plan.pairs, 2, 6).any(2).sum(1) == 1).all()


def test_switchbacks_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ExperimentError, match="burn-in of 6"):
        switchback(120, block=6, burn_in=6, seed=0)
    with pytest.raises(ExperimentError, match="no pair"):
        switchback(10, block=6, burn_in=1, seed=0)
    with pytest.raises(ExperimentError, match="coins"):
        Switchback(2, 6, 1, (True,))
    with pytest.raises(ExperimentError, match="periods"):
        switchback_effect(switchback(120, 6, 2, seed=0), np.ones(100), seed=0)


def _regions(rng: np.random.Generator, weeks: int) -> np.ndarray:
    return rng.lognormal(3, 0.5, 24) * (1 + 0.02 * rng.normal(0, 1, (weeks, 1))) + rng.normal(0, 1, (weeks, 24))


def test_a_geo_test_covers_its_effect_and_sees_about_what_its_history_promised() -> None:
    rng, runs, inside, seen = np.random.default_rng(5), 300, 0, 0
    promised = []
    for run in range(runs):
        outcome = _regions(rng, 20)
        markets = matched_markets(outcome[:12], seed=run)
        promised.append(geo_mde(markets, outcome[:12], 6))
        outcome[12:, list(markets.treated)] += 0.75
        found = geo_effect(markets, outcome[:12], outcome[12:], seed=run)
        inside, seen = inside + (found.low <= 0.75 <= found.high), seen + found.significant
    assert 0.92 <= inside / runs <= 0.98
    assert np.median(promised) < 0.75
    assert seen / runs > 0.8


def test_regions_that_went_alike_are_paired_and_an_odd_one_stays_out() -> None:
    history = np.array([[1.0, 9.0, 1.1, 9.2, 30.0]] * 3)
    markets = matched_markets(history, seed=0)
    assert {frozenset(pair) for pair in markets.pairs} == {frozenset((0, 2)), frozenset((1, 3))}


def test_histories_that_do_not_hold_the_design_are_refused() -> None:
    with pytest.raises(ExperimentError, match="no weeks"):
        matched_markets(np.ones((1, 4)), seed=0)
    with pytest.raises(ExperimentError, match="not finite"):
        matched_markets(np.full((3, 4), np.nan), seed=0)
    with pytest.raises(ExperimentError, match="same columns"):
        geo_effect(Markets(((0, 9),)), np.ones((3, 4)), np.ones((3, 4)), seed=0)
    with pytest.raises(ExperimentError, match="cannot be tried out"):
        geo_mde(Markets(((0, 1),)), np.ones((3, 4)), weeks=3)
