from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from campaigns.contact import CONVERSION, REDEMPTION, OutcomeBatch, Receipts
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.figure import Figure, Source
from campaigns.plan import Plan
from campaigns.rehearsal import Distribution, Passport, Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.errors import NoControl, NotLaunched
from delivery.horizon import horizon_end
from delivery.live import launch
from delivery.measure import measure
from delivery.measurement import Measurement
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import WORLD, launchable, letters

PEOPLE = 400
VALUE, MARGIN = 10_000_000, 2_800_000


def booked(
    root: Path, rate: Callable[[int], float], seed: int = 1, closed: bool = True
) -> tuple[Workspace, Plan, Roster]:
    """Books of a plan whose people convert with a probability that depends on their arm only."""
    ws, made = Workspace.create(root), plan(PEOPLE)
    roster = Roster.build(made, snapshot(PEOPLE))
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(rng.random(PEOPLE) < np.array([rate(arm) for arm in roster.arm.tolist()]))
    size = len(rows)
    books = SqlBooks(ws, roster, made)
    books.begin(NOW, ("consent", "quiet_hours"))
    books.record(
        OutcomeBatch(
            kind=np.full(size, CONVERSION, np.int16),
            row=rows,
            at=int(NOW.timestamp()) + rng.integers(0, 40 * 86_400, size),
            key=np.zeros(size, np.uint64),
            revenue_micros=np.full(size, VALUE),
            margin_micros=np.full(size, MARGIN),
            cost_micros=np.zeros(size, np.int64),
        )
    )
    books.seen(horizon_end(made))
    if closed:
        books.close()
    return ws, made, roster


def test_a_planted_gain_is_found_with_its_size_and_a_claim(tmp_path: Path) -> None:
    ws, made, roster = booked(tmp_path / "ws", lambda arm: 0.5 if arm == TREATED else 0.2)

    result = measure(ws, made, roster).primary

    treated = int((roster.arm == TREATED).sum())
    assert result.metric == "incremental_conversions"
    assert result.label == "gain"
    assert result.per_person.low <= 0.3 <= result.per_person.high  # type: ignore[operator]
    assert result.total.value == pytest.approx(result.per_person.value * treated)
    assert result.total.source.kind == "measured"
    assert result.words.startswith("Incremental conversions ")


def test_without_an_effect_the_answer_is_cannot_tell_about_as_often_as_promised(tmp_path: Path) -> None:
    labels = [measure(*booked(tmp_path / str(seed), lambda _: 0.3, seed)).primary.label for seed in range(20)]

    assert labels.count("cannot tell") >= 17


def test_an_interval_with_0_inside_is_never_worded_as_a_result(tmp_path: Path) -> None:
    measured = measure(*booked(tmp_path / "ws", lambda _: 0.3))

    for result in measured.results:
        holds_zero = result.total.low <= 0 <= result.total.high  # type: ignore[operator]
        assert (result.label == "cannot tell") == holds_zero
        assert result.words.startswith("Cannot tell") == holds_zero


def test_before_the_books_are_closed_even_a_large_difference_is_no_result(tmp_path: Path) -> None:
    measured = measure(*booked(tmp_path / "ws", lambda arm: 0.9 if arm == TREATED else 0.1, closed=False))

    assert not measured.final
    assert {result.label for result in measured.results} == {"cannot tell"}
    assert "not a result yet" in measured.primary.words


def test_message_and_offer_cost_are_taken_from_the_margin_of_treated_people(tmp_path: Path) -> None:
    ws, made, roster = booked(tmp_path / "ws", lambda _: 0.0, closed=False)
    books = SqlBooks(ws, roster, made)
    batch = letters(made, roster.treated[:100].tolist(), people=PEOPLE)
    claimed = batch.where(books.claim(batch))
    books.settle(Receipts(claimed.key, np.ones(len(claimed), bool)))
    one, none = np.array([REDEMPTION], np.int16), np.zeros(1, np.int64)
    books.record(
        OutcomeBatch(one, claimed.row[:1], np.array([claimed.at]), claimed.key[:1], none, none, np.array([1_000_000]))
    )
    books.close()

    measured = measure(ws, made, roster)

    margin = next(result for result in measured.results if result.metric == "incremental_margin")
    assert margin.treated_mean.value == pytest.approx(-(100 * 2_000 + 1_000_000) / int((roster.arm == TREATED).sum()))
    assert margin.control_mean.value == 0
    assert {name: figure.value for name, figure in measured.spend.items()} == {
        "messages": 200_000, "offers": 1_000_000, "total": 1_200_000, "reserved": 0, "budget": 5_000_000_000,
    }  # fmt: skip
    assert measured.creatives[0].redemptions == 1
    assert measured.creatives[0].mean_propensity == 0.5


def test_the_daily_series_ends_at_the_means_that_the_result_compares(tmp_path: Path) -> None:
    measured = measure(*booked(tmp_path / "ws", lambda arm: 0.4 if arm == TREATED else 0.2))

    ends = {daily.arm: daily.conversions_per_person[-1] for daily in measured.daily}
    assert ends["treated"] == pytest.approx(measured.primary.treated_mean.value)
    assert ends["holdout"] == pytest.approx(measured.primary.control_mean.value)
    assert measured.daily[0].days[0] == NOW.date()
    assert measured.daily[0].days[-1] == (horizon_end(plan()) - timedelta(days=1)).date()
    assert all(np.diff(daily.conversions_per_person).min() >= 0 for daily in measured.daily)


def test_without_a_control_nothing_is_claimed(tmp_path: Path) -> None:
    ws, made, roster = booked(tmp_path / "ws", lambda _: 0.3)
    roster.arm[roster.arm == HOLDOUT] = TREATED

    with pytest.raises(NoControl, match="0 in its holdout"):
        measure(ws, made, roster)


def test_a_plan_that_was_not_launched_has_nothing_to_measure(tmp_path: Path) -> None:
    ws, made = Workspace.create(tmp_path / "ws"), plan(PEOPLE)

    with pytest.raises(NotLaunched, match="was not launched"):
        measure(ws, made, Roster.build(made, snapshot(PEOPLE)))


def rehearsal(made: Plan, low: float, high: float) -> Rehearsal:
    share = Figure(value=0.1, unit="share", source=Source(kind="twin", name="test"))
    middle = (low + high) / 2
    spread = Distribution(unit="conversions", mean=middle, p05=low, p25=low, p50=middle, p75=high, p95=high)
    passport = Passport(twin_version="1", fitted_on="test", origins=4, coverage=share, direction=share, supported=True)
    return Rehearsal(
        plan_hash=made.hash, verdict="go", reasons=(), runs=200, seed=1,
        outcomes={"incremental_conversions": spread, "measured_incremental_conversions": spread},
        p_harm=share, p_breach=share, blocked={}, drivers=(), assumptions=(), fan=(), passport=passport,
    )  # fmt: skip


@pytest.mark.parametrize(("low", "high", "inside"), [(0.0, 200.0, True), (150.0, 200.0, False)])
def test_the_forecast_stands_beside_the_outcome(tmp_path: Path, low: float, high: float, inside: bool) -> None:
    ws, made, roster = booked(tmp_path / "ws", lambda arm: 0.4 if arm == TREATED else 0.2)
    Store(ws).save_rehearsal(made.plan_id, rehearsal(made, low, high))

    lines = measure(ws, made, roster).forecast

    assert [line.metric for line in lines] == ["incremental_conversions", "measured_incremental_conversions"]
    assert [line.inside for line in lines] == [None, inside]


def test_a_launched_plan_is_measured_whole_and_the_same_every_time(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws")
    report = launch(ws, made, WORLD, "Ada")
    roster = Roster.build(made, snapshot(120))

    measured = measure(ws, made, roster)

    assert measured.final
    assert measured.contacts == sum(creative.sends for creative in measured.creatives) == report.accepted
    assert measured.spend["total"].value == measured.spend["messages"].value + measured.spend["offers"].value
    assert measured.spend["total"].value == report.spent_micros
    assert measured.srm_p.value > 0.001
    assert Measurement.model_validate_json(measured.model_dump_json()) == measured == measure(ws, made, roster)
