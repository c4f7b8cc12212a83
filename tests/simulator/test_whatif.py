from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.slots import weekly_slots
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Settings, Workspace
from policies.load import load_policies
from policies.rule import PolicySet
from simulator.calibration import calibrate
from simulator.errors import BadWhatIf
from simulator.whatif import Point, WhatIf, as_good, broken, net_runs, what_if
from simulator.whatif_plan import best, changed, most_spent
from simulator.whatif_points import Factors, points, present
from simulator.whatif_surface import STIFFNESS, fitted
from simulator.whatif_told import kept, sentences
from tests.builders import plan, snapshot
from tests.delivery.launchable import approved
from tests.simulator.fitting.trials import lived_in
from tests.simulator.stagings import POLICIES
from tools.creative.propose import propose_creatives

PEOPLE = 200
HERE = present(2)
PLAN = plan(PEOPLE)
ROWS = snapshot(PEOPLE)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Plan, WhatIf]:
    """Half of the money, half of the people and five messages a week, asked of a small workspace."""
    ws = lived_in(tmp_path_factory.mktemp("whatif") / "ws", 90, people=PEOPLE)
    offers, creatives = propose_creatives(PLAN.brief, PLAN.audience, ws.settings)
    made = approved(ws, ROWS, offers=offers, creatives=creatives)
    return ws, made, ask(ws, made)


def ask(ws: Workspace, made: Plan) -> WhatIf:
    tried = [*points(HERE, (0.05,), (0.5,)), replace(HERE, cadence=5), replace(HERE, audience=0.5)]
    return what_if(ws, made, ROWS, load_policies(), tried, weekly_slots, runs=10)


def point(*net: float, **changes: object) -> Point:
    fields: dict[str, object] = {"factors": HERE, "people": 100, "budget": 1, "face": 0, "net": net}
    return Point(**{**fields, **changes})  # type: ignore[arg-type]


def test_every_combination_is_a_point_and_so_is_the_plan() -> None:
    found = points(HERE, (0.5, 2.0), (0.25,), (1, 2), ())

    assert HERE in found
    assert len(found) == 2 * 1 * 2 + 1
    assert points(HERE) == (HERE,)


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        (((0.0,), (), (), ()), "budget factor of 0"),
        (((), (-0.5,), (), ()), "audience factor of -0.5"),
        (((), (1.5,), (), ()), "people whom the plan does not know"),
        (((), (), (0,), ()), "cadence of 0"),
        (((), (), (), (float("nan"),)), "depth factor of nan"),
        (((), (), (), (float("inf"),)), "depth factor of inf"),
        ((tuple(map(float, range(1, 9))), (0.2, 0.4, 0.6, 1.0), (1, 2), ()), "64 points"),
    ],
)
def test_what_cannot_be_tried_is_refused(axes: tuple[tuple[float, ...], ...], says: str) -> None:
    with pytest.raises(BadWhatIf, match=says):
        points(HERE, *axes)  # type: ignore[arg-type]


def test_the_present_point_is_the_plan_itself() -> None:
    made, people = changed(PLAN, ROWS, HERE, Settings(), weekly_slots)

    assert made is PLAN
    assert people is ROWS


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.01, 0.99))
def test_less_money_is_a_hard_limit_on_all_cells_together(factor: float) -> None:
    made, _ = changed(PLAN, ROWS, replace(HERE, budget=factor), Settings(), weekly_slots)

    assert made.brief.budget is not None
    assert most_spent(made) <= made.brief.budget.amount_micros == round(most_spent(PLAN) * factor)


@settings(max_examples=15, deadline=None)
@given(share=st.floats(0.01, 1))
def test_fewer_people_are_the_best_ones(share: float) -> None:
    kept_ = best(ROWS, share)

    worth = dict(zip(ROWS["person_id"], ROWS["responsiveness"], strict=True))
    out = set(ROWS["person_id"]) - set(kept_["person_id"])
    assert kept_.height == np.ceil(round(PEOPLE * share, 9))
    assert min(worth[one] for one in kept_["person_id"]) >= max((worth[one] for one in out), default=0)


def test_a_deeper_offer_costs_and_says_so() -> None:
    made, _ = changed(PLAN, ROWS, replace(HERE, depth=1.5), Settings(), weekly_slots)

    assert made.offers[0].face_value.amount_micros == 1_500_000
    assert made.offers[0].title == "$1.50 off"


def test_a_third_message_a_week_is_planned_beyond_the_two_of_the_planner() -> None:
    two, three = (changed(PLAN, ROWS, Factors(1.0, 0.9, count, 1.0), Settings(), weekly_slots)[0] for count in (2, 3))

    assert len(three.slots) == 3
    assert sum(cell.contacts.value for cell in three.allocation.cells) > sum(
        cell.contacts.value for cell in two.allocation.cells
    )


def test_asking_again_gives_the_same(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    ws, made, found = asked

    again = ask(ws, made)

    assert [one.net for one in again.points] == [one.net for one in found.points]
    assert sentences(again) == sentences(found)


def test_every_point_runs_with_the_draws_and_the_luck_of_the_plan_itself(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    ws, made, found = asked
    now = Store(ws).now()
    twin = calibrate(ws, made, now)

    for one in found.rehearsed:
        there, people = changed(made, ROWS, one.factors, ws.settings, weekly_slots)
        assert one.net == tuple(net_runs(twin, there, people, load_policies(), 10, made.seed, now))


def test_nothing_of_a_what_if_is_kept(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    ws, made, _ = asked

    assert Store(ws).plan(made.plan_id) == made
    assert {record.plan_id for record in Store(ws).plans()} == {made.plan_id}


def test_what_policy_refuses_is_shown_with_its_rule_and_not_run(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    _, _, found = asked

    (refused,) = [one for one in found.points if one.refused]

    assert refused.factors.cadence == 5
    assert refused.net == ()
    assert any("frequency_cap" in line and "refused" in line for line in sentences(found))
    assert refused not in found.best()


def test_the_answer_says_what_is_kept_and_that_money_was_spread_anew(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    _, _, found = asked

    assert any("spread this plan's money otherwise" in note for note in found.notes)
    assert any(line.startswith("Half of the audience (the best people)") for line in sentences(found))


def test_an_audience_below_policys_minimum_is_bad_input(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    ws, made, _ = asked

    with pytest.raises(BadWhatIf, match="at least 50 people"):
        what_if(ws, made, ROWS, load_policies(), points(HERE, (), (0.1,)), weekly_slots, runs=10)


def test_a_plan_that_policy_refuses_is_not_swept(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    ws, made, _ = asked

    with pytest.raises(BadWhatIf, match="Policy refuses plan"):
        what_if(
            ws, made.model_copy(update={"policy_hash": "2" * 64}), ROWS, load_policies(), [HERE], weekly_slots, runs=10
        )


def test_too_few_runs_are_refused(asked: tuple[Workspace, Plan, WhatIf]) -> None:
    ws, made, _ = asked

    with pytest.raises(BadWhatIf, match="9 runs"):
        what_if(ws, made, ROWS, load_policies(), [HERE], weekly_slots, runs=9)


@pytest.mark.parametrize(
    ("chance", "says"), [(0.1, ()), (0.3, ("rehearsal_loss_possible",)), (0.6, ("rehearsal_loss_likely", "rehearsal_loss_possible"))]
)  # fmt: skip
def test_a_point_is_judged_by_the_policies_of_rehearsals(chance: float, says: tuple[str, ...]) -> None:
    facts = {"p_harm": chance, "p_breach": 0.0, "reached": True, "supported": True, "runs": 40}

    assert broken(POLICIES, facts) == says


def test_without_rules_nothing_is_permitted() -> None:
    assert broken(PolicySet((), {}, "0" * 64), {"p_harm": 0.0})


def test_a_share_of_the_margin_has_the_interval_of_paired_runs() -> None:
    luck = np.random.default_rng(3).normal(100, 30, 40)

    share = kept(point(*(luck / 2)), point(*luck), 7)

    assert share == pytest.approx((0.5, 0.5, 0.5))
    assert kept(point(1, 2, 3), point(-1, 1, 2, -2, 0.1), 7) is None


def test_as_good_means_that_the_paired_difference_reaches_zero() -> None:
    luck = np.random.default_rng(3).normal(100, 30, 40)
    noise = np.random.default_rng(4).normal(0, 5, 40)

    assert as_good(point(*(luck + noise)), point(*luck))
    assert not as_good(point(*(luck - 10 + noise)), point(*luck))


def test_a_plane_is_told_exactly_even_at_points_left_out() -> None:
    x, y = (column.ravel() for column in np.meshgrid([0.5, 1, 2, 4], [1, 2, 3]))

    found = fitted(("budget", "cadence"), [x, y], 3 + 2 * np.log2(x) - y)

    assert found is not None
    assert found.left_out < 1e-9
    assert found.at([1.4], [2.5])[0] == pytest.approx(3 + 2 * np.log2(1.4) - 2.5)


@pytest.mark.parametrize("axes", [("budget",), ("budget", "audience")])
def test_the_stated_error_is_that_of_fits_without_each_point(axes: tuple[str, ...]) -> None:
    rng = np.random.default_rng(5)
    columns = [rng.uniform(0.3, 1.0, 9) for _ in axes]
    values = rng.normal(size=9) + 4 * columns[0] ** 2

    found = fitted(axes, columns, values)

    assert found is not None
    assert found.stiffness in STIFFNESS
    missed = []
    for out in range(9):
        x = np.array(found.knots)[np.arange(9) != out]
        missed.append(values[out] - _spline(x, np.delete(values, out), np.array(found.knots)[out], found.stiffness))
    assert found.left_out == pytest.approx(float(np.sqrt(np.mean(np.square(missed)))))


def test_too_few_points_or_points_on_a_line_give_no_surface() -> None:
    assert fitted(("budget",), [[1, 2]], [1, 2]) is None
    assert fitted(("budget", "audience"), [[1, 2, 4, 8], [1, 2, 4, 8]], [1, 2, 3, 4]) is None
    assert fitted(("budget", "audience", "depth"), [[1, 2, 3]] * 3, [1, 2, 3]) is None


def _spline(x: np.ndarray, y: np.ndarray, at: np.ndarray, stiffness: float) -> float:
    """The spline at a place, written out term by term."""

    def bend(one: np.ndarray, other: np.ndarray) -> float:
        r = float(np.linalg.norm(one - other))
        return r**3 if len(one) == 1 else r * r * np.log(r) if r else 0.0

    size, flat = len(x), x.shape[1] + 1
    whole = np.zeros((size + flat, size + flat))
    for i in range(size):
        for j in range(size):
            whole[i, j] = bend(x[i], x[j]) + (stiffness if i == j else 0.0)
        whole[i, size:] = whole[size:, i] = [1.0, *x[i]]
    solved = np.linalg.solve(whole, [*y, *([0.0] * flat)])
    return float(sum(w * bend(at, one) for w, one in zip(solved, x, strict=False)) + solved[size:] @ [1.0, *at])
