from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaigns.contact import REDEMPTION, UNSUBSCRIBE, ContactBatch
from campaigns.experiment import HOLDOUT, TREATED
from campaigns.money import Money
from simulator.breaches import breaches
from simulator.calendar import events
from tests.builders import brief, plan
from tests.simulator.stagings import START, letters, stage

STAGE = stage(300)
TREATED_ROWS = np.flatnonzero(STAGE.roster.arm == TREATED)[:40]
NOTHING = events(np.zeros(0, np.int64), 0, np.zeros(0, np.int64))
NOON = 2 + 17 / 24


def at(slot: int, days: float, rows: np.ndarray = TREATED_ROWS) -> ContactBatch:
    return letters(STAGE, rows, slot, action=0, days=days)


def test_an_innocent_run_breaks_nothing() -> None:
    sent = [at(0, NOON), at(1, NOON + 3), at(2, NOON + 7)]
    assert breaches(plan(), STAGE, sent, NOTHING) == ()
    assert breaches(plan(), STAGE, [], NOTHING) == ()


@pytest.mark.parametrize(
    ("sent", "broken"),
    [
        ([at(0, NOON, np.flatnonzero(STAGE.roster.arm == HOLDOUT)[:1])], "holdout"),
        ([at(0, NOON), at(1, NOON + 3), at(2, NOON + 6.99)], "frequency_cap"),
        ([at(0, 2.2)], "quiet_hours"),
        ([at(0, NOON + 60)], "expiry"),
        ([at(0, NOON), at(0, NOON + 4)], "duplicate"),
    ],
)
def test_each_breach_is_seen(sent: list[ContactBatch], broken: str) -> None:
    assert breaches(plan(), STAGE, sent, NOTHING) == (broken,)


def test_a_contact_after_somebody_left_or_without_consent_is_a_breach() -> None:
    left = events(np.array([START + 3 * 86_400]), UNSUBSCRIBE, TREATED_ROWS[:1])
    assert breaches(plan(), STAGE, [at(0, NOON)], left) == ()
    assert breaches(plan(), STAGE, [at(0, NOON + 4)], left) == ("consent",)
    never = replace(STAGE, roster=replace(STAGE.roster, consent=STAGE.roster.consent * 0 - 1))
    assert breaches(plan(), never, [at(0, NOON)], NOTHING) == ("consent",)


def test_a_person_twice_in_one_batch_is_a_duplicate_and_counts_twice_for_the_cap() -> None:
    twice = np.repeat(TREATED_ROWS[:3], 2)
    assert breaches(plan(), STAGE, [at(0, NOON, twice)], NOTHING) == ("duplicate",)
    one = plan(brief_=brief(max_contacts_per_week=1))
    assert breaches(one, STAGE, [at(0, NOON, twice)], NOTHING) == ("frequency_cap", "duplicate")


def test_the_order_in_which_batches_are_given_changes_nothing() -> None:
    sent = [at(2, NOON + 6.99), at(0, NOON), at(1, NOON + 3)]
    assert breaches(plan(), STAGE, sent, NOTHING) == ("frequency_cap",)


def test_redemptions_count_against_the_budget() -> None:
    tight = plan(brief_=brief(budget=Money(amount_micros=1_000_000, currency="USD")))
    redeemed = events(np.array([START]), REDEMPTION, TREATED_ROWS[:1], cost=np.array([1_000_000]))
    assert breaches(tight, STAGE, [at(0, NOON)], NOTHING) == ()
    assert breaches(tight, STAGE, [at(0, NOON)], redeemed) == ("budget",)
