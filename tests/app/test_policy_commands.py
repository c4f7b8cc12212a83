"""The `policy` commands over a workspace with one plan: answers, exit codes, and one sentence for bad input."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import policies.mutation.evaluators as evaluators
from app.cli import build
from campaigns.plan import Plan
from campaigns.store import Store
from policies.load import SHIPPED
from tests.builders import NOW
from tests.delivery.launchable import launchable


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    root = tmp_path_factory.mktemp("policy") / "workspace"
    _, made = launchable(root)
    return root, made


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "packs"))


def edit(packs: Path, old: str, new: str, file: str = "contact.yaml") -> None:
    path = packs / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def run(root: Path, *arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(root), "policy", *arguments], env=env or {})


def refused(done: Result, *words: str) -> None:
    sentences = [line for line in done.stderr.splitlines() if line and not line.startswith("  ")]
    assert done.exit_code == 2, done.output
    assert len([line for line in sentences if not line.endswith("...")]) == 1, done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def test_a_plan_is_checked_under_the_policies_in_force(planned: tuple[Path, Plan]) -> None:
    root, made = planned

    done = run(root, "check", made.plan_id, "--json")

    found = json.loads(done.stdout)
    assert found["plan_hash"] == made.hash
    denied = [finding["rule"] for finding in found["findings"] if finding["severity"] == "deny"]
    assert done.exit_code == (1 if denied else 0)
    assert found["policy_hash"] == made.policy_hash


def test_both_checks_find_the_same_in_a_plan(planned: tuple[Path, Plan]) -> None:
    root, made = planned

    both = [CliRunner().invoke(build(), ["--workspace", str(root), *words, made.plan_id, "--json"])
            for words in (["check"], ["policy", "check"])]  # fmt: skip
    plain, policy = (json.loads(done.stdout)["findings"] for done in both)

    assert plain == policy
    assert "benefit_shown_fair" in {finding["rule"] for finding in policy}


def test_a_plan_is_checked_under_other_packs_and_denied_by_name(planned: tuple[Path, Plan], packs: Path) -> None:
    root, made = planned
    edit(packs, "min_people: 50", "min_people: 500", "house.yaml")

    done = run(root, "check", made.plan_id, "--policies", str(packs), "--json")

    assert done.exit_code == 1
    assert {"audience_minimum", "policies_current"} <= {f["rule"] for f in json.loads(done.stdout)["findings"]}
    assert f"Plan {made.plan_id} is denied by" in done.stderr


def test_rules_that_exclude_each_other_are_refused(planned: tuple[Path, Plan], packs: Path) -> None:
    root, made = planned
    edit(packs, "must: arm == 0", "must: arm == 0 && sends_1d > 2")

    refused(
        run(root, "check", made.plan_id, "--policies", str(packs)),
        "daily_cap",
        "holdout_untouched",
        "contact.yaml:",
        "mend",
    )


def test_packs_that_are_missing_or_broken_are_refused(planned: tuple[Path, Plan], packs: Path, tmp_path: Path) -> None:
    root, made = planned
    refused(run(root, "check", made.plan_id, "--policies", str(tmp_path / "none")), "no policy pack", "Name a folder")
    edit(packs, "must: arm == 0", "must: arm = 0")

    refused(run(root, "diff", str(packs)), "holdout_untouched", "contact.yaml:", "write == to compare")
    refused(run(root, "test", str(packs)), "holdout_untouched")


def test_a_plan_whose_policy_hash_was_changed_is_refused(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "workspace")
    with ws.engine.begin() as connection:
        body = made.model_copy(update={"policy_hash": "0" * 64}).model_dump_json()
        connection.exec_driver_sql("UPDATE plan SET body = ?", (body,))

    refused(run(tmp_path / "workspace", "check", made.plan_id), made.plan_id, "changed", "plan the goal again")


def test_a_clock_held_before_what_the_workspace_has_reached_is_refused(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "workspace")
    Store(ws).set_clock(NOW + timedelta(days=3))

    done = run(
        tmp_path / "workspace", "check", made.plan_id, env={"TWINPILOT_NOW": (NOW + timedelta(days=1)).isoformat()}
    )

    refused(done, "TWINPILOT_NOW", "unset TWINPILOT_NOW or set it later")


def test_a_clock_before_the_plan_was_made_is_refused(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "workspace")
    Store(ws).set_clock(NOW - timedelta(days=1))

    refused(run(tmp_path / "workspace", "check", made.plan_id), "before plan", "set the clock right")


def test_every_contact_rule_is_explained_for_a_person(planned: tuple[Path, Plan]) -> None:
    root, made = planned
    night = "2017-10-17T06:00:00+00:00"

    done = run(root, "explain", "h00002", "--plan", made.plan_id, "--at", night, "--json")

    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["at"] == night
    assert {variant["creative_id"] for variant in found["variants"]} == {c.creative_id for c in made.creatives}
    rules = {rule["rule"]: rule for rule in found["variants"][0]["rules"]}
    assert rules["consent_required"]["holds"] is True
    assert rules["consent_required"]["seen"] == {"consent": "yes"}
    quiet = rules["quiet_hours"]
    assert quiet["holds"] is False
    assert quiet["seen"] == {"local_minute": "23:00"}
    assert quiet["passes_at"] == "2017-10-17T15:00:00+00:00"
    assert quiet["change"]
    assert "h00002" in run(root, "explain", "h00002", "--plan", made.plan_id).stdout


def test_an_unknown_person_or_instant_is_one_sentence(planned: tuple[Path, Plan]) -> None:
    root, made = planned

    refused(run(root, "explain", "nobody", "--plan", made.plan_id), "There is no person 'nobody'", "120 people")
    refused(
        run(root, "explain", "h00002", "--plan", made.plan_id, "--at", "noon"),
        "'noon' is not an instant",
        "write it like",
    )
    refused(run(root, "explain", "h00002", "--plan", "p-0000000000"), "p-0000000000")


def test_a_tightening_passes_and_counts_whom_it_reaches(planned: tuple[Path, Plan], packs: Path) -> None:
    pytest.importorskip("z3")
    root, made = planned
    edit(packs, "max_per_week: 4", "max_per_week: 1")

    done = run(root, "diff", str(packs), "--audience", made.plan_id, "--json")

    found = json.loads(done.stdout)
    assert done.exit_code == 0, done.stderr
    assert found["direction"] == "tightening"
    assert found["shifts"][0]["kind"] == "newly denied"
    assert found["audience"]["newly_denied"] > 0
    assert found["audience"]["people_losing"] == len(found["audience"]["people"])
    assert found["audience"]["allowed_before"] - found["audience"]["allowed_after"] == found["audience"]["newly_denied"]
    assert "weekly_cap" in run(root, "diff", str(packs), "--audience", made.plan_id).stdout


def test_without_the_solver_whom_a_change_reaches_is_counted_and_nothing_is_called_proved(
    planned: tuple[Path, Plan], packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policies.verify import engine

    root, made = planned
    edit(packs, "max_per_week: 4", "max_per_week: 1")
    proved = json.loads(run(root, "diff", str(packs), "--audience", made.plan_id, "--json").stdout)
    engine.z3.cache_clear()
    monkeypatch.setitem(sys.modules, "z3", None)

    done = run(root, "diff", str(packs), "--audience", made.plan_id, "--json")
    alone = run(root, "diff", str(packs))
    engine.z3.cache_clear()

    found = json.loads(done.stdout)
    assert (done.exit_code, alone.exit_code) == (1, 2)
    assert found["audience"] == proved["audience"]
    assert (found["direction"], found["shifts"]) == ("undecided", [])
    assert "twinpilot[verify]" in found["undecided"][0]
    assert "--audience" in alone.stderr


def test_a_loosening_needs_two_persons(planned: tuple[Path, Plan], packs: Path) -> None:
    pytest.importorskip("z3")
    root, _ = planned
    edit(packs, "max_per_week: 4", "max_per_week: 1")

    done = run(root, "diff", str(packs), str(SHIPPED))

    assert done.exit_code == 1
    assert "a loosening" in done.stderr
    assert "two persons" in done.stderr


def test_the_score_of_a_pack_is_told_with_its_survivors(
    tmp_path: Path, packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluators, "EXAMINERS", evaluators.EXAMINERS[:1])

    done = run(tmp_path, "test", str(packs), "--json")

    found = json.loads(done.stdout)
    assert found["rules"]["score"] >= 0.95
    assert {"daily_cap", "weekly_cap"} <= set(found["rules"]["by_subject"])
    assert found["evaluators"]["survived"] == len(found["evaluators"]["survivors"])
    assert done.exit_code == int(found["evaluators"]["score"] < 0.95)


def test_a_score_below_the_limit_ends_with_one(tmp_path: Path, packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = (evaluators.EXAMINERS[0][0], lambda module, question: True, 1)
    monkeypatch.setattr(evaluators, "EXAMINERS", (blind,))

    done = run(tmp_path, "test", str(packs))

    assert done.exit_code == 1
    assert "below 95%" in done.stderr
    assert "Survived: closure" in done.stdout


def test_a_workspace_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    refused(run(tmp_path / "none", "check", "p-0000000000"), "There is no workspace")


def test_comparing_needs_no_workspace(tmp_path: Path, packs: Path) -> None:
    pytest.importorskip("z3")

    done = run(tmp_path / "none", "diff", str(packs), "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["direction"] == "neither"
