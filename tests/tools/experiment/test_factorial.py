"""Main effects and interactions come out as planted, with the intervals that the selection asks for."""

from __future__ import annotations

import numpy as np
import pytest

from tools.experiment.errors import ExperimentError
from tools.experiment.factorial import factorial_effects


def test_planted_effects_are_found_averaged_evenly_over_the_other_variables() -> None:
    rng, n = np.random.default_rng(1), 30_000
    tone, image = rng.integers(0, 3, n), rng.integers(0, 2, n)
    outcome = rng.normal(0, 1, n) + 0.2 * (tone == 2) + 0.3 * image * (tone == 1)
    found = {effect.levels: effect for effect in factorial_effects(outcome, {"tone": tone, "image": image})}
    truth = {
        (("tone", 1),): 0.15,
        (("tone", 2),): 0.2,
        (("image", 1),): 0.1,
        (("tone", 1), ("image", 1)): 0.3,
        (("tone", 2), ("image", 1)): 0.0,
    }
    assert set(found) == set(truth)
    for levels, effect in found.items():
        assert effect.analysis.low <= truth[levels] <= effect.analysis.high
        assert effect.discovered == effect.analysis.significant == (truth[levels] != 0)


def test_unequal_chances_are_undone_by_their_propensities() -> None:
    rng, n, runs = np.random.default_rng(2), 3_000, 300
    estimates, inside = [], []
    for _ in range(runs):
        person = rng.random(n)
        chance = np.where(person > 0.5, 0.8, 0.3)
        offer = (rng.random(n) < chance).astype(int)
        outcome = 2 * person + 0.3 * offer + rng.normal(0, 1, n)
        effect = factorial_effects(outcome, {"offer": offer}, np.where(offer == 1, chance, 1 - chance), q=0.05)[0]
        estimates.append(effect.analysis.estimate)
        inside.append(effect.analysis.low <= 0.3 <= effect.analysis.high)
    assert np.mean(estimates) == pytest.approx(0.3, abs=0.01)
    assert 0.92 <= np.mean(inside) <= 0.98


HALVES = np.arange(200) % 2


@pytest.mark.parametrize(
    ("outcome", "variables", "propensity", "words"),
    [
        (np.ones(200), {"a": HALVES}, None, "Nobody's outcome differs"),
        (np.arange(200.0), {"a": np.zeros(200, int)}, None, "Level 1 of a has 0"),
        (np.arange(200.0), {"a": HALVES, "b": HALVES}, None, "a 0 with b 1 has 0"),
        (np.arange(199.0), {"a": HALVES}, None, "do not match"),
        (np.arange(200.0), {}, None, "do not match"),
        (np.arange(200.0), {"a": HALVES}, np.zeros(200), "not above 0"),
        (np.arange(200.0), {"a": HALVES}, np.full(200, np.nan), "missing"),
    ],
)
def test_variables_that_were_not_randomised_so_are_refused(
    outcome: np.ndarray, variables: dict, propensity: np.ndarray | None, words: str
) -> None:
    with pytest.raises(ExperimentError, match=words):
        factorial_effects(outcome, variables, propensity)
