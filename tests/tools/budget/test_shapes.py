"""A shape's marginal is its slope, and the spend at a price is where the marginal is that price."""

from __future__ import annotations

import numpy as np
import pytest

from tools.budget.envelope import Envelope
from tools.budget.errors import BudgetError
from tools.budget.shapes import Charged, Exponential, Hill, Mixed, Shape

FULL = np.array([5e7, 2e7, 9e7])


def _hill(steep: float, carried: float = 0.0) -> Hill:
    return Hill(np.array([3e7, 1e8, 2e6]), np.array([5e6, 2e7, 8e6]), np.full(3, steep), np.full(3, carried), FULL)


EXPONENTIAL = Exponential(np.array([3e7, 1e8, 2e6]), np.array([5e6, 2e7, 8e6]), FULL)
SHAPES: dict[str, Shape] = {
    "exponential": EXPONENTIAL,
    "concave": _hill(0.6),
    "hyperbola": _hill(1.0),
    "carried": _hill(0.8, 2e6),
    "S": _hill(2.2),
    "charged": Charged(EXPONENTIAL, np.array([1e6, 0.0, 3e6])),
    "mixed": Mixed((EXPONENTIAL.take(np.array([0])), _hill(1.7).take(np.array([1, 2])))),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_marginal_is_the_slope_of_the_value(name: str) -> None:
    shape, at = SHAPES[name], np.array([7e6, 1.1e7, 9e6])
    slope = (shape.value(at + 10) - shape.value(at - 10)) / 20
    assert np.allclose(shape.marginal(at), slope, rtol=1e-5)


@pytest.mark.parametrize("name", SHAPES)
def test_the_spend_at_a_price_has_that_marginal_and_the_stated_slope(name: str) -> None:
    shape = SHAPES[name]
    at = shape.turn + np.array([7e6, 2.1e7, 9e6])
    price = np.log(shape.marginal(at))
    found, slope = shape.spend_at(price)
    assert np.allclose(found, at, rtol=1e-8)
    assert np.allclose(slope, (shape.spend_at(price + 1e-6)[0] - shape.spend_at(price - 1e-6)[0]) / 2e-6, rtol=1e-3)


def test_steady_spend_is_where_geometric_adstock_ends() -> None:
    top, half, steep, stays, spend = 1e8, 2e7, 0.9, 0.4, 6e6
    pressure = 0.0
    for _ in range(60):
        pressure = spend + stays * pressure
    steady = Hill.steady(*(np.array([part]) for part in (top, half, steep, stays, 1e9)))
    assert steady.value(np.array([spend]))[0] == pytest.approx(top * pressure**steep / (half**steep + pressure**steep))


@pytest.mark.parametrize("carried", [0.0, 3e6])
def test_an_envelope_is_concave_above_the_curve_and_meets_it_from_the_knot_on(carried: float) -> None:
    shape = _hill(2.5, carried)
    over = Envelope.over(shape, np.full(3, 1e5), FULL)
    for share in np.linspace(0, 1, 41):
        spend = over.low + share * (over.high - over.low)
        assert (over.value(spend) >= shape.value(spend) * (1 - 1e-9)).all()
    beyond = (over.knot + over.high) / 2
    assert np.allclose(over.value(beyond), shape.value(beyond))
    inner = over.straight & (over.knot < over.high * 0.999)
    assert inner.any()
    assert np.allclose(over.slope[inner], shape.marginal(over.knot)[inner], rtol=1e-6)


def test_a_concave_curve_is_its_own_envelope() -> None:
    assert not Envelope.over(_hill(0.9), np.zeros(3), FULL).straight.any()


@pytest.mark.parametrize(
    ("place", "value"), [(0, -1.0), (1, 0.0), (2, 0.0), (2, float("nan")), (3, -1.0), (4, float("inf"))]
)
def test_an_impossible_curve_is_refused_by_name(place: int, value: float) -> None:
    columns = [np.array([3e7]), np.array([5e6]), np.array([0.8]), np.array([0.0]), np.array([1e7])]
    columns[place] = np.array([value])
    with pytest.raises(BudgetError, match=("top", "half", "steep", "carried", "most")[place]):
        Hill(*columns)


def test_adstock_that_never_fades_is_refused() -> None:
    with pytest.raises(BudgetError, match="never fades"):
        Hill.steady(*(np.array([part]) for part in (1e8, 1e7, 1.0, 1.0, 1e8)))
