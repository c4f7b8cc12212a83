"""Parts of an audience: money that adds up, people who meet the same luck, and numbers that do not know the workers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.brief import Window
from campaigns.plan import Plan
from simulator.calendar import KIND
from simulator.errors import BadRehearsal
from simulator.executing import spread
from simulator.parameters import Parameters, without_response
from simulator.prepare import prepare
from simulator.randomness import seed_of
from simulator.run import play, run_once
from simulator.shards import Total, parts, run_parts, slices
from tests.builders import NOW, brief, plan, snapshot
from tests.simulator.stagings import POLICIES, TYPICAL
from tools.experiment.effect import compared

PEOPLE = 240
PLAN = plan(PEOPLE, brief(window=Window(start=date(2017, 10, 16), end=date(2017, 10, 29))))
ROWS = snapshot(PEOPLE)
LUCKS = [(TYPICAL, seed_of(4, run)) for run in range(3)]


def numbers(totals: list[Total]) -> list[object]:
    return [
        (one.truth, one.contacts, one.people_reached, one.daily.tolist(), one.blocked.tolist(), one.arms)
        for one in totals
    ]


@settings(max_examples=30, deadline=None)
@given(budget=st.integers(1, 10**13), size=st.integers(1, 100))
def test_the_shares_of_all_parts_are_the_plan_to_the_micro(budget: int, size: int) -> None:
    whole = plan(PEOPLE, budget_micros=budget)

    made = [part.plan for part in parts(whole, PEOPLE, slices(ROWS, size))]

    def total(of: list[Plan]) -> list[int]:
        cells = [
            sum(int(one.allocation.cells[at].ceiling.value) for one in of) for at in range(len(whole.allocation.cells))
        ]
        asked = sum(one.brief.budget.amount_micros for one in of if one.brief.budget is not None)
        return [sum(int(one.allocation.budget.value) for one in of), asked, *cells]

    assert total(made) == total([whole])


def test_one_part_is_the_run_itself() -> None:
    (total,) = run_parts(parts(PLAN, PEOPLE, slices(ROWS)), POLICIES, LUCKS[:1], 9, NOW)

    alone = run_once(prepare(PLAN, ROWS, POLICIES, 9, NOW), *LUCKS[0])
    assert (total.truth, total.contacts, total.people_reached) == (alone.truth, alone.contacts, alone.people_reached)
    assert alone.measured is not None
    effect = compared(*total.arms.conversions, PLAN.experiment.alpha)
    assert effect.estimate * effect.n_t == pytest.approx(alone.measured.conversions)


def test_people_left_alone_are_the_same_in_parts_and_together() -> None:
    quiet: Parameters = without_response(TYPICAL)
    (total,) = run_parts(parts(PLAN, PEOPLE, slices(ROWS, 100)), POLICIES, [(quiet, 5)], 9, NOW)

    world, _ = play(prepare(PLAN, ROWS, POLICIES, 9, NOW), quiet, 5)
    truth = world.truth()
    assert total.truth.organic_revenue == truth.organic_revenue > 0
    assert total.truth.conversions == truth.conversions == 0
    assert (world.history()[KIND] >= 0).all()


def test_two_workers_give_the_numbers_of_one_and_a_file_those_of_a_frame(tmp_path: Path) -> None:
    ROWS.write_parquet(tmp_path / "people.parquet")

    alone = run_parts(parts(PLAN, PEOPLE, slices(ROWS, 90)), POLICIES, LUCKS, 9, NOW)
    both = run_parts(parts(PLAN, PEOPLE, slices(tmp_path / "people.parquet", 90)), POLICIES, LUCKS, 9, NOW, workers=2)

    assert numbers(alone) == numbers(both)
    assert np.array_equal(alone[0].daily, both[0].daily)


@pytest.mark.parametrize("said", [PEOPLE - 1, PEOPLE + 1])
def test_other_people_than_the_plan_is_for_are_refused(said: int) -> None:
    with pytest.raises(BadRehearsal, match=f"the plan is for {said}"):
        list(parts(PLAN, said, slices(ROWS, 100)))


@pytest.mark.parametrize("workers", [0, -1, 1000])
def test_a_number_of_workers_that_cannot_be_is_refused(workers: int) -> None:
    with pytest.raises(BadRehearsal, match=f"{workers} workers"):
        list(spread(str, [1], workers))


def test_ray_that_is_not_installed_is_named_with_what_to_do() -> None:
    pytest.importorskip("joblib")
    try:
        import ray  # noqa: F401
    except ImportError:
        with pytest.raises(BadRehearsal, match="extra `ray`"):
            list(spread(str, [1], 2, cluster=True))
