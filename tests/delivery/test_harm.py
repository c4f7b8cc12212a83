from __future__ import annotations

import numpy as np
import pytest

from campaigns.contact import CONVERSION, OutcomeBatch
from campaigns.experiment import HOLDOUT, TREATED
from delivery.harm import ALPHA, HarmWatch

ARM = np.array([TREATED] * 500 + [HOLDOUT] * 500, np.int16)
LOOKS = 12


def conversions(rng: np.random.Generator, treated_rate: float, holdout_rate: float) -> OutcomeBatch:
    rates = np.where(ARM == TREATED, treated_rate, holdout_rate) / LOOKS
    rows = np.repeat(np.arange(len(ARM)), rng.poisson(rates))
    none = np.zeros(len(rows), np.int64)
    return OutcomeBatch(np.full(len(rows), CONVERSION, np.int16), rows, none, none.astype(np.uint64), none, none, none)


def stops(treated_rate: float, holdout_rate: float, campaigns: int) -> float:
    rng = np.random.default_rng(11)
    stopped = 0
    for _ in range(campaigns):
        watch = HarmWatch(ARM)
        for look in range(LOOKS):
            watch.add(conversions(rng, treated_rate, holdout_rate))
            if watch.shows_harm((look + 1) / LOOKS):
                stopped += 1
                break
    return stopped / campaigns


def test_harmless_campaigns_are_stopped_no_more_often_than_stated_however_often_one_looks() -> None:
    assert stops(0.2, 0.2, 1_000) <= ALPHA + 2 * np.sqrt(ALPHA * (1 - ALPHA) / 1_000)


def test_a_campaign_that_halves_purchases_is_stopped() -> None:
    assert stops(0.1, 0.2, 200) > 0.9


def test_a_campaign_that_helps_is_not_stopped() -> None:
    assert stops(0.3, 0.2, 200) == 0.0


@pytest.mark.parametrize("rate", [0.0, 0.004])
def test_a_handful_of_conversions_stops_nothing(rate: float) -> None:
    watch = HarmWatch(ARM)

    watch.add(conversions(np.random.default_rng(1), 0.0, rate))

    assert not watch.shows_harm(1.0)
