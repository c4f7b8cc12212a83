"""Sleeping dogs that a randomised test found are left out of the next audience; without a test nobody is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from agents.start import start_of
from campaigns.brief import Brief, Goal
from campaigns.workspace import Workspace
from tests.builders import snapshot
from tests.tools.audience.conftest import NOW
from tools.audience.errors import EmptyAudience
from tools.audience.propose import propose_audience
from tools.audience.snapshot import load
from tools.audience.sparing import HARMED, NO_EVIDENCE, TOO_LITTLE, spare
from tools.audience.toolset import summary
from tools.prediction.uplift import Uplift
from tools.prediction.uplift_card import score_cards
from tools.prediction.uplift_kept import KNOWN_BEFORE, KeptUplift, Weights, keep
from tools.prediction.uplift_trial import RandomisedTest

Briefs = Callable[..., Brief]
SEAFOOD = "households that have not bought frozen seafood in twelve weeks"
PRICE = {"email": 2_000, "push": 500}


@pytest.fixture
def shop(sample: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the sample that may be changed."""
    shutil.copytree(sample.root, tmp_path / "shop", ignore=shutil.ignore_patterns("snapshots"))
    return Workspace.open(tmp_path / "shop")


def dogs_of(frame: pl.DataFrame, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Who is a sleeping dog, frequent buyers mostly, and everybody's true effect of a message in whole currency."""
    habit = np.log1p(frame["spend_84d_micros"].to_numpy() / 1e6)
    latent = (habit - habit.mean()) / habit.std() + 0.5 * rng.standard_normal(len(frame))
    dog = np.zeros(len(frame), bool)
    dog[np.argsort(-latent)[: round(share * len(frame))]] = True
    return dog, np.where(dog, -8.0, 1.5)


def campaign(frame: pl.DataFrame, effect: np.ndarray, rng: np.random.Generator) -> RandomisedTest:
    """A past campaign on these people, half of them held out at random."""
    arm = rng.integers(0, 2, len(frame))
    outcome = rng.gamma(2.0, 1.5, len(frame)) + arm * effect
    features = frame.select(KNOWN_BEFORE).to_numpy().astype(np.float64)
    return RandomisedTest(KNOWN_BEFORE, features, ("holdout", "treated"), arm, np.full(len(frame), 0.5), outcome)


def test_harmful_contacts_fall_where_a_past_campaign_was_randomised(shop: Workspace, brief: Briefs) -> None:
    before = propose_audience(shop, brief(SEAFOOD), NOW)
    frame = load(shop, before.snapshot_id)
    rng = np.random.default_rng(3)
    dog, effect = dogs_of(frame, 0.10, rng)
    learnt = rng.random(len(frame)) < 0.6
    test = campaign(frame.filter(pl.Series(learnt)), effect[learnt], rng)
    keep(shop, "p-0123456789", Uplift.fit(test), score_cards(test))

    after = propose_audience(shop, brief(SEAFOOD), NOW)

    new = ~learnt
    stays = frame["person_id"].is_in(load(shop, after.snapshot_id)["person_id"].implode()).to_numpy()
    assert dog[new & stays].sum() <= 0.3 * dog[new].sum()
    assert effect[new & stays].sum() > 1.1 * effect[new].sum()
    assert (new & stays & ~dog).sum() >= 0.7 * (new & ~dog).sum()
    assert load(shop, after.snapshot_id)["segment"].value_counts()["count"].max() <= stays.sum() / 3 + 1
    harmed, short = after.exclusions[-2:]
    assert (harmed.reason, short.reason) == (HARMED, TOO_LITTLE)
    assert harmed.removed.value + short.removed.value == (~stays).sum()
    assert harmed.removed.source.name == "tools.audience.sparing.spare"
    assert len(harmed.removed.source.ref) == 16
    assert after.exclusions[-1].remaining.value == after.size.value
    assert before.exclusions == after.exclusions[:-2]
    assert "p-0123456789" in after.uplift
    assert "assumption" in after.uplift


def test_without_a_randomised_test_nobody_is_left_out_and_that_is_said(sample: Workspace, brief: Briefs) -> None:
    audience = propose_audience(sample, brief(SEAFOOD), NOW)
    assert audience.uplift == NO_EVIDENCE
    assert not any("randomised" in step.reason for step in audience.exclusions)


def flat(level: float, slope: float = 0.0, error: float = 0.01) -> KeptUplift:
    """Uplift of `level` for all, and `slope` more for every earlier conversion."""
    weights = Weights(
        arm="treated", centre=(0.0,), spread=(1.0,), level=level, weights=(slope,),
        covariance=((0.0,),), level_variance=error**2,
    )  # fmt: skip
    return KeptUplift(
        source="p-0123456789", currency="USD", people=900, qini=(0.1, 0.0, 0.2), names=("pre_conversions",),
        arms=(weights,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "channels", "removed"),
    [
        (flat(0.001), ("email", "push"), (0, 100)),  # less than an e-mail costs, and more than a push message
        (flat(0.001), ("email",), (0, 300)),
        (flat(0.01), ("email", "push"), (0, 0)),
        (flat(-0.005), ("email",), (0, 300)),  # below 0 and not surely
        (flat(-0.05), ("email",), (300, 0)),
        (flat(-0.05, error=1.0), ("email",), (0, 300)),
    ],
    ids=["push pays", "email does not", "all pay", "not surely harmed", "surely harmed", "unsure"],
)
def test_who_is_left_out_hangs_on_the_cheapest_channel_and_on_how_sure_the_test_is(
    kept: KeptUplift, channels: tuple[str, ...], removed: tuple[int, int]
) -> None:
    frame = snapshot(300).with_columns(
        consent_email=pl.lit(1, dtype=pl.Int8), consent_push=(pl.int_range(pl.len()) >= 100).cast(pl.Int8)
    )
    left, steps = spare(frame, kept, channels, PRICE)
    assert tuple(step.removed for step in steps) == removed
    assert len(left) == steps[-1].remaining == 300 - sum(removed)


def test_an_audience_that_no_message_pays_for_is_refused(shop: Workspace, brief: Briefs) -> None:
    (shop.folder("uplift") / "kept.json").write_text(flat(-1.0).model_dump_json(), encoding="utf-8")
    with pytest.raises(EmptyAudience, match="contact nobody"):
        propose_audience(shop, brief(SEAFOOD), NOW)


def test_a_model_is_told_counts_of_50_or_more_and_nobodys_uplift(shop: Workspace, brief: Briefs) -> None:
    frame = load(shop, propose_audience(shop, brief(SEAFOOD), NOW).snapshot_id)
    most = int(frame["pre_conversions"].sort(descending=True)[20])
    kept = flat(1.0 * most + 0.5, slope=-1.0)
    (shop.folder("uplift") / "kept.json").write_text(kept.model_dump_json(), encoding="utf-8")

    told = json.loads(summary(propose_audience(shop, brief(SEAFOOD), NOW)))

    assert told["exclusions"][HARMED] == "under 50"
    assert told["uplift"].startswith("Whom a message harms")
    assert not any(f'"{person}"' in json.dumps(told) for person in frame["person_id"].to_list())


def test_a_kept_uplift_makes_another_plan_of_the_same_goal(shop: Workspace) -> None:
    goal = Goal(words="Sell frozen seafood", owner="marketing", brand="Corner Grocer", said_at=NOW)
    without = start_of(shop, goal)["plan_id"]
    (shop.folder("uplift") / "kept.json").write_text(flat(0.1).model_dump_json(), encoding="utf-8")
    assert start_of(shop, goal)["plan_id"] != without
