"""`show` lists the tool calls that the policies refused while a plan was made."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from agents.refusals import RefusedCall, keep
from app.cli import build
from campaigns.workspace import Workspace
from tests.builders import NOW
from tests.delivery.launchable import launchable
from tools.desk import Desk

CALL = RefusedCall(
    agent="audience",
    tool="send_email",
    arguments=("to",),
    rules=("tool_listed",),
    said="send_email is no tool of the audience agent",
)


def test_a_refused_call_is_shown_with_its_rule_and_what_was_said(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    made = launchable(root, people=60)[1]
    assert "Tool calls" not in shown(root, made.plan_id)

    keep(Desk(Workspace.open(root), made.plan_id, 0, NOW, 14), "a1", CALL)

    printed = " ".join(shown(root, made.plan_id).split())
    assert "Tool calls that the policies refused" in printed
    assert "tool_listed" in printed
    listed = json.loads(shown(root, made.plan_id, "--json"))["refused_calls"]
    assert listed == [CALL.plain()]


def shown(root: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        build(), ["--workspace", str(root), "show", *arguments], env={"COLUMNS": "200"}, catch_exceptions=False
    )
    assert done.exit_code == 0, done.stderr
    return done.stdout
