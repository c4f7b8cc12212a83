"""The planner's closed forms say on average what the twin does: per channel, with and without an offer.

Tolerances: 7 % of conversions and redemptions (10 % on-site, where who comes often tires more than the mean person),
12 % of the gross margin of what messages bring for the net margin. The world is planted: priors' means, but for three
times the clicks, so that few people show every path; 64 creatives, hours and days average out what has mean 1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pytest

from campaigns.contact import CONVERSION, REDEMPTION, ContactBatch
from campaigns.keys import contact_keys
from simulator.calendar import KEY, KIND
from simulator.channels import CHANNELS
from simulator.parameters import Parameters
from simulator.stage import Stage
from simulator.world import SimWorld
from tests.simulator.stagings import GUARD, START, TYPICAL
from tests.simulator.test_reference import DAY
from tests.simulator.test_reference import stage as lively
from tools.prediction import response as forms

PEOPLE, CREATIVES, WORLDS = 12_000, 64, 3
MESSAGES, GAP = 6, 4
PRICE, FACE = 2_500, 1_500_000
PLANTED: Parameters = replace(
    TYPICAL, **{f"click_{name}": 3 * getattr(TYPICAL, f"click_{name}") for name in CHANNELS}
)  # fmt: skip


@dataclass(frozen=True)
class Each:
    """Per message handed over: conversions, redemptions, conversions withheld, money paid and net margin (micros)."""

    conversions: float
    redemptions: float
    withheld: float
    paid: float
    net: float


@lru_cache(maxsize=1)
def crowd() -> Stage:
    """Like the reference's shoppers, but many, in one zone, and calmer."""
    small, rng = lively(0), np.random.default_rng(5)
    columns = {
        "person_key": rng.integers(1, 2**63, PEOPLE).astype(np.uint64),
        "conversion_rate": rng.gamma(2.0, 0.005, PEOPLE),
        "conversion_value_micros": rng.integers(2_000_000, 20_000_000, PEOPLE),
        "basket_value_micros": rng.integers(5_000_000, 60_000_000, PEOPLE),
        "responsiveness": rng.gamma(4.0, 0.25, PEOPLE),
        "basket_rate": rng.integers(0, 30, PEOPLE) / 84,
    }
    zeros = {
        name: np.zeros(PEOPLE, getattr(small.roster, name).dtype)
        for name in ("arm", "segment", "zone", "suppressed", "place", "age_from", "minor", "open_complaint")
    }
    roster = replace(
        small.roster, person_id=tuple(f"p{place}" for place in range(PEOPLE)), zones=("UTC",),
        consent=np.ones((PEOPLE, len(CHANNELS)), np.int16), pre_conversions=np.zeros(PEOPLE, np.int64),
        pre_margin_micros=np.zeros(PEOPLE, np.int64), **columns, **zeros,
    )  # fmt: skip
    return replace(small, roster=roster, end=START + (MESSAGES * GAP + 30) * DAY)


def of_channel(name: str, offer: bool) -> Stage:
    """The crowd before many creatives of one kind."""
    place = list(CHANNELS).index(name)
    keys = np.arange(CREATIVES).astype(np.uint64)
    return replace(
        crowd(), channel=np.full(CREATIVES, place, np.int16), quality_key=keys + np.uint64(99),
        tone_key=keys + np.uint64(999), personalised=np.zeros(CREATIVES, np.int64),
        has_offer=np.full(CREATIVES, offer), valid_days=np.full(CREATIVES, 14 if offer else 0),
        face_value_micros=np.full(CREATIVES, FACE if offer else 0),
    )  # fmt: skip


def lived(name: str, offer: bool, messages: int, worlds: int = WORLDS) -> Each:
    """What the twin makes of so many messages to everybody."""
    on, total = of_channel(name, offer), np.zeros(5)
    rows = np.arange(PEOPLE)
    for seed in range(worlds):
        world, rng = SimWorld(on, PLANTED, GUARD, seed), np.random.default_rng(seed)
        for slot in range(messages):
            at = START // DAY * DAY + (1 + slot * GAP) * DAY + (8 + (5 * slot + 4 * seed) % 13) * 3_600
            world.advance(datetime.fromtimestamp(at, UTC))
            world.respond(
                ContactBatch(
                    at=at, key=contact_keys(9, on.roster.person_key, slot), row=rows,
                    action=rng.integers(0, CREATIVES, PEOPLE).astype(np.int16), slot=np.full(PEOPLE, slot),
                    cell=np.zeros(PEOPLE, np.int16), propensity=np.ones(PEOPLE), cost_micros=np.full(PEOPLE, PRICE),
                    liability_micros=np.full(PEOPLE, FACE if offer and not slot else 0),
                )
            )  # fmt: skip
        world.advance(datetime.fromtimestamp(on.end, UTC))
        history, truth = world.history(), world.truth()
        bought = ((history[KIND] == CONVERSION) & (history[KEY] != 0)).sum()
        used = (history[KIND] == REDEMPTION).sum()
        total += [bought, used, world.lost().shape[1], truth.message_cost, truth.net]
    return Each(*(total / (worlds * messages * PEOPLE)).tolist())


def told(name: str, offer: bool, messages: int) -> tuple[Each, float]:
    """What the closed forms say of the same, and the gross margin of what a message brings."""
    roster, given, week = crowd().roster, asdict(PLANTED), 7 / GAP
    usual = roster.conversion_value_micros
    depth = forms.offer_depth(FACE, usual)
    reach = forms.expected_reach(name, roster.basket_rate, PRICE, messages, week, given) * np.ones(PEOPLE)
    mean = float(reach.mean())
    often = (max(messages * mean, 1.0), week * mean, roster.responsiveness, given, depth)
    bought = reach * forms.expected_conversions_per_contact(name, offer, *often)
    used = reach * forms.expected_redemptions_per_contact(name, roster.conversion_rate, *often) * offer
    annoyed = forms.expected_conversions_lost(roster.conversion_rate, messages * reach, week * reach, given) / messages
    left = (crowd().end - START) / DAY - 1.6 - (messages - 1) / 2 * GAP
    dropped = forms.expected_conversions_dropped(name, roster.conversion_rate, left, messages, week, given)
    paid = forms.expected_price(name, PRICE, reach, given)
    value = forms.expected_value_of_conversion(usual, roster.basket_value_micros, given, depth if offer else 0.0)
    lost, gross = annoyed + reach * dropped, 0.28 * bought * value
    net = gross - 0.28 * lost * usual - used * FACE - paid
    return Each(*(float(np.mean(column)) for column in (bought, used, lost, paid, net))), float(gross.mean())


@pytest.mark.parametrize("offer", [False, True])
@pytest.mark.parametrize(
    ("name", "messages"),
    [*((name, 1) for name in CHANNELS), *((name, MESSAGES) for name in CHANNELS if name != "ads")],
)
def test_the_closed_forms_are_the_twins_means(name: str, offer: bool, messages: int) -> None:
    twin, (said, gross) = lived(name, offer, messages), told(name, offer, messages)

    count = twin.conversions * PEOPLE * WORLDS * messages
    luck = 4 / np.sqrt(count)
    share = 0.10 if name == "onsite" else 0.07
    assert said.conversions == pytest.approx(twin.conversions, rel=share + luck)
    assert said.redemptions == pytest.approx(twin.redemptions, rel=share + luck)
    assert said.withheld == pytest.approx(
        twin.withheld, rel=0.07 + 4 / np.sqrt(twin.withheld * PEOPLE * WORLDS * messages)
    )
    assert said.paid == pytest.approx(twin.paid, rel=0.05)
    assert said.net == pytest.approx(twin.net, abs=(0.12 + 2 * luck) * gross)
