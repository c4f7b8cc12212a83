"""Arms that are not of the planned sizes pause a live campaign before it sends, and only a person sets it going again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import build
from campaigns.errors import BadInput, Refused
from campaigns.keys import person_keys
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.claims import claims
from delivery.live import launch
from delivery.measure import measure
from delivery.roster import Roster
from delivery.srm_watch import set_going, unequal_arms
from policies.load import load_policies
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import WORLD, approved, workspace
from tools.audience.snapshot import load
from tools.experiment.assignment import assign_keys

HALVES = {"holdout_share": 0.49, "global_share": 0.02}
"""Shares of which treated and holdout are equal: 49 % each, and 2 % in the global control."""


def lost(treated: int, holdout: int, salt: str = "lost") -> tuple[pl.DataFrame, dict[str, object]]:
    """People of whom a pipeline lost some after the lot, so that the arms are left with these sizes; and the plan's change."""
    design = plan().experiment.model_copy(update={**HALVES, "salt": salt})
    frame = snapshot(int((treated + holdout) * 1.15))
    keys = person_keys(tuple(frame["person_id"].to_list()))
    arm = np.asarray(assign_keys(keys, design.salt, design.global_salt, design.holdout_share, design.global_share))
    both = treated + holdout
    keep = [np.flatnonzero(arm == code)[:size] for code, size in enumerate((treated, holdout, round(both * 2 / 98)))]
    return frame[np.sort(np.concatenate(keep))], {"experiment": design}


def unequal(root: Path) -> tuple[Workspace, Plan]:
    """An approved plan over 20,000 people, 52 to 48 where the lot gives as many to each."""
    frame, changes = lost(10_400, 9_600)
    ws = workspace(root, frame)
    with duckdb.connect(str(ws.data_path)) as con:
        con.execute("INSERT INTO load_facts VALUES (1, 'source', 'test')")
    return ws, approved(ws, frame, **changes)


def test_a_split_of_52_to_48_among_20_000_people_pauses_the_campaign_and_nothing_is_claimed(tmp_path: Path) -> None:
    ws, made = unequal(tmp_path / "ws")
    store = Store(ws)

    report = launch(ws, made, WORLD, "Ada")

    assert (report.paused, report.stopped) == (True, False)
    step = store.life(made.plan_id)[-1]
    assert (step.state, step.by) == ("paused", "twinpilot")
    assert "Arms hold 10,400 where" in step.note
    assert report.accepted == 0
    measured = measure(ws, made, Roster.build(made, load(ws, made.audience.snapshot_id)))
    assert all(claim.effect is None for claim in claims(measured, load_policies()).every)

    said = CliRunner().invoke(build(), ["report", made.plan_id, "--workspace", str(ws.root)])
    assert said.exit_code == 0, said.output
    assert "Paused: nothing more is sent until a person resumes it." in said.output
    assert "the arms are not as planned" in " ".join(said.output.split())
    with pytest.raises(Refused, match="twinpilot resume"):
        launch(ws, made, WORLD, "Ada", resume=True)

    with pytest.raises(BadInput, match="is the program"):
        set_going(store, made.plan_id, "Twin pilot", "fine", NOW)
    with pytest.raises(BadInput, match="say with --note"):
        set_going(store, made.plan_id, "Ada", " ", NOW)
    assert store.record(made.plan_id).state == "paused"
    found = ["resume", made.plan_id, "--by", "Ada", "--note", "the import lost people", "--workspace", str(ws.root)]
    assert CliRunner().invoke(build(), found).exit_code == 0
    assert [(one.state, one.by) for one in store.life(made.plan_id)][-2:] == [("paused", "twinpilot"), ("live", "Ada")]


def test_a_campaign_that_a_person_set_going_again_runs_to_its_end_and_still_claims_nothing(tmp_path: Path) -> None:
    frame, changes = lost(300, 60)
    ws = workspace(tmp_path / "ws", frame)
    made = approved(ws, frame, **changes)
    assert launch(ws, made, WORLD, "Ada").paused
    set_going(Store(ws), made.plan_id, "Grace", "a filter lost held-out people; understood", NOW)

    report = launch(ws, made, WORLD, "Ada", resume=True)

    assert not report.paused
    assert Store(ws).record(made.plan_id).state == "completed"
    measured = measure(ws, made, Roster.build(made, load(ws, made.audience.snapshot_id)))
    made_claims = claims(measured, load_policies())
    assert {claim.effect for claim in made_claims.every} == {None}
    assert "are not as planned" in made_claims.deciding.refused or "is not claimed" in made_claims.deciding.refused


def test_honest_lots_are_alarmed_at_most_as_often_as_stated() -> None:
    made = plan(600)
    keys, design = Roster.build(made, snapshot(600)).person_key, made.experiment
    lots = (assign_keys(keys, f"s{seed}", f"g{seed}", design.holdout_share, design.global_share) for seed in range(600))

    alarmed = sum(bool(unequal_arms(made, np.asarray(lot, np.int16))) for lot in lots)

    assert alarmed <= 8  # three are expected at most (one in 200); nine or more have a chance below 0.4 %
