from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from campaigns.workspace import Workspace
from simulator.backtest import backtest, last_campaign, mean_campaign, miss
from simulator.campaign_forecast import QUANTITIES, SALES, forecast, outcomes
from simulator.passport import tried_places
from simulator.past_campaigns import Ledger, ledger
from simulator.pooling import Prior, pooled_draws
from simulator.redemption_share import Rows, fit_redemption
from simulator.redemption_timing import EDGES, fit_timing, open_share, seen
from tests.simulator.campaign_books import START, books
from tools.data.load import load_folder

BOOKS = books(8)


def test_a_forecast_uses_nothing_that_was_known_after_its_start() -> None:
    start = BOOKS.campaigns[5].start
    late = BOOKS.redeemed_known > start
    changed = replace(
        BOOKS,
        bought_micros=np.where(BOOKS.bought_known > start, BOOKS.bought_micros * 9, BOOKS.bought_micros),
        redeemed_person=np.where(late, 0, BOOKS.redeemed_person),
        redeemed_day=np.where(late, BOOKS.redeemed_day - 3, BOOKS.redeemed_day),
    )
    before, after = forecast(BOOKS, 5, 1, 200), forecast(changed, 5, 1, 200)
    for quantity in QUANTITIES:
        np.testing.assert_array_equal(before.draws[quantity], after.draws[quantity])
    assert outcomes(BOOKS, 5, np.inf)[SALES] != outcomes(changed, 5, np.inf)[SALES]


def test_the_same_seed_gives_the_same_cells_and_another_one_others() -> None:
    assert backtest(BOOKS, [5], 1, 200) == backtest(BOOKS, [5], 1, 200)
    assert backtest(BOOKS, [5], 1, 200) != backtest(BOOKS, [5], 2, 200)


def test_intervals_cover_in_worlds_that_are_as_assumed() -> None:
    cells = [cell for seed in range(6) for cell in backtest(books(7, seed=seed), [5, 6], 1, 400)]
    assert np.mean([cell.covered(0.8) for cell in cells]) >= 0.65
    assert np.mean([cell.covered(0.95) for cell in cells]) >= 0.88


def test_a_campaign_without_earlier_ones_is_foretold_from_the_priors() -> None:
    made = forecast(BOOKS, 0, 1, 400)
    assert np.isfinite(made.draws[SALES]).all()
    low, high = np.quantile(made.draws[QUANTITIES[0]], [0.05, 0.95])
    assert low <= 2
    assert high >= 20


@pytest.mark.parametrize(
    "strange",
    [books(4, share=0.0), books(4, share=1.0), books(4, each=3), replace(BOOKS, bought_micros=BOOKS.bought_micros * 0)],
)
def test_constant_outcomes_an_audience_of_three_and_no_revenue_are_foretold_finite(strange: Ledger) -> None:
    for cell in backtest(strange, [3], 1, 200):
        assert np.isfinite([cell.median, cell.low95, cell.high95, cell.place]).all()


def test_yardsticks_are_turned_to_the_people_reached() -> None:
    wide = books(6, each=100)
    last = wide.campaigns[-1]
    half = replace(wide, campaigns=(*wide.campaigns[:-1], replace(last, reached=last.reached[:50])))
    for told in (mean_campaign, last_campaign):
        assert told(half, 5)[QUANTITIES[0]] == pytest.approx(told(wide, 5)[QUANTITIES[0]] / 2)


def test_too_few_earlier_campaigns_are_not_tried() -> None:
    assert tried_places(books(0)) == []
    assert tried_places(books(3)) == []
    assert tried_places(books(5)) == [3, 4]


def test_a_miss_is_the_same_for_half_and_double_and_plain_for_shares() -> None:
    assert miss("redemptions", 1.5, 3.5) == pytest.approx(np.log(2))
    assert miss("redemptions", 7.5, 3.5) == pytest.approx(np.log(2))
    assert miss("share in the first half", 0.5, 0.8) == pytest.approx(0.3)


def test_pooling_covers_a_new_group_and_falls_back_to_its_prior() -> None:
    rng = np.random.default_rng(4)
    prior = Prior(np.zeros(1), np.ones(1), 0.5)
    inside = 0
    for _ in range(200):
        centre, tau = rng.normal(), abs(rng.normal()) * 0.5
        groups = centre + tau * rng.standard_normal(9)
        noisy = groups[:8] + 0.2 * rng.standard_normal(8)
        drawn = pooled_draws(noisy, np.full(8, 0.04), np.ones((8, 1)), prior, np.ones(1), 300, rng)
        inside += abs((drawn < groups[8]).mean() - 0.5) <= 0.4
    assert 145 <= inside <= 178
    alone = pooled_draws(np.zeros(0), np.zeros(0), np.zeros((0, 1)), prior, np.ones(1), 20_000, rng)
    assert alone.std() == pytest.approx(np.sqrt(1 + 0.25), rel=0.06)


def test_redemption_recovers_a_planted_covariate_and_level() -> None:
    rng = np.random.default_rng(2)
    covariates, campaign = rng.standard_normal((4_000, 1)), np.repeat(np.arange(10), 400)
    hazard = 0.15 * np.exp(0.6 * covariates[:, 0])
    rows = Rows(covariates, campaign, np.zeros(4_000, np.int64), np.ones(4_000), rng.random(4_000) < -np.expm1(-hazard))
    fit = fit_redemption(rows, 1)
    best = fit.modes[int(fit.log_weight.argmax())]
    assert best[1] == pytest.approx(0.6, abs=0.1)
    assert best[0] + best[2] == pytest.approx(np.log(0.15), abs=0.15)


def test_timing_corrects_for_windows_that_were_seen_in_part() -> None:
    rng = np.random.default_rng(3)
    parts = [seen(rng.exponential(12, 200), 0.0, 14.0, 40.0) for _ in range(12)]
    share = fit_timing(parts).share
    assert share[EDGES[1:] <= 14].sum() < 0.95
    assert open_share(0.0, 40.0, 40.0)[EDGES[1:] <= 40].min() == 1


def test_books_end_with_their_last_purchase_and_not_with_its_day(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "people.csv").write_text("person_id\na\nb\n", encoding="utf-8")
    (folder / "events.csv").write_text(
        "person_id,occurred_at,kind,revenue\na,2017-01-01T09:00:00Z,purchase,3\nb,2017-03-01T06:00:00Z,purchase,4\n",
        encoding="utf-8",
    )
    ws = Workspace.create(tmp_path / "ws")
    load_folder(ws, folder)
    found = ledger(ws, datetime(2030, 1, 1, tzinfo=UTC))
    assert found.closes - found.opens == pytest.approx(59.25, abs=1e-4)
    assert found.spent(found.opens, found.closes, np.inf).tolist() == [3e6, 4e6]


def test_an_empty_workspace_has_an_empty_ledger(tmp_path: Path) -> None:
    from tools.data.build import fresh_file, publish

    ws = Workspace.create(tmp_path / "empty")
    with fresh_file(ws) as built:
        publish(ws, built, "nothing", datetime(2017, 1, 1, tzinfo=UTC), ())
    found = ledger(ws, datetime(2018, 1, 1, tzinfo=UTC))
    assert found.campaigns == ()
    assert tried_places(found) == []
    assert START > 0
