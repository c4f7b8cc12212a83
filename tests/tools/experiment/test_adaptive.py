"""Estimates from a learning policy's log are unbiased by its propensities, and hold at any look."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.adaptive import Log, adaptive_sequence, at_adaptive_look
from tools.experiment.errors import ExperimentError


def _log(rng: np.random.Generator, rates: tuple[float, float], looks: int = 30, batch: int = 150) -> Log:
    """Thompson sampling by the normal approximation with a floor of 0.05."""
    won, people = np.ones(2), np.full(2, 2.0)
    outcome, action, chance = [], [], []
    for _ in range(looks):
        draw = rng.normal(won / people, np.sqrt(0.1 / people), (200, 2))
        up = 0.05 + 0.9 * float((draw[:, 1] > draw[:, 0]).mean())
        a = (rng.random(batch) < up).astype(np.int64)
        y = (rng.random(batch) < np.array(rates)[a]).astype(float)
        won, people = won + np.bincount(a, y, 2), people + np.bincount(a, minlength=2)
        outcome.append(y), action.append(a), chance.append(np.tile((1 - up, up), (batch, 1)))
    look = np.repeat(np.arange(looks), batch)
    return Log(np.concatenate(outcome), np.concatenate(action), np.concatenate(chance), look)


def test_a_single_look_is_inverse_propensity_weighting_by_hand() -> None:
    log = Log(np.array([1.0, 0, 2, 1]), np.array([1, 1, 0, 0]), np.tile((0.25, 0.75), (4, 1)), np.zeros(4, np.int64))
    seen = adaptive_sequence(log, 1, 0)
    assert seen.estimate[0] == pytest.approx((1 / 0.75 - 3 / 0.25) / 4)
    assert np.isinf(seen.high[0])


def test_the_estimate_is_unbiased_where_the_plain_difference_is_not_and_the_sequence_holds_the_truth() -> None:
    rng, runs, truth = np.random.default_rng(8), 600, 0.05
    off, plain, inside = np.zeros(runs), np.zeros(runs), np.zeros(runs, bool)
    for run in range(runs):
        log = _log(rng, (0.10, 0.15))
        seen = adaptive_sequence(log, 1, 0)
        off[run] = seen.estimate[-1] - truth
        plain[run] = log.outcome[log.action == 1].mean() - log.outcome[log.action == 0].mean() - truth
        inside[run] = ((seen.low <= truth) & (truth <= seen.high)).all()
    assert abs(off.mean()) < 3 * off.std() / runs**0.5
    assert plain.mean() > 3 * plain.std() / runs**0.5
    assert inside.mean() >= 0.95


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_looking_after_every_batch_claims_nothing_false_even_of_rare_outcomes(rate: float) -> None:
    rng, runs, false = np.random.default_rng(9), 150, 0
    for _ in range(runs):
        seen = adaptive_sequence(_log(rng, (rate, rate)), 1, 0)
        false += bool(((seen.low > 0) | (seen.high < 0)).any())
    assert false / runs <= 0.05


def test_the_last_look_is_an_analysis_for_a_claim() -> None:
    log = _log(np.random.default_rng(1), (0.1, 0.2))
    seen = at_adaptive_look(log, 1, 0)
    assert (seen.n_treated, seen.n_control) == tuple(int((log.action == arm).sum()) for arm in (1, 0))
    assert seen.valid == "any look"
    assert seen.low < seen.estimate < seen.high


HALF = np.full((4, 2), 0.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"propensity": np.array([[-0.1, 1.1], *HALF[1:]])}, "negative"),
        ({"propensity": np.array([[np.nan, 0.5], *HALF[1:]])}, "missing"),
        ({"propensity": HALF * 0.9}, "sum"),
        ({"propensity": np.array([[1.0, 0.0], *HALF[1:]])}, "propensity of 0"),
        ({"propensity": HALF[:3]}, "same people"),
        ({"outcome": np.array([1.0, np.inf, 0, 0])}, "finite"),
        ({"action": np.array([1, -1, 0, 1])}, "none of the 2 arms"),
        ({"look": np.array([1, 0, 0, 0])}, "oldest first"),
    ],
)
def test_logs_that_do_not_say_how_people_were_drawn_are_refused(change: dict, words: str) -> None:
    good = {"outcome": np.ones(4), "action": np.array([1, 0, 0, 1]), "propensity": HALF, "look": np.zeros(4, np.int64)}
    with pytest.raises(ExperimentError, match=words):
        Log(**(good | change))


def test_people_who_could_not_have_been_in_an_arm_and_looks_that_are_too_early_are_refused() -> None:
    sure = Log(np.ones(2), np.array([0, 1]), np.array([[1.0, 0.0], [0.5, 0.5]]), np.zeros(2, np.int64))
    with pytest.raises(ExperimentError, match="could not have been"):
        adaptive_sequence(sure, 1, 0)
    with pytest.raises(ExperimentError, match="no propensity"):
        adaptive_sequence(sure, 2, 0)
    early = Log(np.ones(4), np.array([0, 1, 1, 0]), HALF, np.zeros(4, np.int64))
    with pytest.raises(ExperimentError, match="too early"):
        at_adaptive_look(early, 1, 0)
