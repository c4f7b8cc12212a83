"""The `policy` commands that change which version is in force: what they say, exit codes, one sentence for bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.commands import running
from campaigns.store import Store
from campaigns.workspace import Workspace
from policies.in_force import policies_in_force
from policies.load import SHIPPED, load_policies
from tests.app.test_policy_commands import edit, refused, run
from tests.delivery.launchable import launchable


@pytest.fixture
def root(tmp_path: Path) -> Path:
    launchable(tmp_path / "workspace", people=60)
    return tmp_path / "workspace"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "packs"))


def test_a_tightening_is_in_force_at_once_and_listed(root: Path, packs: Path) -> None:
    edit(packs, "max_per_week: 4", "max_per_week: 1")
    would = run(root, "propose", str(packs), "--by", "Grace", "--dry-run")
    assert "would be in force at once" in would.stdout

    done = run(root, "propose", str(packs), "--by", "Grace", "--json")

    made = json.loads(done.stdout)
    assert (made["in_force"], made["direction"], made["against"]) == (True, "tightening", load_policies().hash)
    listed = json.loads(run(root, "versions", "--json").stdout)
    assert listed["in_force"] == made["hash"]
    assert [(one["by"], one["direction"]) for one in listed["versions"]] == [
        ("twinpilot", "first"),
        ("Grace", "tightening"),
    ]
    assert f"{made['hash'][:12]} in force" in run(root, "versions").stdout


def test_a_loosening_waits_for_two_others_and_a_rollback_is_a_tightening(root: Path, packs: Path) -> None:
    edit(packs, "max_per_week: 4", "max_per_week: 6")
    said = run(root, "propose", str(packs), "--by", "Grace").stdout
    wanted = load_policies(packs).hash

    assert "wait for approval" in said
    assert f"twinpilot policy approve {wanted[:12]}" in said
    refused(run(root, "approve", wanted, "--by", "grace"), "approval_not_by_author")
    assert "one more person" in run(root, "approve", wanted[:8], "--by", "Ada").stdout
    assert "in force now" in run(root, "approve", wanted, "--by", "Ben").stdout
    back = json.loads(run(root, "rollback", load_policies().hash[:12], "--by", "Ada", "--json").stdout)
    assert (back["in_force"], back["direction"], back["against"]) == (True, "tightening", wanted)


def test_a_rejected_version_stays_out(root: Path, packs: Path) -> None:
    edit(packs, "max_per_week: 4", "max_per_week: 6")
    run(root, "propose", str(packs), "--by", "Grace")
    wanted = load_policies(packs).hash

    assert "rejected" in run(root, "reject", wanted, "--by", "Ada", "--note", "too many").stdout
    refused(run(root, "approve", wanted, "--by", "Ben"), "were rejected")
    assert json.loads(run(root, "versions", "--json").stdout)["proposals"][0]["decisions"][0]["note"] == "too many"


def test_bad_input_is_one_sentence_and_changes_nothing(root: Path, packs: Path) -> None:
    before = run(root, "versions", "--json").stdout
    refused(run(root, "propose", str(packs / "none"), "--by", "Ada"), "no policy pack")
    refused(run(root, "propose", str(packs), "--by", " "), "no letter")
    refused(run(root, "propose", str(packs), "--by", "Ada"), "in force already")
    refused(run(root, "approve", "abcdef12", "--by", "Ada"), "No policy version")
    refused(run(root, "rollback", "abc", "--by", "Ada"), "too short")
    edit(packs, "must: arm == 0", "must: arm = 0")
    refused(run(root, "propose", str(packs), "--by", "Ada"), "holdout_untouched", "write == to compare")

    assert run(root, "versions", "--json").stdout == before


def test_every_command_that_judges_refuses_policies_changed_by_hand_until_they_are_put_back(root: Path) -> None:
    ws = Workspace.open(root)
    policies_in_force(ws)
    path = next(root.glob("policies/*/contact.yaml"))
    path.write_text(path.read_text().replace("max_per_week: 4", "max_per_week: 40"))
    plan = Store(ws).plans()[0].plan_id

    for command in (("check", plan), ("explain", "h00002", "--plan", plan), ("diff", str(SHIPPED))):
        refused(run(root, *command), "contact.yaml", "policy restore")
    assert "contact.yaml" in run(root, "restore").stdout
    assert run(root, "explain", "h00002", "--plan", plan).exit_code == 0
    assert "as they came into force" in run(root, "restore").stdout


def test_a_campaign_goes_on_after_a_tightening_and_explains_itself_by_both(root: Path, packs: Path) -> None:
    plan = Store(Workspace.open(root)).plans()[0].plan_id
    policies_in_force(Workspace.open(root))
    edit(packs, "max_per_week: 4", "max_per_week: 1")
    assert run(root, "propose", str(packs), "--by", "Grace").exit_code == 0

    done = running.launched(Workspace.open(root), plan, "Ada")

    assert done.accepted > 0
    seen = json.loads(run(root, "explain", "h00002", "--plan", plan, "--json").stdout)
    assert "weekly_cap" in {rule["rule"] for rule in seen["variants"][0]["rules"]}
