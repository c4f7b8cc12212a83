"""Why this action and not another: the parts add up, and the chances are those the engine decides by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from campaigns.errors import BadInput
from campaigns.experiment import HOLDOUT, TREATED
from delivery.decision_log import name_of, place_of, state_of, taken_up
from delivery.horizon import horizon_end
from delivery.live import launch
from delivery.roster import Roster
from delivery.values import Values
from delivery.warm import decider_of
from delivery.why import Why, why
from tests.builders import NOW, snapshot
from tests.delivery.launchable import WORLD, launchable

PEOPLE = 300
"""Enough for the control group to say something before the end."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    """A workspace whose campaign has ended, its plan and its roster."""
    ws, the_plan = launchable(Path(tmp_path_factory.mktemp("why")), PEOPLE)
    launch(ws, the_plan, WORLD, "Ada")
    return ws, the_plan, Roster.build(the_plan, snapshot(PEOPLE))


def asked(run, arm: int = TREATED, push: bool = True, days: float = 0) -> Why:
    ws, the_plan, roster = run
    row = np.flatnonzero((roster.arm == arm) & ((roster.consent[:, 1] == 1) == push))[0]
    return why(ws, the_plan, roster, roster.person_id[row], NOW + timedelta(days=days))


def test_the_chances_of_all_actions_and_of_no_contact_add_up_to_one(run) -> None:
    said = asked(run)

    assert said.no_contact + sum(one.propensity for one in said.actions) == pytest.approx(1)
    assert [one.propensity for one in said.actions] == sorted((one.propensity for one in said.actions), reverse=True)


def test_a_value_is_its_parts_and_lies_in_its_interval(run) -> None:
    for one in asked(run, days=10).actions:
        assert one.value == pytest.approx(one.margin - one.offers - one.message - one.loss)
        assert one.low <= one.value <= one.high


def test_what_is_closed_to_a_person_says_why_and_is_never_chosen(run) -> None:
    said = asked(run, push=False)

    push = [one for one in said.actions if one.channel == "push"]
    assert push
    assert {one.closed for one in push} == {"no consent for push"}
    assert all(one.propensity == 0 for one in push)


def test_somebody_held_out_is_left_alone_for_certain(run) -> None:
    said = asked(run, arm=HOLDOUT)

    assert said.no_contact == pytest.approx(1)
    assert {one.closed for one in said.actions} == {"kept out: holdout"}


def test_what_was_learnt_by_then_shows_and_nothing_of_later(run) -> None:
    first, later = asked(run, days=0), asked(run, days=30)

    assert [one.clicks for one in first.actions] == pytest.approx([1] * len(first.actions))
    assert any(abs(one.clicks - 1) > 0.02 for one in later.actions)
    assert later.recent > 0


def test_what_was_decided_is_shown_from_the_state_that_decided_it(run) -> None:
    ws, the_plan, roster = run
    for days in (0, 9, 30):
        said = asked(run, days=days)
        frame = pl.read_parquet(place_of(ws, the_plan.plan_id) / name_of(int(said.at.timestamp()), said.slot))
        row = np.flatnonzero((roster.arm == TREATED) & (roster.consent[:, 1] == 1))[0]
        logged = frame.filter(pl.col("row") == row).row(0, named=True)

        anew = learnt_anew(run, said)

        assert said.decided
        assert said.no_contact == pytest.approx(logged["p_none"])
        for one in said.actions:
            assert one.propensity == pytest.approx(logged[f"p_{one.creative_id}"])
        assert anew == pytest.approx(logged["p_none"], abs=1e-6)
        chosen = [creative.creative_id for creative in the_plan.creatives]
        assert said.chosen == (chosen[logged["action"]] if logged["action"] >= 0 else None)
        assert (said.version, said.policy) == (1, "house")


def learnt_anew(run, said: Why) -> float:
    """The chance of no contact counted again from the kept state."""
    ws, the_plan, roster = run
    name = name_of(int(said.at.timestamp()), said.slot)
    state = state_of(ws, the_plan.plan_id, name)
    frame = pl.read_parquet(place_of(ws, the_plan.plan_id) / name)
    row = np.flatnonzero((roster.arm == TREATED) & (roster.consent[:, 1] == 1))[0]
    decider = taken_up(the_plan, name, state, decider_of(ws, the_plan, roster, NOW))
    columns = frame.filter(pl.col("row") == row).select(f"x_{one}" for one in decider.column_names).to_numpy()
    pool = decider.pool_of(decider.reckon(int(said.at.timestamp()), said.slot, state.increment))
    return float(pool.propensities(columns, np.ones((1, len(the_plan.creatives) + 1), bool))[0, 0])


def test_tiredness_is_that_of_the_week_before_and_the_increment_that_of_the_control_group_then(run) -> None:
    _, the_plan, roster = run
    first, later, last = (asked(run, days=days) for days in (0, 9, 43))
    fatigue = Values.build(the_plan, roster).fatigue

    assert (first.recent, first.tired) == (0, 1.0)
    assert later.recent in (1, 2)
    assert later.tired == pytest.approx(np.exp(-fatigue * later.recent))
    assert (first.control, first.incremental) == (None, 1.0)
    assert last.control is not None
    assert last.incremental != 1.0
    assert first.used_up > last.used_up == 0


def test_a_decision_still_to_come_is_weighed_with_tiredness_and_increment_by_the_policy_in_force(
    run, tmp_path: Path
) -> None:
    ws, the_plan, _ = run
    decided = asked(run, days=43)
    folder = place_of(ws, the_plan.plan_id)
    file = folder / name_of(int(decided.at.timestamp()), decided.slot)
    file.rename(tmp_path / file.name)
    try:
        said = asked(run, days=43)
    finally:
        (tmp_path / file.name).rename(file)

    assert not said.decided
    assert said.chosen is None
    assert said.control is not None
    # Books hold a purchase from its instant on, the engine sees it some hours later.
    assert said.control[0] == pytest.approx(decided.control[0], abs=3)
    assert [one.clicks for one in sorted(said.actions, key=lambda one: one.creative_id)] == pytest.approx(
        [one.clicks for one in sorted(decided.actions, key=lambda one: one.creative_id)], abs=0.05
    )


def test_a_file_that_was_torn_is_named(run, tmp_path: Path) -> None:
    ws, the_plan, _ = run
    said = asked(run)
    file = place_of(ws, the_plan.plan_id) / name_of(int(said.at.timestamp()), said.slot)
    kept = file.read_bytes()
    file.write_bytes(kept[:50])
    try:
        with pytest.raises(BadInput, match="cannot be asked again"):
            asked(run)
    finally:
        file.write_bytes(kept)


def test_nobody_and_nothing_due_are_said_in_words(run) -> None:
    ws, the_plan, roster = run
    with pytest.raises(BadInput, match="no person 'nobody'"):
        why(ws, the_plan, roster, "nobody", NOW)
    with pytest.raises(BadInput, match="sends nothing from"):
        why(ws, the_plan, roster, roster.person_id[0], horizon_end(the_plan))
