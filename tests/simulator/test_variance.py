"""The drivers on functions whose shares of variance are known."""

from __future__ import annotations

import numpy as np
import pytest

from campaigns.contact import FloatArray
from simulator.variance import chances, luck_variance, surface

RUNS, INPUTS = 200, 40
WEIGHTS = (2.0, 1.0, 0.7)
"""Of a line, a line and a parabola in the first three inputs; the product of the first and fourth has 0.8, the noise 1."""
VARIANCE = 4 + 1 + 0.49 * 0.8 + 0.64 + 1


def spread(seed: int) -> tuple[FloatArray, FloatArray, list[tuple[float, float]]]:
    """Evenly spread inputs of variance 1, their result with noise, and forty results again with other noise."""
    rng = np.random.default_rng(seed)
    u = np.column_stack([(rng.permutation(RUNS) + rng.random(RUNS)) / RUNS for _ in range(INPUTS)])
    x = np.sqrt(12) * (u - 0.5)
    true = 2 * x[:, 0] + x[:, 1] + 0.7 * (x[:, 2] ** 2 - 1) + 0.8 * x[:, 0] * x[:, 3]
    result = true + rng.standard_normal(RUNS)
    again = true[:40] + rng.standard_normal(40)
    return x, result, list(zip(result[:40].tolist(), again.tolist(), strict=True))


def test_known_shares_are_found_among_forty_inputs() -> None:
    # Over 12 samples of 200 runs each: the mean within 0.05 of the truth, and every single one within 0.15.
    found = []
    for seed in range(12):
        x, result, pairs = spread(seed)
        columns = {f"x{place}": np.exp(x[:, place]) for place in range(INPUTS)}
        one = surface(columns, result, luck_variance(pairs))
        total = sum(one.first.values()) + one.interplay + one.luck + one.unexplained
        assert total == pytest.approx(1.0)
        assert min(one.luck, one.unexplained, one.interplay) >= 0
        assert all(one.total[name] >= one.first[name] >= 0 for name in one.first)
        found.append([one.first["x0"], one.first["x1"], one.first["x2"], one.luck])
    truth = np.array([4.0, 1.0, 0.49 * 0.8, 1.0]) / VARIANCE
    assert np.abs(np.mean(found, axis=0) - truth).max() < 0.05
    assert np.abs(np.array(found) - truth).max() < 0.15


def test_noise_alone_has_no_drivers() -> None:
    for seed in range(6):
        x, _, _ = spread(seed)
        noise = np.random.default_rng(100 + seed).standard_normal(RUNS)
        found = surface({f"x{place}": x[:, place] for place in range(INPUTS)}, noise, float(noise.var()))
        assert found.explained < 0.12
        assert found.luck > 0.85


def test_a_product_counts_for_both_and_for_neither_alone() -> None:
    x, _, _ = spread(3)
    found = surface({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2]}, x[:, 0] * x[:, 1])
    assert found.interplay == pytest.approx(1.0, abs=0.05)
    assert found.total["a"] == pytest.approx(found.total["b"], abs=0.05)
    assert found.first["a"] < 0.05


def test_a_result_that_never_varies_has_no_drivers() -> None:
    x, _, _ = spread(0)
    found = surface({"a": x[:, 0]}, np.ones(RUNS))
    assert (found.first, found.unexplained) == ({}, 1.0)


def test_the_chance_of_a_loss_follows_the_assumption_that_makes_it() -> None:
    x, _, _ = spread(5)
    column, lost = np.exp(x[:, 0]), x[:, 0] + np.random.default_rng(1).logistic(0, 0.5, RUNS) < -0.5
    curve = chances(column, lost, np.arange(1, 100) / 100)
    # The truth at a level: P(logistic(0, 0.5) < -0.5 - x).
    truth = 1 / (1 + np.exp((np.sqrt(12) * (np.arange(1, 100) / 100 - 0.5) + 0.5) / 0.5))
    assert np.abs(curve - truth).mean() < 0.05
    assert (np.diff(curve) < 0).all()
    flat = chances(x[:, 7], lost, np.array([0.01, 0.5, 0.99]))
    assert np.ptp(flat) < 0.35
