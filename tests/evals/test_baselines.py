from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from campaigns.creative import NO_CONTACT
from delivery.decide import Asked, Chooser
from delivery.roster import Roster
from delivery.values import Values
from evals.baselines import Oracle, blast, nothing, segment_rules
from simulator.parameters import Parameters
from simulator.randomness import Purpose, draw, streams
from simulator.stage import Stage
from tests.builders import NOW, plan, snapshot
from tools.prediction.priors import means

PLAN = plan()
ROSTER = Roster.build(PLAN, snapshot())
ROWS = np.arange(ROSTER.size)
RESTED = np.zeros(ROSTER.size, np.int64)
OPEN = np.ones((ROSTER.size, len(PLAN.creatives)), bool)
TRUTH = Parameters(
    **means(), season_level=1.0, value_level=1.0, dispersion=1.0, value_log_sd=0.6, delay_log_mean=1.0, delay_log_sd=0.8
)
STAGE = Stage.build(PLAN, ROSTER, NOW, datetime(2017, 12, 4, tzinfo=UTC))


def asked(allowed: np.ndarray) -> Asked:
    return Asked(0, 0, ROWS, ROSTER.person_key, RESTED, allowed)


def chosen_by(chooser: Chooser) -> np.ndarray:
    return chooser.choose(asked(OPEN)).action


def oracle(truth: Parameters, price: float = 0.0) -> Oracle:
    return Oracle.knowing(STAGE, Values.build(PLAN, ROSTER), truth, seed=4, price=price)


def test_nothing_contacts_nobody_and_a_blast_everybody_with_the_offer() -> None:
    assert (chosen_by(nothing(ROSTER)) == NO_CONTACT).all()
    assert {PLAN.creatives[action].offer_id for action in chosen_by(blast(PLAN, ROSTER))} == {"one_off"}


def test_segment_rules_leave_the_lowest_tier_alone() -> None:
    action = chosen_by(segment_rules(PLAN, ROSTER))
    low = ROSTER.segment == ROSTER.segments.index("low")

    assert (action[low] == NO_CONTACT).all()
    assert (action[~low] != NO_CONTACT).all()


def test_a_blast_respects_a_closed_channel() -> None:
    closed = OPEN.copy()
    closed[:, :] = False

    action = blast(PLAN, ROSTER).choose(asked(closed)).action

    assert (action == NO_CONTACT).all()


def test_the_oracle_leaves_sleeping_dogs_alone_and_writes_to_most_others() -> None:
    truth = replace(TRUTH, sleeping_dog_share=0.4, sleeping_dog_loss=0.9)
    dogs = draw(streams(4, ROSTER.person_key), 0, Purpose.DOG) < truth.sleeping_dog_share

    action = chosen_by(oracle(truth))

    assert (action[dogs] == NO_CONTACT).all()
    assert (action[~dogs] != NO_CONTACT).mean() > 0.8


def test_the_oracle_contacts_nobody_when_no_message_works() -> None:
    assert (chosen_by(oracle(replace(TRUTH, click_email=0.0, click_push=0.0))) == NO_CONTACT).all()


def test_a_higher_price_of_attention_means_fewer_contacts() -> None:
    free, dear = chosen_by(oracle(TRUTH)), chosen_by(oracle(TRUTH, price=50_000.0))

    assert (dear != NO_CONTACT).sum() < (free != NO_CONTACT).sum()
