"""A goal in words becomes a measured result through the real commands; the shipped playbook is the only stand-in."""

from __future__ import annotations

import email
import json
import shutil
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest

from tests.e2e.conftest import refused, twinpilot
from tools.data.sample_goal import SAMPLE_GOAL

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def completed(
    proposed: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, dict[str, object]]:
    """The demo's plan approved, launched and reported, each in a process of its own."""
    folder = tmp_path_factory.mktemp("completed") / "workspace"
    shutil.copytree(proposed[0], folder)
    plan = proposed[1]
    assert twinpilot("approve", plan, "--by", "Ada", "--note", "as planned", workspace=folder).code == 0
    launched = twinpilot("launch", plan, "--json", workspace=folder)
    assert launched.code == 0, launched.err
    reported = twinpilot("report", plan, "--json", workspace=folder)
    assert reported.code == 0, reported.err
    return folder, plan, json.loads(reported.out)


def test_the_plan_has_every_part_with_its_sources(proposed: tuple[Path, str]) -> None:
    shown = json.loads(twinpilot("show", proposed[1], "--json", workspace=proposed[0]).out)

    plan = shown["plan"]
    assert shown["state"] == "proposed"
    assert len(plan["creatives"]) >= 6
    assert plan["experiment"]["holdout_share"] > 0
    assert plan["experiment"]["powered"]
    assert shown["rehearsal"]["runs"] >= 200
    assert all(figure["source"]["name"] for figure in _figures(plan))
    assert plan["allocation"]["total"]["value"] <= 5_000_000_000


def test_the_same_goal_again_is_the_same_plan(proposed: tuple[Path, str], copy: Callable[[Path], Path]) -> None:
    folder = copy(proposed[0])

    again = json.loads(twinpilot("plan", SAMPLE_GOAL, "--json", workspace=folder).out)

    assert again["plan_id"] == proposed[1]
    assert len(json.loads(twinpilot("plans", "--json", workspace=folder).out)["plans"]) == 1


def test_another_workspace_with_the_same_seed_gives_the_same_bytes(
    proposed: tuple[Path, str], sample: Path, copy: Callable[[Path], Path]
) -> None:
    other = twinpilot("plan", SAMPLE_GOAL, "--json", workspace=copy(sample))

    assert other.out == twinpilot("show", proposed[1], "--json", workspace=proposed[0]).out


def test_more_money_takes_two_people_and_neither_is_the_owner(sample: Path, copy: Callable[[Path], Path]) -> None:
    folder = copy(sample)
    large = SAMPLE_GOAL.replace("$5,000", "$12,000")
    plan = json.loads(twinpilot("plan", large, "--json", workspace=folder).out)["plan_id"]

    refused(twinpilot("approve", plan, "--by", " Marketing", "--note", "mine", workspace=folder), "their own")
    first = twinpilot("approve", plan, "--by", "Ada", "--note", "as planned", workspace=folder)
    refused(twinpilot("approve", plan, "--by", "ADA", "--note", "as planned", workspace=folder), "before", "one person")
    refused(twinpilot("launch", plan, workspace=folder), "proposed")
    second = json.loads(
        twinpilot("approve", plan, "--by", "Ben", "--note", "as planned", "--json", workspace=folder).out
    )

    assert first.code == 0, first.err
    assert "a second person must approve the same hash" in first.out
    assert (second["state"], second["people_missing"]) == ("approved", 0)


def test_no_guardrail_was_broken(completed: tuple[Path, str, dict[str, object]]) -> None:
    audit = completed[2]["audit"]

    assert audit["contacts"] > 1000  # type: ignore[index]
    assert {check["name"]: check["violations"] for check in audit["checks"]} == dict.fromkeys(  # type: ignore[index]
        (check["name"] for check in audit["checks"]),  # type: ignore[index]
        0,
    )


def test_the_result_names_its_control_and_its_interval(completed: tuple[Path, str, dict[str, object]]) -> None:
    measurement = completed[2]["measurement"]

    assert measurement["final"]  # type: ignore[index]
    for result in measurement["results"]:  # type: ignore[index]
        assert result["total"]["level"] == 0.95
        assert result["total"]["source"]["kind"] == "measured"
    assert measurement["arms"]["holdout"]["value"] > 100  # type: ignore[index]
    assert measurement["forecast"]  # type: ignore[index]


def test_the_report_is_one_page_with_its_pictures(completed: tuple[Path, str, dict[str, object]]) -> None:
    page = Path(str(completed[2]["page"])).read_text(encoding="utf-8")

    assert page.count("<svg") == 10
    assert "simulated from real shopping patterns" in page
    assert "synthetic" in page
    assert str(completed[2]["verdict"]["headline"]) in page  # type: ignore[index]


def test_the_messages_are_real_files(completed: tuple[Path, str, dict[str, object]]) -> None:
    folder, plan, report = completed
    files = sorted((folder / "outbox" / plan).rglob("*.eml"))

    message = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)

    assert len(files) > 100
    assert str(message["To"]).rstrip(">").endswith(".invalid")
    assert message["List-Unsubscribe"]
    assert message.get_body(("html",)) is not None
    assert report["measurement"]["contacts"] == sum(
        1 for path in (folder / "outbox" / plan).rglob("*") if path.is_file()
    )  # type: ignore[index]


def test_a_second_launch_is_refused(completed: tuple[Path, str, dict[str, object]]) -> None:
    refused(twinpilot("launch", completed[1], workspace=completed[0]), completed[1])


def test_status_shows_what_was_sent_and_spent(completed: tuple[Path, str, dict[str, object]]) -> None:
    status = json.loads(twinpilot("status", "--json", workspace=completed[0]).out)

    assert [(row["plan_id"], row["state"]) for row in status["plans"]] == [(completed[1], "completed")]
    assert [(row["action"], row["level"]) for row in status["autonomy"]] == [
        (action, "suggest") for action in ("budget", "audience", "creative", "cadence", "policy")
    ]
    assert status["plans"][0]["sent"] == completed[2]["measurement"]["contacts"]  # type: ignore[index]


def _figures(value: object) -> list[dict[str, dict[str, str]]]:
    if isinstance(value, dict):
        own = [value] if {"value", "unit", "source"} <= set(value) else []
        return own + [found for part in value.values() for found in _figures(part)]
    if isinstance(value, list):
        return [found for part in value for found in _figures(part)]
    return []
