from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.backtest.boosting import boosted
from evals.backtest.cdnow import Scored, score, shares_of
from evals.backtest.cdnow_suite import cdnow_gates
from evals.backtest.pages import write
from evals.backtest.pictures import intervals, shares
from evals.backtest.suite import CellSample, backtest_gates, compared, error_ratio, last_third, notes
from evals.suites import NAMES
from simulator.backtest import Cell, backtest
from simulator.campaign_forecast import QUANTITIES
from tests.simulator.campaign_books import books

BOOKS = books(6)
TRUTH = Scored(model="truth", mae=0, rmse=0, total=1, shares=(0.7, 0.13, 0.07, 0.04, 0.02, 0.03, 0.01))


def cell(place: float = 0.5, above: float = 0.9, truth: float = 9.0) -> Cell:
    return Cell("1", "redemptions", truth, 8.0, 5.0, 12.0, 3.0, 16.0, place, 4.0, above, 4.0, above)


def sample(error: float, baseline: float) -> CellSample:
    each = dict.fromkeys(("last campaign", "mean campaign", "gradient boosting"), baseline)
    return CellSample(
        campaign="1", quantity="redemptions", truth=1, median=1, low80=1, high80=1, low95=1, high95=1, place=0.5,
        error=error, baseline_errors=each,
    )  # fmt: skip


def test_both_suites_are_listed() -> None:
    assert {"backtest", "cdnow"} <= set(NAMES)


@pytest.mark.parametrize(
    ("places", "failing"),
    [
        ([0.5] * 16 + [0.92] * 3 + [0.999], set()),
        (
            [0.5] * 20,
            {"outcomes inside their 80 % interval, not too many", "outcomes inside their 95 % interval, not too many"},
        ),
        ([0.5] * 12 + [0.999] * 8, {"outcomes inside their 80 % interval", "outcomes inside their 95 % interval"}),
    ],
)
def test_gates_want_intervals_neither_too_narrow_nor_too_wide(places: list[float], failing: set[str]) -> None:
    gates = backtest_gates([cell(place) for place in places], [sample(0.3, 0.5)])
    assert {one.name for one in gates if not one.passed} == failing


def test_a_wrong_direction_and_a_better_baseline_fail_their_gates() -> None:
    cells = [cell(above=0.9, truth=1.0)] * 10
    failed = {one.name for one in backtest_gates(cells, [sample(0.6, 0.5)]) if not one.passed}
    assert "direction against earlier campaigns' totals right, of those stated" in failed
    assert "direction against earlier campaigns' rates right, of those stated" in failed
    assert "error, of the mean campaign's" in failed


def test_either_reading_of_the_direction_fails_alone_and_so_does_hardly_speaking() -> None:
    totals, rates = (
        f"direction against earlier campaigns' {kind} right, of those stated" for kind in ("totals", "rates")
    )
    hardly = "directions against rates stated, of all"
    wrong_rate, silent = replace(cell(), yardstick=20.0), replace(cell(), above=0.5)
    for cells, failing in (
        ([cell()] * 7 + [wrong_rate] * 3, {rates}),
        ([cell()] * 7 + [replace(cell(), mean_total=20.0)] * 3, {totals}),
        ([cell()] * 3 + [silent] * 7, {hardly}),
        ([silent] * 10, {hardly, rates}),
    ):
        failed = {one.name for one in backtest_gates(cells, [sample(0.3, 0.5)]) if not one.passed}
        assert failed & {totals, rates, hardly} == failing


@pytest.mark.parametrize(("above", "stated"), [(0.79, False), (0.21, False), (0.8, True), (0.19, True)])
def test_a_direction_is_stated_from_eighty_per_cent_on(above: float, stated: bool) -> None:
    assert cell(above=above).stated is stated
    assert cell(above=above).stated_total is stated


def test_what_was_not_stated_is_told() -> None:
    told = notes([cell()] * 6 + [cell(above=0.5)] * 4, [sample(0.3, 0.5)], 0)
    assert "6 of 6 right" in told[1]
    assert "4 of 10 not stated" in told[1]


def test_an_error_is_compared_only_where_the_baseline_says_something() -> None:
    assert error_ratio([sample(0.2, 0.4), sample(9.0, -1.0)], "last campaign") == pytest.approx(0.5)


def test_a_made_up_back_test_is_compared_drawn_and_written_with_the_same_bytes(tmp_path: Path) -> None:
    places = last_third(BOOKS)
    assert places == [4, 5]
    cells = backtest(BOOKS, places, 1, 300)
    samples = compared(BOOKS, places, cells, 1)
    assert {one.quantity for one in samples} == set(QUANTITIES)
    assert all(np.isfinite(one.error) for one in samples)
    pages = []
    for name in ("a", "b"):
        made = write(
            tmp_path / name,
            "backtest",
            1,
            backtest_gates(cells, samples),
            samples,
            "made up",
            notes(cells, samples, 0),
            [intervals(cells)],
        )
        pages.append((Path(made.path_json).read_bytes(), Path(made.path_html).read_bytes()))
    assert pages[0] == pages[1]
    assert b"<svg" in pages[0][1]


def test_boosting_without_earlier_campaigns_says_nothing() -> None:
    assert all(np.isnan(value) for value in boosted(BOOKS, 0, 1).values())


def test_shares_of_purchases_end_with_ten_and_more() -> None:
    assert shares_of(np.array([0, 0, 1, 4, 5, 9, 10, 400])) == (0.25, 0.125, 0, 0, 0.125, 0.25, 0.25)


def test_cdnow_gates_pass_for_the_truth_and_fail_for_nobody_buying() -> None:
    counts = np.array([0.0] * 7 + [1, 2, 12])
    peer = TRUTH.model_copy(update={"shares": (0.73, 0.12, 0.06, 0.03, 0.02, 0.03, 0.01)})
    assert all(one.passed for one in cdnow_gates(TRUTH, TRUTH, peer))
    silent = score("silent", np.zeros(10), np.zeros(10, np.int64), counts)
    failed = {one.name for one in cdnow_gates(score("truth", counts, None, counts), silent, peer) if not one.passed}
    assert len(failed) >= 3
    assert shares((TRUTH, silent, peer)).startswith("<svg")
