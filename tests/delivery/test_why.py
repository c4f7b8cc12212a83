"""Why this action and not another: the parts add up, and the chances are those the engine decides by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from campaigns.errors import BadInput
from campaigns.experiment import HOLDOUT, TREATED
from delivery.horizon import horizon_end
from delivery.live import launch
from delivery.roster import Roster
from delivery.why import Why, why
from tests.builders import NOW, snapshot
from tests.delivery.launchable import WORLD, launchable


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    """A workspace whose campaign has ended, its plan and its roster."""
    ws, the_plan = launchable(Path(tmp_path_factory.mktemp("why")))
    launch(ws, the_plan, WORLD, "Ada")
    return ws, the_plan, Roster.build(the_plan, snapshot(120))


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


def test_nobody_and_nothing_due_are_said_in_words(run) -> None:
    ws, the_plan, roster = run
    with pytest.raises(BadInput, match="no person 'nobody'"):
        why(ws, the_plan, roster, "nobody", NOW)
    with pytest.raises(BadInput, match="sends nothing from"):
        why(ws, the_plan, roster, roster.person_id[0], horizon_end(the_plan))
