from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from campaigns.contact import FloatArray
from campaigns.errors import BadInput
from delivery.off_policy import BadLogs, Logs, may_act, score
from tests.delivery.off_policy.known_logs import ACTIONS, log, shares, wanted


def put(name: str, value: float, rows: int = 3) -> Callable[[], Logs]:
    """The log with a column's first rows replaced."""

    def make() -> Logs:
        column = getattr(log(500, 1), name).copy()
        column[:rows] = value
        return log(500, 1, **{name: column})

    return make


def bare() -> Logs:
    none = np.zeros(0)
    return Logs(np.zeros((0, 2)), none.astype(np.int64), none, none, ACTIONS, 0.0, 1.0)


BAD = {
    "negative propensity": (put("propensity", -0.2), "3 logged propensities are outside 0 to 1, like -0.2"),
    "propensity above 1": (put("propensity", 1.5, 1), "1 logged propensity is outside 0 to 1, like 1.5"),
    "missing propensity": (put("propensity", np.nan), "3 of 500 logged decisions have no propensity"),
    "zero propensity": (put("propensity", 0.0), "3 of 500 logged decisions have no propensity"),
    "reward outside": (put("reward", 7.0), "3 rewards are outside the declared 0 to 1, like 7"),
    "missing reward": (put("reward", np.nan, 1), "1 reward is outside the declared 0 to 1, like nan"),
    "missing feature": (put("features", np.nan), "A feature in the log is not a finite number"),
    "unknown action": (put("action", 9), "Action 9 is none of the log's 3"),
    "one action only": (lambda: log(500, 1, action=np.full(500, 2)), "Every one of the 500 decisions is action 2"),
    "no logs": (bare, "The log holds no decision"),
    "no range": (lambda: log(500, 1, low=1.0, high=1.0), "Rewards from 1 to 1 are no range"),
    "an open range": (lambda: log(500, 1, high=np.inf), "Rewards from 0 to inf are no range"),
    "columns of two lengths": (lambda: log(500, 1, reward=np.zeros(9)), "columns have lengths"),
    "an action never logged": (
        lambda: (lambda one: log(500, 1, action=np.where(one.action == 2, 1, one.action)))(log(500, 1)),
        "The target may take action 2 in 500 decisions, and the log never did",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "words"), BAD.values(), ids=BAD)
def test_a_log_that_cannot_be_read_is_refused_in_one_sentence_and_nothing_is_claimed(
    make: Callable[[], Logs], words: str
) -> None:
    with pytest.raises(BadLogs) as told:
        score(make(), wanted(log(500, 1).features))
    assert words in str(told.value)
    assert isinstance(told.value, BadInput)
    assert str(told.value).count(". ") == 0


@pytest.mark.parametrize("wrong", [-0.1, np.nan, 0.9])
def test_a_target_that_is_no_distribution_is_refused_with_the_count(wrong: float) -> None:
    logs = log(500, 1)
    target = wanted(logs.features)
    target[4, 0] = wrong
    with pytest.raises(
        BadLogs, match="1 row is negative, missing or not adding up to 1 among the probabilities of the target"
    ):
        score(logs, target)


def test_a_missing_propensity_where_the_target_does_not_act_does_no_harm() -> None:
    logs = log(2_000, 2)
    target = np.zeros((2_000, ACTIONS + 1))
    target[:, 1] = 1.0
    unknown = np.where(logs.action == 0, logs.propensity, np.nan)

    assert score(log(2_000, 2, propensity=unknown), target) == score(logs, target)


def test_what_the_logs_policy_could_not_do_is_refused_with_the_count_when_all_propensities_are_logged() -> None:
    logs = log(2_000, 3)
    every = shares(logs.features)
    closed = logs.action != 1
    every[:50][closed[:50], 2] = 0.0
    every /= every.sum(axis=1, keepdims=True)

    with pytest.raises(BadLogs, match=f"In {int(closed[:50].sum())} of 2000 decisions the target may take an action"):
        score(log(2_000, 3, shares=every), wanted(logs.features))


def test_without_all_propensities_a_hole_shows_in_the_weights() -> None:
    logs = log(6_000, 4)
    kept = ~((logs.action == 0) & (logs.features[:, 0] > 0))
    holed = Logs(logs.features[kept], logs.action[kept], logs.propensity[kept], logs.reward[kept], ACTIONS, 0.0, 1.0)
    target = np.zeros((holed.rows, ACTIONS + 1))
    target[:, 1] = 1.0

    said = score(holed, target)

    assert "where 1 is due" in said.short[0]
    assert not may_act(said).allowed


def rare(size: int) -> tuple[Logs, FloatArray]:
    """A target that does what the log did in one decision of two hundred."""
    rng = np.random.default_rng(5)
    taken = rng.random(size) < 0.005
    logs = Logs(
        rng.normal(size=(size, 2)), taken.astype(np.int64), np.where(taken, 0.005, 0.995),
        (rng.random(size) < 0.3).astype(np.float64), 2, 0.0, 1.0,
    )  # fmt: skip
    target = np.zeros((size, 3))
    target[:, 2] = 1.0
    return logs, target


def test_too_small_an_effective_sample_tells_nothing_and_names_its_size() -> None:
    said = score(*rare(4_000))

    assert said.overlap.effective < 100
    assert said.label == "cannot tell"
    assert not said.estimates
    assert said.gain is None
    assert "count like" in said.short[0]
    assert may_act(said).reasons[0] == "Cannot tell."


def test_the_same_target_is_scored_once_the_log_is_long_enough() -> None:
    said = score(*rare(60_000))
    assert said.overlap.effective > 200
    assert set(said.estimates) == {"ips", "snips", "dm", "dr", "switch_dr"}


def test_a_policy_may_act_only_when_it_is_shown_to_be_better() -> None:
    rng = np.random.default_rng(6)
    action = rng.integers(0, 2, 5_000)
    logs = Logs(
        rng.normal(size=(5_000, 1)), action, np.full(5_000, 0.5),
        (rng.random(5_000) < np.where(action == 1, 0.3, 0.2)).astype(np.float64), 2, 0.0, 1.0,
    )  # fmt: skip

    def leave(share: float) -> tuple[bool, str]:
        target = np.tile([0.0, 1 - share, share], (5_000, 1))
        found = may_act(score(logs, target))
        return found.allowed, found.reasons[0]

    better, worse, same = leave(1.0), leave(0.0), leave(0.5)
    assert better[0]
    assert better[1].startswith("Better: per decision +0.0")
    assert not worse[0]
    assert worse[1].startswith("Worse: per decision -0.0")
    assert not same[0]
    assert same[1].startswith("Cannot tell")
    assert same[1].endswith("which includes 0.")


def test_the_direct_method_gives_no_interval() -> None:
    logs = log(2_000, 7)
    direct = score(logs, wanted(logs.features)).estimates["dm"]
    assert (direct.low, direct.high, direct.error) == (None, None, None)
