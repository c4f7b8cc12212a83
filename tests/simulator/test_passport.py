from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.calibration import Twin, twin_of
from simulator.learning import posterior
from simulator.parameters import Learnt
from simulator.passport import passport, simulated_totals, trials
from tests.builders import brief, plan
from tests.simulator.histories import DAYS, frame


def twin(levels: list[float], people: int = 300) -> Twin:
    return twin_of(frame(levels, people), np.zeros(0), DAYS, "1" * 16)


def test_a_steady_history_is_covered_and_supported() -> None:
    record = passport(twin([1.0] * 6), plan(), 300, seed=1)
    assert record.origins == 6
    assert record.supported
    assert record.coverage.value >= 0.6
    assert record.coverage.low is not None
    assert record.coverage.low < record.coverage.value


def test_a_history_that_breaks_its_own_pattern_loses_support() -> None:
    record = passport(twin([1.0, 1.0, 5.0, 25.0, 125.0]), plan(), 300, seed=1)
    assert not record.supported
    assert "earlier horizons" in record.unsupported_because[0]


@pytest.mark.parametrize(
    ("origins", "people", "channels", "reason"),
    [
        (2, 300, ("email",), "2 earlier horizons"),
        (0, 300, ("email",), "0 earlier horizons"),
        (6, 149, ("email",), "149 people"),
        (6, 300, ("email", "sms"), "sms"),
    ],
)
def test_outside_its_region_the_twin_says_why(
    origins: int, people: int, channels: tuple[str, ...], reason: str
) -> None:
    the_plan = plan()
    record = passport(
        twin([1.0] * origins), the_plan.model_copy(update={"brief": brief(channels=channels)}), people, seed=1
    )
    assert not record.supported
    assert reason in "; ".join(record.unsupported_because)


def test_without_trials_anything_is_possible() -> None:
    record = passport(twin([]), plan(), 300, seed=1)
    assert (record.coverage.low, record.coverage.high) == (0.0, 1.0)


def test_a_forecast_uses_earlier_origins_only() -> None:
    calm = frame([1.0, 1.0, 1.0, 1.0])
    last = calm["origin"].max()
    changed = calm.with_columns(
        conversions=calm["conversions"] + (calm["origin"] == last).cast(calm["conversions"].dtype) * 5
    )
    before, after = trials(calm, DAYS, 1), trials(changed, DAYS, 1)
    assert [(t.low, t.median, t.high) for t in before] == [(t.low, t.median, t.high) for t in after]
    assert before[:-1] == after[:-1]
    assert after[-1].actual == before[-1].actual + 5 * 300


def test_simulated_totals_have_the_mean_and_spread_of_level_differences_and_chance() -> None:
    belief = posterior([], np.zeros(0))
    exact = Learnt(1.0, 1e-9)
    totals = simulated_totals(np.full(400, 0.5), replace(belief, season_level=exact), 3)
    assert totals.mean() == pytest.approx(200, rel=0.03)
    assert totals.var() == pytest.approx(200 + 400 * 0.25 * 1.3, rel=0.35)


def test_the_same_history_gives_the_same_version_and_another_one_another() -> None:
    assert twin([1.0] * 4).version == twin([1.0] * 4).version
    assert twin([1.0] * 4).version != twin([1.0, 1.2, 1.0, 1.0]).version
