"""Money moves when the posterior is sure, a step at a time, and stays where it is otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from tools.budget.allocate import Group
from tools.budget.errors import BudgetError
from tools.budget.fit import Posterior
from tools.budget.weekly import Caution, marginal_return, next_week, thompson

NOW = np.full(4, 100_000_000.0)
BUDGET, MOST = 400_000_000, 400_000_000


def _posterior(tops: list[float], spread: float, draws: int = 100) -> Posterior:
    rng = np.random.default_rng(0)
    shape = (draws, 4)
    top = np.array(tops) * 1e9 * np.exp(spread * rng.standard_normal(shape))
    flat = np.ones(shape)
    return Posterior(top, 2e8 * flat, flat, 0.2 * flat, 0 * flat, np.ones(4, bool), spread)


def test_clear_differences_move_money_by_no_more_than_the_step() -> None:
    move = next_week(NOW, _posterior([1, 1, 2, 5], 0.05), BUDGET, MOST, caution=Caution(step=0.1))
    assert not move.held
    assert 0.09 <= move.moved <= 0.1 + 1e-9
    assert move.spend.sum() <= BUDGET
    assert move.spend[3] > move.spend[2] > move.spend[0]
    assert move.sure > 0.95
    assert "10% of the move explores" in move.why
    assert (move.marginal[1] <= move.marginal[0]).all()
    assert (move.marginal[0] <= move.marginal[2]).all()


@pytest.mark.parametrize(("tops", "spread"), [([1, 1, 1, 1], 0.02), ([1, 1, 1.05, 1.1], 0.8)])
def test_short_evidence_moves_nothing_and_says_so(tops: list[float], spread: float) -> None:
    move = next_week(NOW, _posterior(tops, spread), BUDGET, MOST)
    assert move.held
    assert move.moved == 0
    assert move.spend.tolist() == NOW.tolist()
    assert "No money moves" in move.why


def test_repeated_weeks_end_far_from_an_even_split_when_returns_differ() -> None:
    spend = NOW
    for week in range(8):
        spend = next_week(spend, _posterior([1, 1, 2, 5], 0.05), BUDGET, MOST, seed=week).spend.astype(float)
    assert spend.max() > 2 * spend.min()


def test_a_group_limit_holds_through_exploration() -> None:
    cap = 150_000_000
    start = np.array([120, 120, 60, 60]) * 1e6
    move = next_week(start, _posterior([1, 1, 2, 5], 0.3), BUDGET, MOST, groups=[Group((2, 3), most=cap)])
    assert move.spend[2:].sum() <= cap


def test_thompson_draws_differ_and_repeat() -> None:
    posterior = _posterior([1, 1, 2, 5], 0.5)
    assert np.array_equal(thompson(posterior, BUDGET, MOST, 3), thompson(posterior, BUDGET, MOST, 3))
    assert len({thompson(posterior, BUDGET, MOST, seed).tobytes() for seed in range(6)}) > 1


def test_the_marginal_interval_narrows_with_the_posterior() -> None:
    wide, narrow = (marginal_return(_posterior([1, 1, 1, 1], spread), NOW) for spread in (0.5, 0.05))
    assert ((wide[2] - wide[1]) > 5 * (narrow[2] - narrow[1])).all()


def test_spend_beyond_the_budget_and_shares_beyond_one_are_refused() -> None:
    with pytest.raises(BudgetError, match="passes the budget"):
        next_week(NOW, _posterior([1, 1, 1, 1], 0.1), 100, MOST)
    with pytest.raises(BudgetError, match="negative"):
        next_week(-NOW, _posterior([1, 1, 1, 1], 0.1), BUDGET, MOST)
    with pytest.raises(BudgetError, match="explore"):
        Caution(explore=1.5)
