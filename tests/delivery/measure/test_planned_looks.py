"""A plan that names its looks is read at those, with the error that each may spend, and at no moment between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from campaigns.contact import CONVERSION, OutcomeBatch
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.claims import claims
from delivery.horizon import horizon_end
from delivery.measure import METHOD_PLANNED, measure
from delivery.measuring.looks import REPORTED, Reached, reached
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from policies.load import load_policies
from tests.builders import plan, snapshot
from tools.experiment.arm import Arm
from tools.experiment.effect import cautious_se, compared
from tools.experiment.errors import ExperimentError
from tools.experiment.looks import boundaries, planned

PEOPLE, DAY = 3_000, 86_400
LOOKS = 4


def looked(looks: int = LOOKS) -> Plan:
    """A plan over `PEOPLE` with so many looks within its horizon."""
    made = plan(PEOPLE)
    days = made.brief.window.days + 3
    fields = made.experiment.model_copy(update={"horizon_days": days, "looks": planned(looks, days)})
    return made.model_copy(update={"experiment": fields})


def bought(made: Plan, roster: Roster, rate: Callable[[int], float], seed: int = 1) -> OutcomeBatch:
    """A conversion per person at most, with a probability by arm, at any time of the horizon."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(rng.random(PEOPLE) < np.array([rate(arm) for arm in roster.arm.tolist()]))
    begins = int((horizon_end(made) - timedelta(days=made.experiment.horizon_days)).timestamp())
    return OutcomeBatch(
        kind=np.full(len(rows), CONVERSION, np.int16),
        row=rows,
        at=begins + rng.integers(0, made.experiment.horizon_days * DAY, len(rows)),
        key=np.zeros(len(rows), np.uint64),
        revenue_micros=np.full(len(rows), 10_000_000),
        margin_micros=np.full(len(rows), 2_800_000),
        cost_micros=np.zeros(len(rows), np.int64),
    )


def test_what_is_shown_changes_at_the_planned_looks_and_at_the_end_only(tmp_path: Path) -> None:
    made = looked()
    ws, roster = Workspace.create(tmp_path / "ws"), Roster.build(made, snapshot(PEOPLE))
    books = SqlBooks(ws, roster, made)
    begins = horizon_end(made) - timedelta(days=made.experiment.horizon_days)
    books.begin(begins, ("consent",))
    books.record(bought(made, roster, lambda arm: 0.5 if arm == TREATED else 0.2))
    seen = {}
    first_day, second_day = (look.day + REPORTED.days for look in made.experiment.looks[:2])
    for day in (5, first_day, first_day + 3, second_day):
        books.seen(begins + timedelta(days=day))
        seen[day] = measure(ws, made, roster)
    early, first, between, second = seen.values()

    assert early.primary.per_person.low is None
    assert "is read from the first planned look on" in early.primary.words
    assert first.primary == between.primary
    assert first.method == METHOD_PLANNED
    assert "planned look 1 of 4" in first.primary.words
    assert (second.primary.valid, second.primary.label) == ("planned looks", "cannot tell")
    assert second.primary.per_person.value > first.primary.per_person.value
    assert "beyond its bound" in second.primary.words
    books.seen(horizon_end(made))
    books.close()
    whole = measure(ws, made, roster)
    assert whole.primary.label == "gain"
    assert whole.primary.valid == "planned looks"
    assert whole.primary.per_person.low <= 0.3 <= whole.primary.per_person.high  # type: ignore[operator]
    assert claims(whole, load_policies()).deciding.label == "gain"


def counts(made: Plan, shares: tuple[float, ...], total: int) -> np.ndarray:
    """Instants of `total` conversions of which these shares lie before each look."""
    begins = int((horizon_end(made) - timedelta(days=made.experiment.horizon_days)).timestamp())
    each = np.diff(np.rint(np.array((0.0, *shares)) * total).astype(int))
    days = [look.day for look in made.experiment.looks]
    return np.repeat(begins + np.array(days) * DAY - 1, each)


def test_looks_with_too_few_conversions_or_none_new_pass_their_error_on() -> None:
    made = looked()
    until = horizon_end(made)
    found = reached(made, until, counts(made, (0.1, 0.1, 0.6, 1.0), 600), True)
    few = reached(made, until, counts(made, (0.01, 0.5, 0.5, 1.0), 600), True)
    third = until - timedelta(days=1)
    none = reached(made, third, counts(made, (0.1, 0.2, 0.3, 0.4), 20), False)

    assert isinstance(found, Reached)
    assert (found.times, found.conversions) == ((0.5, 0.75, 1.0), (60, 360, 600))
    assert isinstance(few, Reached)
    assert (few.times, few.conversions) == ((0.75, 1.0), (300, 600))
    assert isinstance(none, Reached)
    assert (none.place, none.information) == (3, ())
    with pytest.raises(ExperimentError, match="under 50"):
        none.analysis(Arm.of(np.arange(9)), Arm.of(np.arange(9)), 0.05)
    assert reached(plan(PEOPLE), until, np.array([], np.int64), False) is None


def test_a_look_is_read_once_what_was_bought_before_it_is_reported_and_the_end_at_once() -> None:
    made = looked()
    begins, at = (
        horizon_end(made) - timedelta(days=made.experiment.horizon_days),
        counts(made, (0.25, 0.5, 0.75, 1), 800),
    )
    instants = [begins + timedelta(days=look.day) for look in made.experiment.looks]
    short = timedelta(seconds=1)

    for place, instant in enumerate(instants[:-1]):
        before, after = (reached(made, instant + REPORTED - less, at, False) for less in (short, timedelta(0)))
        assert isinstance(after, Reached)
        assert (after.place, after.at) == (place + 1, instant)
        if place:
            assert isinstance(before, Reached)
            assert before.place == place
        else:
            assert before == instant + REPORTED
    end = reached(made, instants[-1], at, False)
    assert isinstance(end, Reached)
    assert (end.place, end.times) == (4, (0.25, 0.5, 0.75, 1.0))


def test_looks_nearer_than_the_reporting_lag_are_read_at_the_next_one() -> None:
    made = looked()
    days = made.experiment.horizon_days
    daily = made.model_copy(update={"experiment": made.experiment.model_copy(update={"looks": planned(days, days)})})
    begins, at = horizon_end(made) - timedelta(days=days), counts(made, (0.25, 0.5, 0.75, 1.0), 800)
    for day in (1, 7, days - 1):
        found = reached(daily, begins + timedelta(days=day + 1), at, False)
        assert isinstance(found, Reached)
        assert found.place == (day if day < days - 1 else days)
    assert reached(daily, begins + timedelta(days=1), at, False) == begins + timedelta(days=2)


@pytest.mark.parametrize("bought_by", [45, 1, 0])
def test_a_campaign_of_few_conversions_has_at_its_end_the_result_of_one_look(tmp_path: Path, bought_by: int) -> None:
    results, horizon = [], timedelta(days=looked().experiment.horizon_days)
    for made, name in ((looked(), "looks"), (plan(PEOPLE), "none")):
        ws, roster = Workspace.create(tmp_path / name), Roster.build(made, snapshot(PEOPLE))
        books = SqlBooks(ws, roster, made)
        books.begin(horizon_end(made) - horizon, ("consent",))
        batch = bought(looked(), roster, lambda arm: float(arm == TREATED))
        books.record(OutcomeBatch(*(getattr(batch, field.name)[:bought_by] for field in fields(batch))))
        books.seen(horizon_end(made))
        books.close()
        results.append(measure(ws, made, roster).primary)
    planned_, once = results

    assert planned_.valid == "planned looks"
    assert planned_.label == once.label == ("gain" if bought_by == 45 else "cannot tell")
    assert planned_.per_person.value == pytest.approx(once.per_person.value)
    # The error of a repeated interval is the pooled one where that is larger.
    wide = [one.per_person.high - one.per_person.low for one in results]  # type: ignore[operator]
    assert wide[1] <= wide[0] <= 1.5 * wide[1]
    assert "yet" not in planned_.words


def test_books_closed_early_on_few_conversions_are_read_with_what_the_plan_allows_by_then() -> None:
    made = looked()
    begins = horizon_end(made) - timedelta(days=made.experiment.horizon_days)
    half = begins + timedelta(days=made.experiment.horizon_days * 0.6)
    found = reached(made, half, counts(made, (0.25, 0.5, 0.75, 1.0), 40), True)
    assert isinstance(found, Reached)
    assert (found.times, found.conversions, found.information) == (pytest.approx((0.6,)), (20,), (1.0,))


def test_books_closed_before_their_horizon_spend_only_what_the_plan_allows_by_then() -> None:
    made = looked()
    begins = horizon_end(made) - timedelta(days=made.experiment.horizon_days)
    at = np.append(counts(made, (0.25, 0.5, 0.75, 1.0), 800), int(begins.timestamp()) + 26 * DAY)
    half = begins + timedelta(days=made.experiment.horizon_days * 0.6)
    found = reached(made, half, at, True)
    assert isinstance(found, Reached)
    assert found.times == pytest.approx((0.25, 0.5, 0.6))
    running = reached(made, half, at, False)
    assert isinstance(running, Reached)
    assert running.times == (0.25, 0.5)


def test_a_campaign_without_an_effect_is_found_at_any_of_its_looks_in_5_percent_however_people_differ() -> None:
    made, runs, crossed, naive = looked(5), 400, 0, 0
    times = tuple(look.information for look in made.experiment.looks)
    rng = np.random.default_rng(11)
    for _ in range(runs):
        arms = []
        for people in (900, 600):
            keen = rng.gamma(0.5, 0.16, (people, 1))  # people differ for good, so that looks are alike
            arms.append(np.cumsum(rng.poisson(keen * np.ones(5)), axis=1))
        total = [int(arms[0][:, place].sum() + arms[1][:, place].sum()) for place in range(5)]
        hit, peeked = [], []
        for place in range(5):
            now = Reached(horizon_end(made), place + 1, 5, times[: place + 1], tuple(total[: place + 1]))
            one, other = Arm.of(arms[0][:, place]), Arm.of(arms[1][:, place])
            z = abs(compared(one, other).estimate) / cautious_se(one, other)
            # To the nearest twentieth, so that few boundaries have to be integrated.
            hit.append(z > boundaries(tuple(round(20 * share) / 20 for share in now.information), 0.05, now.times)[-1])
            peeked.append(z > 1.96)
        crossed, naive = crossed + any(hit), naive + any(peeked)
    assert crossed / runs <= 0.072  # 5 % at most, and two standard errors of 400 campaigns
    assert crossed / runs >= 0.015
    assert naive / runs >= 0.08


def test_the_holdout_is_what_the_looks_compare_with(tmp_path: Path) -> None:
    made = looked(2)
    ws, roster = Workspace.create(tmp_path / "ws"), Roster.build(made, snapshot(PEOPLE))
    books = SqlBooks(ws, roster, made)
    books.begin(horizon_end(made) - timedelta(days=made.experiment.horizon_days), ("consent",))
    # Only those outside both arms buy: there is nothing to compare, and that is said.
    books.record(bought(made, roster, lambda arm: 0.0 if arm in (TREATED, HOLDOUT) else 1.0))
    books.seen(horizon_end(made))
    books.close()
    found = measure(ws, made, roster).primary
    assert found.label == "cannot tell"
    assert "nobody's conversions differed" in found.words
