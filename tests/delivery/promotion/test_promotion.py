"""A decision policy decides only after it was scored on what its campaign decided, and after as many people as it takes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import build
from campaigns.errors import BadInput, Refused
from campaigns.ledger import Ledger
from delivery.audit import audit
from delivery.decide import DecisionPolicy, house
from delivery.decision_log import place_of
from delivery.decision_policy import versions
from delivery.errors import NotLaunched
from delivery.live import launch
from delivery.off_policy import BadLogs
from delivery.off_policy.decided_by import score_policy
from delivery.roster import Roster
from tests.builders import plan, snapshot
from tests.delivery.launchable import WORLD, launchable
from tests.delivery.promotion.running import CALM, CALM_FILE, EXPLORES, PEOPLE, Run, ask, command, cut, half_way, plant


def test_the_state_that_decided_gives_the_chances_that_were_logged(run: Run) -> None:
    found = score_policy(*run, house(EXPLORES), 1)

    assert len(found.log.action) > 350
    assert np.abs(found.target - found.log.shares).max() < 1e-6


@pytest.mark.parametrize(
    "setting", [{"boldness": 3.0}, {"half_life_days": 2.0}, {"prior_weight": 10.0}, {"written_again": 0.0}]
)
def test_every_setting_is_scored_like_the_exploration_share(run: Run, setting: dict[str, float]) -> None:
    other = DecisionPolicy(name="other", exploration_share=EXPLORES, **setting)

    found = score_policy(*run, other, 1)

    assert 1e-4 < np.abs(found.target - found.log.shares).max() <= 1 - EXPLORES + 1e-6


def test_a_better_policy_is_in_force_once_two_others_approved_it_and_decides_from_the_next_tick_on(run: Run) -> None:
    ws, made, _ = run
    before = len(list(place_of(ws, made.plan_id).glob("*.parquet"))) - 1

    first, second, third = (ask(run, name) for name in ("Ada", "Ben", "Cem"))
    cut(ws, made, 6, resume=True)

    assert [one.people_missing for one in (first, second, third)] == [2, 1, 0]
    assert first.promoted is second.promoted is None
    kept = versions(ws, made)
    assert [one.version for one in kept] == [1, 2]
    assert (kept[0].policy, kept[1].policy) == (house(EXPLORES), CALM)
    assert (kept[1].by, kept[1].approved_by, kept[1].because) == ("Ada", ("Ben", "Cem"), third.scored.leave.reasons[0])
    files = sorted(place_of(ws, made.plan_id).glob("*.parquet"))
    by = [pl.read_parquet(path)["policy"].unique().to_list() for path in files]
    assert by[:before] == [[1]] * before
    assert by[before:] == [[2]] * (len(by) - before)
    floors = [pl.read_parquet(path)["p_none"].min() for path in (files[0], files[-1])]
    assert floors[0] == pytest.approx(EXPLORES / 5, rel=1e-5)
    assert floors[1] <= CALM.exploration_share / 3 + 1e-6
    found = audit(ws, made)
    assert {one.version for one in found.decided_by} == {1, 2}
    assert {check.name: check.violations for check in found.checks}["undecided"] == 0
    (change,) = Ledger(ws).changes()
    assert (change.progress, change.change.before, change.change.after) == ("done", 1, 2)


def test_a_campaign_that_was_promoted_to_runs_to_its_end_as_one(run: Run) -> None:
    ws, made, _ = run
    for name in ("Ada", "Ben", "Cem"):
        ask(run, name)

    launch(ws, made, WORLD, "Ada", resume=True)

    checks = {check.name: check.violations for check in audit(ws, made).checks}
    assert (checks["undecided"], checks["unmatched_decisions"]) == (0, 0)
    with pytest.raises(Refused, match="is completed and decides nothing any more"):
        ask(run, "Dan", DecisionPolicy(name="late", exploration_share=0.2))


def test_a_worse_policy_is_refused_for_its_interval_and_nothing_is_kept(tmp_path: Path) -> None:
    ran = half_way(tmp_path)
    plant(*ran, liked=False)

    with pytest.raises(Refused) as told:
        ask(ran, "Ada")

    words = str(told.value)
    assert words.startswith("Decision policy calm may not take the place of version 1 (house) of plan p-0123456789: ")
    assert "per decision -" in words
    assert ". " not in words
    assert len(versions(*ran[:2])) == 1
    assert Ledger(ran[0]).changes() == ()


def test_too_little_to_score_on_is_refused_with_what_was_too_little(tmp_path: Path) -> None:
    ws, made, roster = half_way(tmp_path, ticks=18)

    with pytest.raises(
        Refused, match=r"the rewards of only [0-9.]+ people decide|count like [0-9]+ for this target; 100"
    ):
        ask((ws, made, roster), "Ada")


def test_decisions_that_had_no_time_to_be_answered_are_none(tmp_path: Path) -> None:
    ran = half_way(tmp_path, ticks=3)

    with pytest.raises(BadLogs, match="by its decision policy 1 has had 14 days to be answered"):
        ask(ran, "Ada")


def test_a_policy_just_promoted_is_not_replaced_by_what_its_predecessor_decided(run: Run) -> None:
    for name in ("Ada", "Ben", "Cem"):
        ask(run, name)

    with pytest.raises(BadLogs, match="by its decision policy 2 has had 14 days"):
        ask(run, "Ada", DecisionPolicy(name="next", exploration_share=0.02))


def test_what_a_plan_never_tried_is_no_support(tmp_path: Path) -> None:
    greedy = plan(PEOPLE).allocation.model_copy(update={"exploration_share": 0.0})
    ws, made = launchable(tmp_path / "ws", PEOPLE, allocation=greedy)
    cut(ws, made, 18)

    with pytest.raises(Refused, match="may take an action that the log's policy could not"):
        ask((ws, made, Roster.build(made, snapshot(PEOPLE))), "Ada")


def test_a_plan_that_was_not_launched_has_nothing_to_score_on(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", 20)

    with pytest.raises(NotLaunched):
        ask((ws, made, Roster.build(made, snapshot(20))), "Ada")


def test_a_dry_run_and_people_who_may_not_keep_nothing(run: Run) -> None:
    ws, made, _ = run

    dry = ask(run, "Ada", dry_run=True)

    assert (dry.promoted, dry.people_missing) == (None, 2)
    assert Ledger(ws).decisions(dry.change.change_id) == ()
    ask(run, "Ada")
    with pytest.raises(Refused, match="somebody else must approve"):
        ask(run, " ADA ")
    with pytest.raises(Refused, match="approval_not_by_author"):
        ask(run, made.goal.owner)
    assert len(versions(ws, made)) == 1


def test_the_settings_in_force_under_another_name_are_no_new_policy(run: Run) -> None:
    with pytest.raises(BadInput, match="has the settings of version 1"):
        ask(run, "Ada", DecisionPolicy(name="same", exploration_share=EXPLORES))


def test_a_version_that_nobody_promoted_stops_everything(run: Run) -> None:
    ws, made, _ = run
    for name in ("Ada", "Ben", "Cem"):
        ask(run, name)
    with ws.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE part SET body = replace(body, '0.05', '0.5') WHERE name = 'decision policy'")

    with pytest.raises(Refused, match="decision policy 2 of plan p-0123456789 is missing or was changed"):
        launch(ws, made, WORLD, "Ada", resume=True)


def test_the_commands_score_ask_promote_and_list(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "calm.toml"
    file.write_text(CALM_FILE, encoding="utf-8")
    given = ("promote", run[1].plan_id, "--policy", str(file), "--by")

    scored = command(run, "score", run[1].plan_id, "--target", str(file), "--json")
    dry, first, second = command(run, *given, "Ada", "--dry-run"), command(run, *given, "Ada"), command(run, *given, "Ben", "--json")  # fmt: skip
    third, listed = command(run, *given, "Cem"), command(run, "policies", run[1].plan_id, "--json")
    shown = command(run, "policies", run[1].plan_id)

    assert [one.exit_code for one in (scored, dry, first, second, third, listed, shown)] == [0] * 7, third.stderr
    assert json.loads(scored.stdout)["may_act"]
    assert "2 more people must approve it. Nothing was kept but that it was scored." in dry.stdout
    assert f"decide promote {run[1].plan_id} --policy {file} --by SOMEBODY-ELSE" in first.stdout
    told = json.loads(second.stdout)
    assert (told["people_missing"], told["promoted"], told["may_act"]) == (1, None, True)
    assert "decides by decision policy 2 (calm) from its next tick on (approved by Ben, Cem)" in third.stdout
    found = json.loads(listed.stdout)
    assert (found["in_force"], [one["policy"]["name"] for one in found["versions"]]) == (2, ["house", "calm"])
    assert found["versions"][0]["decisions"] > 400
    assert "Ben, Cem" in shown.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("name = ", "cannot be read"),
        ('name = "a"\nexploration_share = 0.1\nspeed = 2', "'speed', which is no setting"),
        ('name = "a"', "exploration_share of"),
        (f'name = "a"\nexploration_share = {"9" * 400}', "too large"),
        (f'name = "a"\nexploration_share = {"9" * 5000}', "cannot be read"),
        (f'name = "a"\nexploration_share = [0x{"f" * 5000}]', "a list cannot be used"),
        (f'name = "a"\nexploration_share = {"[" * 5000}', "cannot be read"),
        (f'name = "{"a" * 100_000}"\nexploration_share = 0.1', "aaa... cannot be used"),
        ('name = "a"\nexploration_share = "much"', "cannot be used"),
        ('name = "a"\nexploration_share = true', "cannot be used"),
        ('name = "a"\nexploration_share = nan', "cannot be used"),
        ('name = "a"\nexploration_share = 1.5', "cannot be used"),
        ('name = "a"\nexploration_share = 0.001', "give at least 0.01"),
        ('name = "a"\nexploration_share = 0.1\nboldness = -1', "boldness"),
        ('name = "a"\nexploration_share = 0.1\nhalf_life_days = 0', "half_life_days"),
        ('name = "house"\nexploration_share = 0.1', "name of the policy shipped"),
        ('name = "A b"\nexploration_share = 0.1', "name"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_in_one_sentence(
    better: Path, tmp_path: Path, text: str | None, words: str
) -> None:
    file = tmp_path / "policy.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    given = [
        "--workspace",
        str(better / "ws"),
        "decide",
        "promote",
        "p-0123456789",
        "--policy",
        str(file),
        "--by",
        "Ada",
    ]
    done = CliRunner().invoke(build(), given)

    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert len(done.stderr) < 1_000
    assert done.stdout == ""
