"""A launched plan scored decision by decision: every estimator, and only on files that are those of its launch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from campaigns.contact import FloatArray
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.decision_log import place_of
from delivery.live import launch
from delivery.off_policy import BadLogs, may_act
from delivery.off_policy.contacts import contacts_of, score_contacts
from delivery.off_policy.decisions import Decisions, decisions_of, not_kept, score_decisions
from delivery.off_policy.messages import messages_of
from delivery.off_policy.targets import target_of
from delivery.roster import Roster
from tests.builders import snapshot
from tests.delivery.launchable import WORLD, launchable

PEOPLE, SLOTS, LAUNCHED = 1_200, 4, 300
RATE = np.array([0.0, 0.05, 0.05])
"""Chance that a message is bought from by somebody whose first feature is 0; it adds `TASTE` times the feature."""
TASTE = np.array([0.0, 0.04, -0.04])
WORTH, PRICE, SHARE = 5.0, 0.05, 0.6


def known(seed: int, error: float = 0.0) -> Decisions:
    """Decisions of a known policy about people whose answer to each action depends on a feature in [-1, 1]."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(PEOPLE), SLOTS)
    x = rng.uniform(-1, 1, PEOPLE)[person]
    p = np.repeat(rng.dirichlet((3.0, 3.0, 3.0), PEOPLE), SLOTS, axis=0) * 0.85 + 0.05
    column = (rng.random((len(person), 1)) > np.cumsum(p, axis=1)).sum(axis=1).clip(0, 2)
    bought = rng.random(len(person)) < RATE[column] + TASTE[column] * x
    return Decisions(
        person=person, at=np.zeros(len(person), np.int64), slot=np.tile(np.arange(SLOTS), PEOPLE), names=("taste",),
        features=x[:, None], open=np.ones((len(person), 2), bool), action=column - 1,
        propensity=p[np.arange(len(p)), column], shares=p, margin=bought * WORTH, cost=(column > 0) * PRICE,
        people=PEOPLE, incremental=SHARE + error * rng.standard_normal(), incremental_error=error,
    )  # fmt: skip


def by_taste(log: Decisions) -> FloatArray:
    """The better action by the feature: a policy that is a function of what was known."""
    target = np.zeros((len(log.action), 3))
    target[np.arange(len(target)), np.where(log.features[:, 0] > 0, 1, 2)] = 1.0
    return target


@pytest.mark.parametrize("error", [0.0, 0.2])
def test_intervals_hold_the_value_of_a_policy_that_is_a_function_of_features(error: float) -> None:
    truth = SHARE * WORTH * (0.05 + 0.04 * 0.5) - PRICE

    said = [score_decisions(known(seed, error), by_taste) for seed in range(100)]

    for name in ("ips", "snips", "dr", "switch_dr"):
        held = np.mean([one.estimates[name].low <= truth <= one.estimates[name].high for one in said])  # type: ignore[operator]
        assert 0.88 <= held <= 1.0, name
    assert np.mean([one.estimates["dr"].value for one in said]) == pytest.approx(truth, abs=0.012)
    assert all(one.estimates["dm"].low is None for one in said)


def test_a_policy_that_uses_what_is_known_may_act_and_its_opposite_may_not() -> None:
    log = known(1)

    better = score_decisions(log, by_taste)
    worse = score_decisions(log, lambda log: by_taste(log)[:, [0, 2, 1]])

    assert may_act(better).allowed
    assert not may_act(worse).allowed
    assert better.per == "decision"
    assert better.gain.value == pytest.approx(better.estimates["dr"].value - better.logged.value)  # type: ignore[union-attr]


def test_what_is_not_known_of_the_incremental_share_widens_every_interval_also_of_a_log_too_thin() -> None:
    sure, unsure = known(1), replace(known(1), incremental_error=0.2)

    first, second = score_decisions(sure, by_taste), score_decisions(unsure, by_taste)

    for one, other in ((first.estimates[name], second.estimates[name]) for name in ("ips", "snips", "dr", "switch_dr")):
        assert other.value == one.value
        assert other.error > one.error  # type: ignore[operator]
        assert other.low < one.low < one.high < other.high  # type: ignore[operator]
    thin = np.flatnonzero(sure.person < 20)
    few = {name: getattr(unsure, name)[thin] for name in ("person", "at", "slot", "features", "open", "action", "propensity", "shares", "margin", "cost")}  # fmt: skip
    told = score_decisions(replace(unsure, **few), by_taste)
    assert told.short
    assert told.logged.error > score_decisions(replace(sure, **few), by_taste).logged.error  # type: ignore[operator]


def test_what_was_closed_to_somebody_becomes_no_contact() -> None:
    log = known(1)
    closed = replace(log, open=np.column_stack([np.ones(len(log.action), bool), log.features[:, 0] > 0]))

    wanted = closed.within(np.tile([0.2, 0.3, 0.5], (len(log.action), 1)))

    assert wanted[closed.open[:, 1]] == pytest.approx(np.array([[0.2, 0.3, 0.5]]).repeat(closed.open[:, 1].sum(), 0))
    assert (wanted[~closed.open[:, 1]] == [0.7, 0.3, 0.0]).all()
    with pytest.raises(BadLogs, match="for each of the 1200 treated"):
        log.by_person(np.ones((3, 3)) / 3)


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Plan, Roster]:
    """A plan that was launched and is over; not to be changed."""
    ws, made = launchable(tmp_path_factory.mktemp("scored") / "ws", LAUNCHED)
    launch(ws, made, WORLD, "Ada")
    return ws, made, Roster.build(made, snapshot(LAUNCHED))


def test_decisions_and_messages_of_a_launch_credit_its_policy_with_the_same(
    over: tuple[Workspace, Plan, Roster],
) -> None:
    ws, made, roster = over
    sent = messages_of(ws, made, roster)
    log, messages = decisions_of(ws, made, roster, sent), contacts_of(sent, roster, len(made.creatives))
    target = target_of(made, roster, "uniform")

    whole, part = score_decisions(log, log.by_person(target)), score_contacts(messages, target)

    assert not_kept(ws, made) == ""
    assert len(log.action) > len(sent.row)
    assert log.margin.sum() == pytest.approx(sent.margin.sum())
    assert log.cost.sum() == pytest.approx(sent.cost.sum())
    assert whole.logged.value * len(log.action) == pytest.approx(part.logged.value * messages.people)
    assert whole.overlap.balanced
    assert not log.margin[log.action < 0].any()
    assert not log.cost[log.action < 0].any()


def test_decisions_that_are_not_kept_are_told_in_a_sentence(
    over: tuple[Workspace, Plan, Roster], tmp_path: Path
) -> None:
    ws, made, _ = over
    folder = place_of(ws, made.plan_id)
    away = tmp_path / "away"
    lost = sorted(folder.iterdir())[0]

    lost.rename(away)
    some = not_kept(ws, made)
    away.rename(lost)
    folder.rename(tmp_path / "all")
    every = not_kept(ws, made)
    (tmp_path / "all").rename(folder)

    assert some.startswith(f"The decisions of 1 of {len(list(folder.iterdir()))} ticks")
    assert every.startswith(f"No decisions of plan {made.plan_id} are kept")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (None, "cannot be read"),
        (pl.col("action") * 0, "do not hold [0-9]+ of its"),
        (pl.col("propensity") / 2, "do not hold [0-9]+ of its"),
        (pl.col("row") + 1_000, "whom the plan does not treat"),
        (pl.col("row") * 0 + pl.col("row").min(), "twice for the same person"),
    ],
    ids=["torn", "action", "propensity", "row", "twice"],
)
def test_files_that_are_not_those_of_the_launch_are_refused(
    over: tuple[Workspace, Plan, Roster], change: pl.Expr | None, words: str
) -> None:
    ws, made, roster = over
    path = sorted(place_of(ws, made.plan_id).iterdir())[0]
    kept = path.read_bytes()
    try:
        if change is None:
            path.write_bytes(kept[: len(kept) // 2])
        else:
            pl.read_parquet(path).with_columns(change).write_parquet(path)
        with pytest.raises(BadLogs, match=words):
            decisions_of(ws, made, roster, messages_of(ws, made, roster))
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize(
    "change", [pl.lit(1.0).alias("x_more"), pl.col("action").cast(pl.String)], ids=["another column", "another type"]
)
def test_files_that_do_not_fit_together_are_refused(over: tuple[Workspace, Plan, Roster], change: pl.Expr) -> None:
    ws, made, roster = over
    path = sorted(place_of(ws, made.plan_id).iterdir())[0]
    kept = path.read_bytes()
    pl.read_parquet(path).with_columns(change).write_parquet(path)

    try:
        with pytest.raises(BadLogs, match="do not all have the same columns"):
            decisions_of(ws, made, roster, messages_of(ws, made, roster))
    finally:
        path.write_bytes(kept)
