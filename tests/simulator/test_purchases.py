from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from simulator.purchases import Process, customers_at, fit_purchases
from tests.simulator.shoppers import shoppers


def test_a_history_holds_days_once_in_weeks_from_the_first() -> None:
    who, found = customers_at(np.array([7, 7, 7, 3, 9]), np.array([0, 7, 7, 14, 99]), 21)
    assert who.tolist() == [3, 7]
    assert found.repeats[found.back].tolist() == [0, 1]
    assert found.weeks[found.back][1].tolist() == [0.0, 1.0, 3.0]


def test_the_likelihood_is_the_integral_over_the_moment_of_the_fall() -> None:
    _, one = customers_at(np.array([1, 1]), np.array([0, 14]), 35)
    rate, hazard, faint = 0.3, 0.1, 0.02
    known = Process(np.array([rate]), np.array([hazard]), np.array([1.0]), faint)
    own = rate * np.exp(-(rate + hazard) * 5)
    early = quad(lambda t: hazard * np.exp(-hazard * t) * np.exp(-rate * t - faint * (5 - t)) * faint, 0, 2)[0]
    late = quad(lambda t: hazard * np.exp(-hazard * t) * np.exp(-rate * t - faint * (5 - t)) * rate, 2, 5)[0]
    still = own / (own + early + late)
    living = (1 - np.exp(-hazard * 10)) / hazard
    assert known.expected(one, 10.0)[0] == pytest.approx(faint * 10 + still * (rate - faint) * living, rel=1e-9)


def test_draws_have_the_mean_that_is_expected() -> None:
    person, day = shoppers(400, weeks=26, seed=3)
    _, found = customers_at(person, day, 26 * 7)
    process = fit_purchases(found)
    rng = np.random.default_rng(1)
    drawn = np.mean([process.drawn(found, 13.0, rng).sum() for _ in range(20)])
    assert drawn == pytest.approx(process.expected(found, 13.0).sum(), rel=0.03)


def test_customers_of_a_known_process_are_foretold_in_total_and_in_order() -> None:
    person, day = shoppers(3_000, weeks=52, seed=5)
    who, found = customers_at(person, day, 26 * 7 - 1)
    expected = fit_purchases(found).expected(found, 26.0)
    after = np.unique(np.stack([person, day], axis=1)[day >= 26 * 7], axis=0)[:, 0]
    actual = np.bincount(np.searchsorted(who, after[np.isin(after, who)]), minlength=len(who))
    assert expected.sum() == pytest.approx(actual.sum(), rel=0.1)
    assert np.corrcoef(expected, actual)[0, 1] > 0.5


@pytest.mark.parametrize("people", [0, 1, 20])
def test_too_few_customers_leave_the_broad_start(people: int) -> None:
    person = np.arange(people, dtype=np.int64)
    _, found = customers_at(person, np.zeros(people, np.int64), 100)
    process = fit_purchases(found)
    assert process.weight.sum() == pytest.approx(1)
    assert np.isfinite(process.expected(found, 10.0)).all()
    assert len(process.drawn(found, 10.0, np.random.default_rng(1))) == people


def test_customers_who_never_came_back_are_foretold_finite_and_little() -> None:
    person = np.arange(200, dtype=np.int64)
    _, found = customers_at(person, np.zeros(200, np.int64), 182)
    expected = fit_purchases(found).expected(found, 26.0)
    assert np.isfinite(expected).all()
    assert expected.max() < 0.2
