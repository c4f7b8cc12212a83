"""`twinpilot rehearse` keeps the first rehearsal of a plan's bytes, for the passport to show, and replaces none."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from tests.agents.shop import NOW, open_shop
from tests.app.stories import rehearsal
from tests.builders import plan, snapshot

PLAN = plan(60)


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(build(), ["--workspace", str(root), *arguments])


def test_a_plan_rehearsed_by_hand_has_a_passport_and_later_rehearsals_leave_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = open_shop(tmp_path / "workspace", tmp_path / "files")
    store = Store(ws)
    store.begin(PLAN.plan_id, "Sell seafood", NOW)
    store.save_plan(PLAN)
    seeds = iter((1, 2))

    def rehearse(_ws: Workspace, made: object, *_: object, **__: object) -> Rehearsal:
        assert made == PLAN
        return rehearsal(PLAN).model_copy(update={"seed": next(seeds)})

    def load(_ws: Workspace, _id: str) -> pl.DataFrame:
        return snapshot(60)

    monkeypatch.setattr("simulator.rehearse.rehearse", rehearse)
    monkeypatch.setattr("tools.audience.snapshot.load", load)
    before = run(tmp_path / "workspace", "twin", "passport", PLAN.plan_id)
    first = run(tmp_path / "workspace", "rehearse", PLAN.plan_id)
    second = run(tmp_path / "workspace", "rehearse", PLAN.plan_id)
    after = run(tmp_path / "workspace", "twin", "passport", PLAN.plan_id)

    assert (before.exit_code, after.exit_code) == (2, 0)
    assert f"twinpilot rehearse {PLAN.plan_id}" in before.output
    assert first.exit_code == second.exit_code == 0
    kept = store.rehearsal(PLAN.hash)
    assert kept is not None
    assert kept.seed == 1
    ws.engine.dispose()
