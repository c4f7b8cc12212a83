from __future__ import annotations

import numpy as np
import pytest

from campaigns.creative import NO_CONTACT
from campaigns.keys import person_keys
from delivery.decide import Decider, dearest_first
from delivery.roster import Roster
from delivery.values import Values
from tests.builders import plan, snapshot

PLAN = plan()
ROSTER = Roster.build(PLAN, snapshot())
ROWS = np.arange(ROSTER.size)
RESTED = np.zeros(ROSTER.size, np.int64)


def decider(explore: float = 0.1, seed: int = 1) -> Decider:
    return Decider(Values.build(PLAN, ROSTER), explore, seed)


def everything() -> np.ndarray:
    return np.ones((ROSTER.size, len(PLAN.creatives)), bool)


def test_logged_propensities_are_the_frequencies_with_which_actions_are_chosen() -> None:
    chooser = decider()
    one = np.zeros(60_000, np.int64)
    keys = person_keys(str(number) for number in range(len(one)))

    choice = chooser.choose(one, keys, one, np.ones((len(one), len(PLAN.creatives)), bool))

    for action in np.unique(choice.action):
        chosen = choice.action == action
        assert chosen.mean() == pytest.approx(choice.propensity[chosen][0], abs=4 * 0.5 / np.sqrt(len(one)))


def test_a_channel_that_is_not_allowed_is_never_chosen() -> None:
    allowed = everything()
    allowed[:, 0] = False

    choice = decider(explore=1.0).choose(ROWS, ROSTER.person_key, RESTED, allowed)

    assert not (choice.action == 0).any()
    assert (choice.action == NO_CONTACT).any()
    assert (choice.propensity > 0).all()


def test_a_creative_with_many_clicks_gains_share_and_one_without_fades() -> None:
    chooser = decider(explore=0.05)
    before = np.bincount(chooser.choose(ROWS, ROSTER.person_key, RESTED, everything()).action + 1, minlength=5)

    chooser.learn(np.repeat(np.array([0, 1], np.int16), 3_000), np.repeat(np.int16(1), 240))
    after = np.bincount(chooser.choose(ROWS, ROSTER.person_key, RESTED, everything()).action + 1, minlength=5)

    assert after[1] < before[1]
    assert after[2] > before[2]


def test_recent_messages_lower_the_value_of_another_one() -> None:
    chooser = decider()

    rested = chooser.expected(ROWS, RESTED)
    tired = chooser.expected(ROWS, RESTED + 2)

    assert tired.max(axis=0).mean() < rested.max(axis=0).mean()


def test_contacts_come_most_valuable_first_and_leave_out_those_not_contacted() -> None:
    choice = decider(explore=0.5).choose(ROWS, ROSTER.person_key, RESTED, everything())

    places = dearest_first(choice)

    assert (np.diff(choice.value[places]) <= 0).all()
    assert set(places) == set(np.flatnonzero(choice.action != NO_CONTACT))


def test_same_seed_same_choices_and_another_seed_others() -> None:
    first = decider(explore=0.5).choose(ROWS, ROSTER.person_key, RESTED, everything())
    again = decider(explore=0.5).choose(ROWS, ROSTER.person_key, RESTED, everything())
    other = decider(explore=0.5, seed=2).choose(ROWS, ROSTER.person_key, RESTED, everything())

    assert np.array_equal(first.action, again.action)
    assert not np.array_equal(first.action, other.action)
