"""A finished campaign read as a randomised test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaigns.errors import Refused
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.live import launch
from delivery.outbox.reading import OutboxReader
from delivery.randomised import campaign_test
from delivery.roster import Roster
from tests.delivery.launchable import WORLD, launchable
from tools.audience.snapshot import load
from tools.prediction import uplift_trial
from tools.prediction.errors import NoUplift
from tools.prediction.uplift_kept import KNOWN_BEFORE

PEOPLE = 200


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Plan]:
    """A small plan that was launched and is over; not to be changed."""
    ws, made = launchable(tmp_path_factory.mktemp("tested") / "ws", PEOPLE)
    launch(ws, made, WORLD, "Ada")
    return ws, made


def read(ws: Workspace, made: Plan) -> tuple[Roster, uplift_trial.RandomisedTest]:
    snapshot = load(ws, made.audience.snapshot_id)
    roster = Roster.build(made, snapshot)
    return roster, campaign_test(ws, made, roster, snapshot)


def test_everybody_outside_the_global_holdout_counts_as_assigned(
    over: tuple[Workspace, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplift_trial, "LEAST", 2)
    monkeypatch.setattr(uplift_trial, "LEAST_OUTCOMES", 0)
    ws, made = over
    roster, test = read(ws, made)

    totals = OutboxReader(ws, made, PEOPLE).totals()
    held = made.experiment.holdout_share / (1 - made.experiment.global_share)
    assert (test.names, test.arms) == (KNOWN_BEFORE, ("holdout", "treated"))
    assert np.bincount(test.arm).tolist() == [(roster.arm == HOLDOUT).sum(), (roster.arm == TREATED).sum()]
    assert np.unique(test.propensity) == pytest.approx(sorted((held, 1 - held)))
    drawn = (roster.arm == HOLDOUT) | (roster.arm == TREATED)
    assert test.outcome == pytest.approx((totals.margin - totals.offer_cost)[drawn] / 1e6)


def test_a_small_holdout_teaches_nothing(over: tuple[Workspace, Plan]) -> None:
    with pytest.raises(NoUplift, match="The arm holdout has"):
        read(*over)


def test_a_campaign_that_still_runs_is_refused(over: tuple[Workspace, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = OutboxReader.account
    monkeypatch.setattr(OutboxReader, "account", lambda self: replace(whole(self), closed=False))
    with pytest.raises(Refused, match="is not over"):
        read(*over)
