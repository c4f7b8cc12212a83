"""The posterior learns planted curves, says what it does not know, and lets like cells be alike."""

from __future__ import annotations

import numpy as np
import pytest

from tools.budget.errors import BudgetError
from tools.budget.evidence import Evidence
from tools.budget.fit import fit
from tools.budget.shapes import Hill

TOP, HALF = 1e9, 3e8
MOST = np.full(6, 2e9)


def _world(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Curves drawn from the documented priors."""
    cells = 6
    apart = rng.choice([0.1, 0.2, 0.4])
    return (
        TOP * rng.lognormal(0, 0.5) * np.maximum(1 + apart * rng.standard_normal(cells), 0.05),
        HALF * rng.lognormal(0, 0.6, cells),
        rng.lognormal(0, 0.25, cells),
        1 / (1 + np.exp(0.8 - 0.7 * rng.standard_normal(cells))),
    )


def _seen(world: tuple[np.ndarray, ...], rng: np.random.Generator, weeks: int = 12, noise: float = 0.05) -> Evidence:
    top, half, steep, stays = world
    spend = HALF * rng.uniform(0.1, 2.0, (6, weeks))
    carried, value = np.zeros(6), np.empty((6, weeks))
    for week in range(weeks):
        carried = spend[:, week] + stays * carried
        value[:, week] = top * carried**steep / (half**steep + carried**steep)
    error = noise * TOP
    return Evidence.of("test", spend, value + error * rng.standard_normal(value.shape), error)


def test_intervals_of_value_and_marginal_return_cover_the_truth() -> None:
    held = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        world = _world(rng)
        posterior = fit(_seen(world, rng), TOP, HALF, 200, seed)
        spend = np.full(6, 0.8 * HALF)
        true = Hill.steady(*world, MOST)
        for drawn, truth in (
            (posterior.value(spend), true.value(spend)),
            (posterior.marginal(spend), true.marginal(spend)),
        ):
            low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
            held.append((low <= truth) & (truth <= high))
    assert 0.82 <= np.mean(held) <= 0.97


def test_varied_spend_identifies_curves_and_one_level_does_not() -> None:
    rng = np.random.default_rng(1)
    seen = _seen(_world(rng), rng, weeks=20, noise=0.02)
    assert fit(seen, TOP, HALF).identified.all()
    flat = Evidence.of("test", np.full((6, 8), HALF), np.full((6, 8), TOP / 2), 0.05 * TOP)
    kept = fit(flat, TOP, HALF)
    assert not kept.identified.any()
    assert "Not identified, the prior kept and widened: cells 0, 1, 2, 3, 4, 5" in kept.told()
    assert np.log(kept.half).std() > 0.3


def test_without_evidence_the_prior_is_kept_wider() -> None:
    none = fit(Evidence.of("test", np.zeros((6, 1)), np.zeros((6, 1)), np.inf), TOP, HALF, 400)
    assert np.log(none.half).std() == pytest.approx(1.5 * 0.6, rel=0.2)
    assert np.median(none.half) == pytest.approx(HALF, rel=0.2)


def test_cells_that_look_alike_are_taken_to_be_alike() -> None:
    rng = np.random.default_rng(2)
    spend = HALF * rng.uniform(0.3, 1.5, (6, 12))
    value = TOP * spend / (HALF + spend)
    same = fit(Evidence.of("test", spend, value, 0.05 * TOP), TOP, HALF)
    unlike = fit(
        Evidence.of("test", spend, value * np.array([[0.3], [0.5], [0.8], [1.0], [1.6], [2.5]]), 0.05 * TOP), TOP, HALF
    )
    assert same.apart < 0.15 < 0.3 < unlike.apart


def test_history_is_trusted_less_than_a_test() -> None:
    rng = np.random.default_rng(3)
    spend = HALF * rng.uniform(0.1, 2.0, (1, 12))
    value = TOP * spend / (HALF + spend)
    spreads = [
        np.log(fit(Evidence.of(kind, spend, value, 0.1 * TOP), TOP, HALF).value(np.array([HALF]))).std()
        for kind in ("test", "twin", "history")
    ]
    assert spreads == sorted(spreads)
    both = Evidence.joined([Evidence.of(kind, spend, value, 0.1 * TOP) for kind in ("test", "history")])
    assert both.starts.tolist().count(True) == 2


def test_the_same_evidence_and_seed_give_the_same_draws() -> None:
    rng = np.random.default_rng(4)
    seen = _seen(_world(rng), rng)
    assert np.array_equal(fit(seen, TOP, HALF, seed=5).top, fit(seen, TOP, HALF, seed=5).top)


@pytest.mark.parametrize(
    ("spend", "value", "error", "says"),
    [
        ([[-1.0]], [[1.0]], 1.0, "spend of -1"),
        ([[1.0]], [[1.0]], 0.0, "positive standard error"),
        ([[1.0]], [[float("nan")]], 1.0, "positive standard error"),
        ([[1.0, 2.0]], [[1.0]], 1.0, "align"),
    ],
)
def test_evidence_that_cannot_be_is_refused(spend: list, value: list, error: float, says: str) -> None:
    with pytest.raises(BudgetError, match=says):
        Evidence.of("test", spend, value, error)


def test_a_prior_of_nothing_is_refused() -> None:
    with pytest.raises(BudgetError, match="assumed half"):
        fit(Evidence.of("test", [[1.0]], [[1.0]], 1.0), TOP, 0.0)
