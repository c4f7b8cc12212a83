"""The allocation is the exact optimum: within budget, equal marginal returns, never worse with more money."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from tools.budget.allocate import allocate
from tools.budget.errors import BudgetError
from tools.budget.shapes import Exponential

amounts = st.floats(1e3, 1e9)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Exponential, int]:
    cells = draw(st.integers(1, 8))
    column = st.lists(amounts, min_size=cells, max_size=cells)
    curves = Exponential(np.array(draw(column)), np.array(draw(column)), np.array(draw(column)))
    return curves, draw(st.integers(0, 3_000_000_000))


@settings(max_examples=80, deadline=None)
@given(problems())
def test_spend_is_whole_micros_within_budget_and_bounds(problem: tuple[Exponential, int]) -> None:
    curves, budget = problem
    spread = allocate(curves, budget)
    assert spread.spend.dtype == np.int64
    assert spread.total == int(spread.spend.sum()) <= budget
    assert (spread.spend >= 0).all()
    assert (spread.spend <= curves.most).all()


@settings(max_examples=80, deadline=None)
@given(problems())
def test_the_last_unit_returns_the_same_everywhere_it_is_free_to_move(problem: tuple[Exponential, int]) -> None:
    """Karush-Kuhn-Tucker: price where inside the bounds, at most the price at 0, at least the price at the limit."""
    curves, budget = problem
    spread = allocate(curves, budget)
    spend = spread.spend.astype(float)
    marginal = curves.marginal(spend)
    slack = 1.0 + 3 / curves.pace  # rounding down by a micro moves a marginal return by its curvature
    limit = curves.most
    assert (marginal[spend <= 1] <= spread.price * slack[spend <= 1] ** 2).all()
    assert (marginal[spend >= limit - 2] * slack[spend >= limit - 2] ** 2 >= spread.price).all()
    inside = (spend > 1) & (spend < limit - 2)
    assert np.allclose(marginal[inside], spread.price, rtol=1e-2 if budget < 1e6 else 4e-3)
    assert spread.price >= 1.0 or (spend >= limit - 2).all()


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 2_000_000_000))
def test_more_budget_never_lowers_the_value(problem: tuple[Exponential, int], more: int) -> None:
    curves, budget = problem
    less, larger = allocate(curves, budget), allocate(curves, budget + more)
    value = [float(curves.value(spread.spend.astype(float)).sum()) for spread in (less, larger)]
    rounding = float((curves.scale / curves.pace).sum()) * 2
    assert value[1] >= value[0] - rounding


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_a_general_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = 4 + seed
    pace = rng.uniform(1e6, 2e7, cells)
    curves = Exponential(scale=pace * rng.uniform(0.5, 6, cells), pace=pace, most=rng.uniform(5e6, 4e7, cells))
    low = np.where(rng.random(cells) < 0.3, 5e5, 0.0)
    budget = int(rng.uniform(0.3, 0.9) * curves.most.sum())
    spread = allocate(curves, budget, least=low)
    unit = 1e6

    def net(spend: np.ndarray) -> float:
        return -float((curves.value(spend * unit) - spend * unit).sum()) / unit

    found = minimize(
        net,
        x0=np.maximum(low / unit, np.minimum(curves.most, budget / cells) / unit / 2),
        jac=lambda spend: 1 - curves.marginal(spend * unit),
        bounds=list(zip(low / unit, curves.most / unit, strict=True)),
        constraints={
            "type": "ineq",
            "fun": lambda spend: budget / unit - spend.sum(),
            "jac": lambda spend: -np.ones(cells),
        },
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert found.success
    assert -net(spread.spend / unit) == pytest.approx(-found.fun, rel=1e-6)
    assert np.allclose(spread.spend / unit, found.x, atol=0.02)


def test_lower_bounds_are_kept_and_worthless_cells_get_nothing_more() -> None:
    curves = Exponential(np.array([0.0, 5e6, 1e5]), np.array([1e6, 1e6, 1e6]), np.array([1e7, 1e7, 1e7]))
    spread = allocate(curves, 10_000_000, least=[1000, 0, 0])
    assert spread.spend.tolist()[0] == 1000
    assert spread.spend.tolist()[2] == 0
    assert spread.spend.tolist()[1] == pytest.approx(1e6 * np.log(5), abs=1)


def test_no_budget_is_no_spend() -> None:
    curves = Exponential(np.array([1e6]), np.array([1e5]), np.array([1e6]))
    assert allocate(curves, 0).total == 0


@pytest.mark.parametrize(
    ("budget", "least", "most"), [(-1, 0, np.inf), (100, 200, np.inf), (10_000, 5_000, 4_000), (100, -1, np.inf)]
)
def test_limits_that_nothing_can_keep_are_refused(budget: int, least: float, most: float) -> None:
    curves = Exponential(np.array([1e6]), np.array([1e5]), np.array([1e6]))
    with pytest.raises(BudgetError):
        allocate(curves, budget, least=least, most=most)
