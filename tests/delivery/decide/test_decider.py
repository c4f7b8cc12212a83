from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaigns.contact import CLICK, CONVERSION, REDEMPTION
from campaigns.creative import NO_CONTACT
from campaigns.keys import person_keys
from delivery.decide import Answers, Arms, Asked, Choice, Decider, Sent, dearest_first, house
from delivery.decide.decider import attention_used_up
from delivery.roster import Roster
from delivery.schedule import ticks
from delivery.values import Values
from tests.builders import NOW, plan, snapshot

PLAN = plan()
ROSTER = Roster.build(PLAN, snapshot())
VALUES = Values.build(PLAN, ROSTER)
ROWS = np.arange(ROSTER.size)
RESTED = np.zeros(ROSTER.size, np.int64)
FIRST = ticks(PLAN, ROSTER.zones, NOW)[0]
DAY = 86_400


def decider(explore: float = 0.1, seed: int = 1) -> Decider:
    return Decider(VALUES, Arms.of(PLAN, ROSTER.zones), house(explore), seed)


def asked(days: float = 0, slot: int = 0, sends_7d: np.ndarray = RESTED, allowed: np.ndarray | None = None) -> Asked:
    open_to = np.ones((ROSTER.size, len(PLAN.creatives)), bool) if allowed is None else allowed
    return Asked(FIRST.at + int(days * DAY), slot, ROWS, ROSTER.person_key, sends_7d, open_to)


def teach(chooser: Decider, action: int, messages: int, clicks: int, orders: int = 0, redeemed: int = 0) -> None:
    """Messages of one action to typical people at the first occurrence, and what they answered."""
    rows = np.resize(np.argsort(np.abs(ROSTER.responsiveness - 1))[:20], messages)
    actions = np.full(messages, action, np.int16)
    chooser.sent(Sent(0, rows, actions, np.zeros(messages, np.int64)))
    kind = np.repeat(np.array([CLICK, CONVERSION, REDEMPTION], np.int16), [clicks, orders, redeemed])
    whose = np.resize(rows, len(kind))
    chooser.answered(
        Answers(
            kind=kind,
            rows=whose,
            actions=np.full(len(kind), action, np.int16),
            slots=np.zeros(len(kind), np.int64),
            margin_micros=np.where(kind == CONVERSION, 3_000_000, 0),
            cost_micros=np.where(kind == REDEMPTION, 2_000_000, 0),
        )
    )


def share(choice: Choice, action: int) -> float:
    return float((choice.action == action).mean())


def test_logged_propensities_are_the_frequencies_with_which_actions_are_chosen() -> None:
    many = 60_000
    one, keys = np.zeros(many, np.int64), person_keys(str(number) for number in range(many))

    choice = decider().choose(Asked(FIRST.at, 0, one, keys, one, np.ones((many, len(PLAN.creatives)), bool)))

    assert len(np.unique(choice.action)) > 2
    for action in np.unique(choice.action):
        chosen = choice.action == action
        assert chosen.mean() == pytest.approx(choice.propensity[chosen][0], abs=4 * 0.5 / np.sqrt(many))


def test_the_probabilities_of_everything_come_when_they_are_asked_for_and_change_nothing() -> None:
    some = np.arange(ROSTER.size)[::3]
    whole = replace(asked(), whole=True)

    plain, told = decider().choose(asked()), decider().choose(whole)

    assert plain.shares is None
    assert plain.action.tolist() == told.action.tolist()
    assert told.shares is not None
    assert told.shares.shape == (ROSTER.size, len(PLAN.creatives) + 1)
    assert told.shares.sum(axis=1) == pytest.approx(1)
    assert (told.shares[ROWS, told.action + 1] == told.propensity).all()
    assert (told.take(some).shares == told.shares[some]).all()


def test_decisions_of_more_people_than_a_block_holds_keep_their_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = replace(asked(), whole=True)
    at_once = decider().choose(whole)
    monkeypatch.setattr("delivery.decide.decider.BLOCK", 7)

    in_parts = decider().choose(whole)

    assert at_once.shares is not None
    assert in_parts.shares is not None
    assert in_parts.shares == pytest.approx(at_once.shares)


def test_a_channel_that_is_not_allowed_is_never_chosen() -> None:
    allowed = np.ones((ROSTER.size, len(PLAN.creatives)), bool)
    allowed[:, 0] = False

    choice = decider(explore=1.0).choose(asked(allowed=allowed))

    assert not (choice.action == 0).any()
    assert (choice.action == NO_CONTACT).any()
    assert (choice.propensity > 0).all()


def test_where_every_action_is_masked_nobody_is_contacted_for_certain() -> None:
    choice = decider(explore=0.5).choose(asked(allowed=np.zeros((ROSTER.size, len(PLAN.creatives)), bool)))

    assert (choice.action == NO_CONTACT).all()
    assert (choice.propensity == 1).all()
    assert (choice.value == 0).all()


def test_a_creative_with_many_clicks_gains_share_and_one_without_fades() -> None:
    chooser = decider(explore=0.05)
    before = chooser.choose(asked(days=7, slot=2))

    for action, clicks in ((0, 0), (1, 240)):
        teach(chooser, action, 3_000, clicks, orders=clicks // 4)
    after = chooser.choose(asked(days=7, slot=2))

    assert share(after, 0) < share(before, 0)
    assert share(after, 1) > share(before, 1)


def test_a_click_winner_whose_orders_bring_less_is_not_promoted() -> None:
    """Twice the clicks of its rival and a third of the margin per click: less margin per message."""
    chooser = decider(explore=0.05)

    teach(chooser, 1, 6_000, 300, orders=17)
    teach(chooser, 3, 6_000, 144, orders=24)
    believed, _ = chooser.now(FIRST.at + 7 * DAY)

    clicks, orders = believed.mean[0], believed.mean[1]
    arms = [action * chooser.arms.moments for action in (1, 3)]
    assert clicks[arms[0]] > 1.4
    assert orders[arms[0]] < 0.7 * orders[arms[1]]
    assert share(chooser.choose(asked(days=7, slot=2)), 1) < share(decider(0.05).choose(asked(days=7, slot=2)), 1)


def test_offers_used_more_than_expected_lower_the_value_of_their_action() -> None:
    spared, used = decider(), decider()
    teach(spared, 1, 3_000, 120, orders=20, redeemed=20)
    teach(used, 1, 3_000, 120, orders=20, redeemed=110)

    at, slot = FIRST.at + 28 * DAY, 8
    worth = [one.reckon(at, slot).mean[2] @ one.columns_of(ROWS[:1], RESTED[:1])[0] for one in (spared, used)]

    assert worth[1] < worth[0]


def test_what_had_no_time_to_show_is_not_missed() -> None:
    """No orders five minutes after the clicks say nothing; none after two weeks do."""
    chooser = decider()
    teach(chooser, 1, 3_000, 130)

    soon, late = (
        chooser.now(FIRST.at + int(hours * 3_600))[0].mean[1][chooser.arms.moments] for hours in (1 / 12, 14 * 24)
    )

    assert soon == pytest.approx(1, abs=0.05)
    assert late < 0.75


def test_old_observations_fade() -> None:
    chooser = decider()
    teach(chooser, 1, 3_000, 300, orders=60)

    near, far = (chooser.now(FIRST.at + days * DAY)[0].mean[0][chooser.arms.moments] for days in (7, 400))

    assert near > 1.4
    assert 1 <= far < near - 0.1


def test_a_new_creative_learns_from_one_that_shares_its_channel() -> None:
    chooser = decider()
    teach(chooser, 0, 6_000, 50)

    clicks = chooser.now(FIRST.at + 7 * DAY)[0].mean[0].reshape(chooser.arms.actions, -1)[:, 0]

    email, push = [creative.channel == "email" for creative in PLAN.creatives].index(True, 1), 2
    assert clicks[0] < 0.6
    assert clicks[email] < 0.8
    assert clicks[push] == pytest.approx(1, abs=0.05)


def test_the_control_group_takes_back_what_messages_are_wrongly_credited_with() -> None:
    chooser = decider()
    teach(chooser, 1, 3_000, 120, orders=400)

    none, some = (chooser.now(FIRST.at + 7 * DAY, (more, 40.0))[1] for more in (0.0, 400.0))

    assert none < 0.3
    assert some == pytest.approx(1, abs=0.01)
    assert chooser.now(FIRST.at + 7 * DAY)[1] == 1


def test_recent_messages_lower_the_value_of_another_one() -> None:
    choice, tired = decider().choose(asked()), decider().choose(asked(sends_7d=RESTED + 2))

    assert (tired.action == NO_CONTACT).mean() >= (choice.action == NO_CONTACT).mean()
    assert tired.value.mean() < choice.value.mean()


def test_a_message_is_charged_with_the_tiredness_it_leaves_and_the_last_one_is_not() -> None:
    used = attention_used_up(np.array([0, 3, 7, 30]) * DAY, 0.18, 0.5)

    assert used[0] > used[1] > used[2] == used[3] == 0
    assert used[0] == pytest.approx(0.5 * (1 - np.exp(-0.18)) * (2 ** (-3 / 5) + 2 ** (-7 / 5)))


def test_contacts_come_most_valuable_first_and_leave_out_those_not_contacted() -> None:
    choice = decider(explore=0.5).choose(asked())

    places = dearest_first(choice)

    assert (np.diff(choice.value[places]) <= 0).all()
    assert set(places) == set(np.flatnonzero(choice.action != NO_CONTACT))


def test_same_seed_same_choices_and_another_seed_others() -> None:
    first, again, other = (decider(0.5, seed).choose(asked()) for seed in (1, 1, 2))

    assert np.array_equal(first.action, again.action)
    assert not np.array_equal(first.action, other.action)


def test_what_was_learnt_does_not_depend_on_the_order_of_events() -> None:
    one, other = decider(), decider()
    for chooser, order in ((one, (0, 1, 3)), (other, (3, 1, 0))):
        for action in order:
            teach(chooser, action, 100 + action, 9 + action, orders=action)

    first, second = one.choose(asked(days=3, slot=1)), other.choose(asked(days=3, slot=1))

    assert np.array_equal(first.action, second.action)
    assert np.array_equal(first.propensity, second.propensity)
