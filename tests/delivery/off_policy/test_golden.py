"""The estimators beside obp 0.4.1 on its sample of the Open Bandit Dataset; docs/off-policy.md says how the files were made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from delivery.off_policy import Logs, estimators, may_act, score
from delivery.off_policy.intervals import Ratio

HERE = Path(__file__).parent
GOLDEN: dict[str, dict[str, float]] = json.loads((HERE / "open_bandit_men.json").read_text())
ITEMS = 34


def columns(which: str) -> tuple[Any, ...]:
    """Action, click, propensity, target and model of one direction of evaluation; the target depends on the position."""
    with np.load(HERE / "open_bandit_men.npz") as kept:
        log = "random" if which.startswith("random") else "bts"
        action, position = kept[f"{log}_action"].astype(np.int64), kept[f"{log}_position"]
        click, propensity = kept[f"{log}_click"].astype(np.float64), kept[f"{log}_propensity"]
        target = kept["target_bts"] if log == "random" else np.full((ITEMS, 3), 1 / ITEMS)
        return action, click, np.broadcast_to(propensity, click.shape), target.T[position], kept["model"].T[position]


def named(name: str, which: str) -> Ratio:
    action, click, propensity, target, q = columns(which)
    w = target[np.arange(len(action)), action] / propensity
    if name.startswith("switch_dr"):
        return estimators.switch_dr(w, click, action, target, q, float(name.split()[1]))
    if name == "dm":
        return estimators.dm(target, q)
    return {"ips": estimators.ips, "snips": estimators.snips}[name](w, click) if name != "dr" else estimators.dr(
        w, click, action, target, q
    )  # fmt: skip


@pytest.mark.parametrize(("which", "name"), [(which, name) for which, found in GOLDEN.items() for name in found])
def test_an_estimate_equals_obps(which: str, name: str) -> None:
    assert named(name, which).value == pytest.approx(GOLDEN[which][name], abs=1e-12)


def test_46_clicks_are_too_few_for_an_interval_and_the_policy_may_not_act() -> None:
    action, click, propensity, target, q = columns("random to bernoulli ts")
    none = np.zeros((len(action), 1))
    logs = Logs(np.zeros((len(action), 1)), action, propensity, click, ITEMS, 0.0, 1.0)

    said = score(logs, np.hstack([none, target]), model=np.hstack([none, q]))

    assert said.overlap.effective > 2_000
    assert not said.estimates
    assert "people decide the estimate" in said.short[0]
    assert not may_act(said).allowed
