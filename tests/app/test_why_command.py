"""`decide why`: the numbers of the engine as tables and sentences, and bad input in one sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from app.commands.reasons_shown import sentences, state_said
from campaigns.experiment import HOLDOUT, TREATED
from delivery.live import launch
from delivery.roster import Roster
from delivery.why import ActionSeen, Why
from tests.builders import NOW, snapshot
from tests.delivery.launchable import WORLD, launchable


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory):
    """A workspace whose campaign has ended, its plan and its roster."""
    ws, made = launchable(tmp_path_factory.mktemp("asked") / "ws")
    launch(ws, made, WORLD, "Ada")
    return ws, made, Roster.build(made, snapshot(120))


def run(over, arm: int, *arguments: str) -> Result:
    ws, made, roster = over
    who = roster.person_id[int(np.flatnonzero(roster.arm == arm)[0])]
    given = ["--workspace", str(ws.root), "decide", "why", who, "--plan", made.plan_id, *arguments]
    return CliRunner().invoke(build(), given)


def test_the_answer_has_a_row_and_a_sentence_for_every_action_and_adds_up(over) -> None:
    shown, told = run(over, TREATED, "--at", "2017-11-01"), run(over, TREATED, "--at", "2017-11-01", "--json")

    found = json.loads(told.stdout)
    assert shown.exit_code == told.exit_code == 0
    assert {one["creative_id"] for one in found["actions"]} == {one.creative_id for one in over[1].creatives}
    assert found["no_contact"]["propensity"] + sum(one["propensity"] for one in found["actions"]) == pytest.approx(1)
    words = " ".join(shown.stdout.split())
    for one in (found["no_contact"], *found["actions"]):
        assert one["sentence"] in words
    assert found["unit"] == "micros:USD"
    assert found["state"] in words
    assert (found["decided"], found["policy"]) == (True, {"version": 1, "name": "house"})
    assert found["recent_messages"] > 0
    assert 0 < found["tired"] < 1


def test_nothing_is_told_of_the_person_but_the_id_that_was_given(over) -> None:
    shown = run(over, TREATED, "--at", "2017-11-01").stdout

    assert "@" not in shown
    assert "token" not in shown


def test_somebody_held_out_is_told_to_be_left_alone_for_certain(over) -> None:
    shown = run(over, HOLDOUT, "--at", "2017-11-01").stdout

    assert "no contact: certain, because every action is closed to this person." in shown
    assert "not possible, kept out: holdout." in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--at", "yesterday"), "'yesterday' is not an instant"),
        ((), "sends nothing from"),
        (("--plan", "p-0000000000"), "p-0000000000"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_else(over, arguments: tuple[str, ...], words: str) -> None:
    done = run(over, TREATED, *arguments)

    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_a_person_whom_the_plan_does_not_know_is_named(over) -> None:
    ws, made, _ = over
    done = CliRunner().invoke(build(), ["--workspace", str(ws.root), "decide", "why", "nobody", "--plan", made.plan_id])

    assert done.exit_code == 2
    assert "no person 'nobody'" in " ".join(done.stderr.split())


def seen(creative: str, margin: float, chance: float, closed: str = "", **ratios: float) -> ActionSeen:
    """An action that takes one cent for its message."""
    learnt = {"clicks": 1.0, "orders": 1.0, "per_order": 1.0, "redeemed": 1.0, **ratios}
    value = margin - 10_000
    return ActionSeen(
        creative_id=creative, channel="email", value=value, low=value, high=value, margin=margin, offers=0.0,
        message=10_000.0, loss=0.0, propensity=chance, closed=closed, **learnt,
    )  # fmt: skip


def weighed(no_contact: float, *actions: ActionSeen, **changes: object) -> Why:
    """A decision by the house's policy, made for somebody rested before the control group said anything."""
    fields: dict[str, object] = {
        "version": 1, "policy": "house", "decided": True, "chosen": None, "tired": 1.0, "used_up": 0.05,
        "incremental": 1.0, "control": None, **changes,
    }  # fmt: skip
    return Why(NOW, 0, 0, no_contact, actions, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"chosen": "email-plain"}, "Decided by decision policy 1 (house): email-plain."),
        ({}, "Decided by decision policy 1 (house): no contact."),
        ({"decided": False, "version": 2, "policy": "calm"}, "Not decided yet; decision policy 2 (calm) is in force."),
        ({"tired": 0.7}, "leave 70.0% of the response, a message now is charged with 5.0% of it"),
        ({}, "100.0% of credited margin counts as incremental: the control group says nothing yet."),
        ({"incremental": 0.4, "control": (12.0, 3.5)}, "40.0% of credited margin counts as incremental: the control group says +12.0 conversions by the campaign (standard error 3.5)."),
    ],
)  # fmt: skip
def test_tiredness_increment_and_the_policy_that_decided_are_said(changes: dict[str, object], words: str) -> None:
    assert words in state_said(weighed(0.9, seen("poor", 5_000, 0.1), **changes))


def test_each_action_says_why_this_and_why_not() -> None:
    actions = (
        seen("good", 50_000, 0.8, clicks=1.3, orders=0.9),
        seen("fair", 30_000, 0.1),
        seen("poor", 5_000, 0.05),
        seen("shut", 90_000, 0.0, "no consent for push"),
    )

    said = sentences(weighed(0.05, *actions), "USD")

    assert said == (
        "no contact: chance 5.0%; it is worth nothing, and good is expected to be worth more.",
        "good: chance 80.0%; the best by expected net value, for it brings $0.0500 and takes $0.0100. "
        "Learnt: clicks 1.30 times what was expected, orders per click 0.90 times what was expected.",
        "fair: chance 10.0%; worth having, for it brings $0.0300 and takes $0.0100, but $0.0200 less than good.",
        "poor: chance 5.0%; worth less than no contact, for it brings $0.0050 and takes $0.0100.",
        "shut: not possible, no consent for push.",
    )
    alone = sentences(weighed(0.9, seen("poor", 5_000, 0.1)), "USD")
    assert alone[0] == "no contact: chance 90.0%; no open action is expected to bring more than it costs."
