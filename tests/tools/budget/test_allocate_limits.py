"""Any family, nested groups, whole messages and S-shapes: limits kept, the bound never passed, the best found."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.budget import compiled, dual
from tools.budget.allocate import CLOSE_ENOUGH, Group, allocate
from tools.budget.errors import BudgetError
from tools.budget.shapes import Exponential, Hill, Mixed

TINY = 1e-300


def curves(cells: int, seed: int, low: float = 0.4, high: float = 1.0) -> Hill:
    rng = np.random.default_rng(seed)
    half = rng.lognormal(15.5, 0.7, cells)
    columns = (rng.lognormal(17, 1, cells), half, rng.uniform(low, high, cells), np.zeros(cells))
    return Hill(*columns, half * rng.uniform(1, 6, cells))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 1.5), st.booleans(), st.booleans())
def test_every_limit_is_kept_and_nothing_allowed_is_worth_more_than_the_bound(
    seed: int, share: float, s_shaped: bool, whole: bool
) -> None:
    rng = np.random.default_rng(seed)
    made = curves(9, seed, *((1.2, 3.0) if s_shaped else (0.4, 1.0)))
    budget = int(share * made.most.sum())
    low = np.where(rng.random(9) < 0.3, 0.02 * made.most, 0.0)
    inner = [
        Group((0, 1, 2), most=0.4 * made.most[:3].sum()),
        Group((3, 4), most=0.5 * made.most[3:5].sum(), least=5e5),
    ]
    groups = [*inner, Group((0, 1, 2, 3, 4), most=0.3 * made.most[:5].sum())]
    lot = 20_000.0 if whole else 0.0
    if np.ceil(low / 2e4).sum() * 2e4 + 5e5 > budget:
        return
    spread = allocate(made, budget, least=low, floor=TINY, groups=groups, lot=lot)
    spend = spread.spend.astype(float)
    assert spread.total <= budget
    assert (spend >= low).all()
    assert (spend <= made.most).all()
    for group in groups:
        assert group.least <= spend[list(group.cells)].sum() <= group.most
    if whole:
        assert (spread.spend % 20_000 == 0).all()
    assert spread.value == pytest.approx(made.value(spend).sum())
    assert spread.gap < 5e-3
    for _ in range(30):  # any other allocation that keeps the limits
        other = low + rng.random(9) ** 3 * (spend.mean() + spend - low) * rng.random()
        other = np.clip(other, low, made.most)
        if other.sum() <= budget and all(g.least <= other[list(g.cells)].sum() <= g.most for g in groups):
            assert made.value(other).sum() <= spread.bound * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_concave_hill_curves_are_allocated_to_the_bound(seed: int) -> None:
    made = curves(60, seed)
    spread = allocate(made, int(0.3 * made.most.sum()), floor=TINY)
    assert spread.gap < 1e-6
    inside = (spread.spend > 1e4) & (spread.spend < made.most - 1e4)
    assert np.allclose(made.marginal(spread.spend.astype(float))[inside], spread.price, rtol=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_whole_messages_are_as_good_as_trying_every_number(seed: int) -> None:
    made, lot = curves(4, seed), np.array([2e6, 3e6, 2e6, 5e6])
    budget = 24_000_000
    tried = [
        float(made.value(np.array(count) * lot).sum())
        for count in itertools.product(*(range(int(top // one) + 1) for top, one in zip(made.most, lot, strict=True)))
        if np.dot(count, lot) <= budget
    ]
    spread = allocate(made, budget, floor=TINY, lot=lot)
    assert spread.value >= max(tried) * (1 - CLOSE_ENOUGH)
    assert spread.bound >= max(tried) * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_s_shaped_curves_are_as_good_as_a_fine_grid_and_not_split_evenly(seed: int) -> None:
    made = curves(3, seed, 2.0, 3.0)
    budget = int(0.35 * made.most.sum())
    spread = allocate(made, budget, floor=TINY)
    grid = np.linspace(0, 1, 61)
    first, second = (axis.ravel() for axis in np.meshgrid(grid * made.most[0], grid * made.most[1]))
    third = np.minimum(budget - first - second, made.most[2])
    fits = third >= 0
    tried = sum(
        made.take(np.full(fits.sum(), cell)).value(part[fits]) for cell, part in enumerate((first, second, third))
    )
    assert spread.value >= float(np.max(tried)) * (1 - CLOSE_ENOUGH)
    assert spread.gap <= CLOSE_ENOUGH
    assert spread.spend.max() > 1.2 * max(spread.spend.min(), 1)


def test_families_share_one_price() -> None:
    hill = curves(3, 5)
    exponential = Exponential(np.array([4e7, 1e7]), np.array([9e6, 2e6]), np.array([6e7, 6e7]))
    made = Mixed((exponential, hill))
    spread = allocate(made, 30_000_000, floor=TINY)
    spend = spread.spend.astype(float)
    inside = (spend > 1e4) & (spend < made.most - 1e4)
    assert np.allclose(made.marginal(spend)[inside], spread.price, rtol=1e-3)
    assert spread.gap < 1e-6


def test_a_channels_cap_binds_alone_and_its_money_goes_elsewhere() -> None:
    made = curves(6, 2)
    budget = int(0.3 * made.most.sum())
    free = allocate(made, budget, floor=TINY)
    cap = int(free.spend[:3].sum()) // 2
    tight = allocate(made, budget, floor=TINY, groups=[Group((0, 1, 2), most=cap, name="email")])
    assert cap - 3 <= tight.spend[:3].sum() <= cap
    assert tight.spend[3:].sum() > free.spend[3:].sum()
    assert tight.value < free.value


def test_compiled_prices_are_the_same() -> None:
    pytest.importorskip("numba")
    for seed in range(5):
        made = curves(20, seed)
        budget = int(0.3 * made.most.sum())
        one, other = (allocate(made, budget, floor=1e-9, solver=how) for how in (dual.prices, compiled.prices))
        assert np.abs(one.spend - other.spend).max() <= 20


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ([Group((0, 1), most=9e9), Group((1, 2), most=9e9)], "cross"),
        ([Group((7,), most=1.0)], "does not exist"),
        ([Group((0,), most=1.0, least=2.0)], "lower the first bound"),
        ([Group((0, 1), most=9e15, least=8e15, name="email")], "email must get"),
        ([Group((0, 1), most=-5.0)], "lower the first bound"),
    ],
)
def test_groups_that_nothing_can_keep_are_refused(groups: list[Group], says: str) -> None:
    with pytest.raises(BudgetError, match=says):
        allocate(curves(3, 1), 10_000_000, groups=groups)
