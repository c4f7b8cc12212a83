"""Fits on disk: what is in force when, and that nothing is half written or silently changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.errors import BadInput
from delivery.live import launch
from simulator.calibration import calibrate, taught
from simulator.fitting.fit import fit
from simulator.fitting.live import lived, remember
from simulator.fitting.stored import CURRENT, FOLDER, content, in_force, kept_trials, merged, save, unread
from tests.builders import NOW, plan
from tests.delivery.launchable import WORLD, launchable
from tests.simulator.fitting.trials import lived_in, trial


def test_a_kept_fit_is_in_force_until_data_or_a_month_have_passed(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 60)
    made = fit(ws, NOW)
    version = save(ws, made)
    assert in_force(ws, NOW) == in_force(ws, NOW + timedelta(days=27)) == content(made)
    assert in_force(ws, NOW - timedelta(days=1)) is None
    assert in_force(ws, NOW + timedelta(days=29)) is None
    assert save(ws, fit(ws, NOW)) == version


def test_a_test_that_was_given_once_stays_and_rehearsals_draw_from_it(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 60)
    save(ws, fit(ws, NOW, (trial(),)))
    assert kept_trials(ws) == (trial(),)
    for at in (NOW, NOW + timedelta(days=40)):
        twin = calibrate(ws, plan(), at)
        assert "incremental_share" in twin.posterior.joint.names
        assert twin.learnt_from["attention_email"] == "a test"
        assert any("learnt from a test; the prior was" in told for told in twin.assumptions)
    assert merged(kept_trials(ws), (trial(50),)) == (trial(50),)


def test_a_fit_made_on_the_fly_is_the_one_that_would_be_kept(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 60)
    fresh = calibrate(ws, plan(), NOW)
    save(ws, fit(ws, NOW))
    kept = calibrate(ws, plan(), NOW)
    assert fresh.version == kept.version
    assert fresh.posterior == kept.posterior
    rhythm = fit(ws, NOW).rhythm
    assert taught(content(fit(ws, NOW))).rhythm == rhythm


def test_bytes_that_were_changed_or_cut_are_refused(tmp_path: Path) -> None:
    ws = lived_in(tmp_path / "ws", 60)
    version = save(ws, fit(ws, NOW))
    file = ws.root / FOLDER / f"{version}.json"
    text = file.read_text()
    for broken in (text.replace('"layout":1', '"layout":2'), text[:-20], "[]"):
        file.write_text(broken)
        with pytest.raises(BadInput, match="is damaged"):
            in_force(ws, NOW)
    file.write_text(text)
    (ws.root / FOLDER / CURRENT).write_text("{}")
    with pytest.raises(BadInput, match="is damaged"):
        kept_trials(ws)


def test_a_fit_that_fails_to_be_written_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = lived_in(tmp_path / "ws", 60)
    save(ws, fit(ws, NOW))
    before = sorted(path.name for path in (ws.root / FOLDER).iterdir())
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        save(ws, fit(ws, NOW, (trial(),)))
    assert sorted(path.name for path in (ws.root / FOLDER).iterdir()) == before
    assert kept_trials(ws) == ()


def test_a_finished_campaign_is_a_test_that_refits_the_twin(tmp_path: Path) -> None:
    ws, made = launchable(tmp_path / "ws", 300)
    launch(ws, made, WORLD, "Ada")
    assert unread(ws) == (made.plan_id,)
    assert any(f"Outcomes of {made.plan_id} are not learnt" in told for told in calibrate(ws, plan(), NOW).assumptions)
    campaigns = lived(ws)
    (held,) = campaigns.trials
    assert held.together
    assert {cell.channel for cell in held.cells} == {"email", "push"}
    assert held.cells[0].arm.people + held.control.people <= 300
    found = fit(ws, NOW, campaigns.trials)
    assert f"campaign {made.plan_id}" in found.response.learnt_from["attention_email"]
    assert found.response.particles.column("attention_email").std() < 0.06
    save(ws, found)
    assert unread(ws) == ()
    remember(ws, campaigns)
    remember(ws, campaigns)
    assert "attention_push" in calibrate(ws, plan(), NOW).learnt_from
