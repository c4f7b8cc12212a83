"""The alarm sees a split that is off, and may be asked at every tick."""

from __future__ import annotations

from math import comb, exp

import numpy as np
import pytest

from tools.experiment.errors import ExperimentError
from tools.experiment.srm import ALARM_ALPHA, alarm, log_evidence


def test_a_planted_52_to_48_split_of_20_000_is_alarmed_and_an_even_one_is_not() -> None:
    planted, even = alarm([10_400, 9_600], [0.5, 0.5]), alarm([10_070, 9_930], [0.5, 0.5])
    assert planted.alarmed
    assert "not as planned" in planted.words
    assert not even.alarmed
    assert even.p == 1.0


def test_evidence_has_an_expectation_of_one_under_the_plan() -> None:
    n, share = 40, 0.3
    total = sum(
        comb(n, k) * share**k * (1 - share) ** (n - k) * exp(float(log_evidence([k, n - k], [share, 1 - share])))
        for k in range(n + 1)
    )
    assert total == pytest.approx(1.0, abs=1e-9)


def test_two_hundred_looks_at_fair_splits_alarm_no_more_often_than_stated() -> None:
    rng, shares = np.random.default_rng(4), [0.75, 0.2, 0.05]
    counts = np.cumsum(rng.multinomial(100, shares, (4_000, 200)), 1)
    assert (log_evidence(counts, shares) >= -np.log(ALARM_ALPHA)).any(1).mean() <= ALARM_ALPHA


def test_nobody_yet_is_no_alarm_and_somebody_in_an_arm_without_a_share_is() -> None:
    assert alarm([0, 0], [0.5, 0.5]).p == 1.0
    assert alarm([5, 4, 1], [0.5, 0.5, 0.0]).alarmed


@pytest.mark.parametrize(
    ("counts", "shares", "alpha"),
    [
        ([1, 2], [1.0], 0.005),
        ([-1, 2], [0.5, 0.5], 0.005),
        ([1, float("nan")], [0.5, 0.5], 0.005),
        ([1, 2], [0.5, 0.6], 0.005),
        ([1, 2], [float("nan"), 0.5], 0.005),
        ([1, 2], [0.5, 0.5], 0.0),
    ],
)
def test_counts_shares_and_alphas_that_are_none_are_refused(counts: list, shares: list, alpha: float) -> None:
    with pytest.raises(ExperimentError):
        alarm(counts, shares, alpha)
