"""A lift exists only as a claim that has been checked: its control, its time, its arms, its interval."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from campaigns.border import canonical
from campaigns.figure import Source
from tools.experiment.analysis import Analysis, at_the_end
from tools.experiment.arm import Arm
from tools.experiment.claim import LiftClaim, Study
from tools.experiment.effect import difference
from tools.experiment.errors import ExperimentError, NoClaim
from tools.experiment.sequential import at_any_look
from tools.experiment.srm import alarm

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 29, tzinfo=UTC)
STUDY = Study(
    metric="margin",
    unit="EUR/person",
    control="holdout",
    started=START,
    ends=END,
    matures=timedelta(days=14),
    source=Source(kind="measured", name="delivery.measure.measure", ref="abc"),
)
FAIR = alarm([4_000, 1_000], [0.8, 0.2])
LATER = END + timedelta(days=14)


def _seen(lift: float) -> Analysis:
    rng = np.random.default_rng(3)
    return at_the_end(difference(rng.normal(lift, 1, 4_000), rng.normal(0, 1, 1_000)))


@pytest.mark.parametrize(("lift", "label"), [(0.3, "gain"), (-0.3, "loss"), (0.0, "cannot tell")])
def test_a_claim_says_gain_loss_or_cannot_tell_by_its_interval(lift: float, label: str) -> None:
    made = LiftClaim(_seen(lift), STUDY, FAIR, LATER)
    assert made.label == label
    assert ("Cannot tell" in made.words) == (label == "cannot tell")


def test_a_claim_carries_everything_that_supports_it() -> None:
    told = LiftClaim(_seen(0.3), STUDY, FAIR, LATER).plain()
    assert told["control"] == "holdout"
    assert told["level"] == 0.95
    assert told["n"] == {"treated": 4_000, "control": 1_000}
    assert told["valid"] == "one look at the end"
    assert told["source"]["ref"] == "abc"
    assert told["interval"][0] < told["estimate"] < told["interval"][1]
    assert canonical(told)


def test_a_constant_metric_cannot_tell() -> None:
    made = LiftClaim(at_the_end(difference(np.ones(50), np.ones(50))), STUDY, FAIR, LATER)
    assert made.label == "cannot tell"
    assert "did not vary" in made.words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"at": LATER - timedelta(seconds=1)}, "not a result yet"),
        ({"at": END}, "wait until then"),
        ({"at": LATER.replace(tzinfo=None)}, "no time zone"),
        ({"study": replace(STUDY, control=" ")}, "no randomised control"),
        ({"study": replace(STUDY, ends=START)}, "holds no time"),
        ({"study": replace(STUDY, matures=timedelta(days=-1))}, "holds no time"),
        ({"ratio": alarm([4_000, 1_400], [0.8, 0.2])}, "not as planned"),
    ],
)
def test_what_may_not_be_claimed_cannot_be_made(change: dict, words: str) -> None:
    parts = {"analysis": _seen(0.3), "study": STUDY, "ratio": FAIR, "at": LATER}
    LiftClaim(**parts)
    with pytest.raises(NoClaim, match=words):
        LiftClaim(**(parts | change))


def test_an_analysis_that_holds_at_any_look_may_be_claimed_once_outcomes_are_whole() -> None:
    rng = np.random.default_rng(1)
    seen = at_any_look(Arm.of(rng.normal(1, 1, 400)), Arm.of(rng.normal(0, 1, 400)))
    assert LiftClaim(seen, STUDY, FAIR, START + timedelta(days=14)).label == "gain"
    with pytest.raises(NoClaim, match="2026-11-15"):
        LiftClaim(seen, STUDY, FAIR, START + timedelta(days=13))


def test_claims_and_analyses_cannot_be_changed_or_contradict_themselves() -> None:
    made = LiftClaim(_seen(0.3), STUDY, FAIR, LATER)
    with pytest.raises(FrozenInstanceError):
        made.at = END  # type: ignore[misc]
    for change in ({"low": 9.0}, {"estimate": float("nan")}, {"level": 1.0}, {"n_control": 1}):
        with pytest.raises(ExperimentError):
            replace(made.analysis, **change)
