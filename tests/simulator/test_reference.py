"""The fast twin is the naive twin: customer by customer, event by event, cent by cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.contact import CLICK, COMPLAINT, CONVERSION, OPEN, REDEMPTION, UNSUBSCRIBE, ContactBatch
from campaigns.keys import contact_keys
from delivery.roster import Roster
from evals.bench.luck import Keyed, Plain
from evals.bench.naive import Lived, inboxes, live
from evals.bench.naive_customer import Happening
from simulator.calendar import Events
from simulator.channels import CHANNELS
from simulator.parameters import OFF, Parameters, draws
from simulator.stage import Stage
from simulator.world import SimWorld
from tests.builders import ZONES
from tests.simulator.stagings import BELIEF, GUARD, START, TYPICAL

PEOPLE, DAYS, DAY = 300, 30, 86_400
NAMES = tuple(CHANNELS)
ALL_ON = replace(
    TYPICAL,
    **dict.fromkeys((f"attention_{name}" for name in NAMES), 0.7),
    **dict.fromkeys((f"click_{name}" for name in NAMES), 0.5),
    convert_offer=0.6, convert_plain=0.5, incremental_share=0.6, halo_trip_share=0.4, sleeping_dog_share=0.2,
    unsubscribe_per_contact=0.02, complaint_per_contact=0.01, word_of_mouth=0.9, shock_rate=0.2, hour_swing=0.4, device_gap=0.3,
    churn_loss=0.5, precision_annoyance=0.2, competing_bid_micros=1_500.0, auction_pressure=0.5, visits_per_basket=2.0,
    weekday=(0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.0), weekday_attention=(1.2, 1.1, 1.0, 1.0, 0.9, 0.8, 1.0),
    month=(0.7, 0.9, 1.1, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 1.1, 1.6),
    hour=(0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 0.8, 1.0, 1.3, 1.5, 1.6, 1.7, 1.6, 1.5, 1.4, 1.5, 1.7, 1.9, 1.8, 1.5, 1.0, 0.6, 0.3),
)  # fmt: skip
"""Every effect at work, and so strongly that a few hundred people show each path."""


PRIOR_DRAWS = draws(BELIEF, 64, 11)


@lru_cache(maxsize=4)
def stage(seed: int = 0) -> Stage:
    """Five channels, each with two tones, with and without an offer, before lively shoppers."""
    rng = np.random.default_rng(seed)
    actions = 4 * len(NAMES)
    place = np.arange(actions)
    roster = Roster(
        person_id=tuple(f"p{number}" for number in range(PEOPLE)),
        person_key=rng.integers(1, 2**63, PEOPLE).astype(np.uint64),
        arm=np.zeros(PEOPLE, np.int16),
        segments=("all",),
        segment=np.zeros(PEOPLE, np.int16),
        zones=ZONES,
        zone=rng.integers(0, len(ZONES), PEOPLE).astype(np.int16),
        channels=NAMES,
        consent=np.ones((PEOPLE, len(NAMES)), np.int16),
        suppressed=np.zeros(PEOPLE, np.int16),
        conversion_rate=rng.gamma(0.8, 0.15, PEOPLE) * (rng.random(PEOPLE) < 0.95),
        conversion_value_micros=rng.integers(1_000_000, 20_000_000, PEOPLE),
        basket_value_micros=rng.integers(5_000_000, 60_000_000, PEOPLE),
        responsiveness=rng.gamma(4.0, 0.25, PEOPLE),
        pre_conversions=np.zeros(PEOPLE, np.int64),
        pre_margin_micros=np.zeros(PEOPLE, np.int64),
        places=(),
        place=np.zeros(PEOPLE, np.int16),
        age_from=np.zeros(PEOPLE, np.int16),
        minor=np.zeros(PEOPLE, bool),
        open_complaint=np.zeros(PEOPLE, bool),
        basket_rate=rng.integers(0, 30, PEOPLE) / 84,
    )
    offer = place % 2 == 1
    return Stage(
        plan_hash="reference", roster=roster, channels=NAMES, channel=(place // 4).astype(np.int16),
        quality_key=(place + 77).astype(np.uint64), tone_key=(place // 2 % 2 + 5).astype(np.uint64),
        personalised=place % 3, has_offer=offer, valid_days=np.where(offer, 3 + place, 0),
        face_value_micros=np.where(offer, 1_500_000, 0), margin_rate=0.28, start=START, end=START + DAYS * DAY,
    )  # fmt: skip


def schedule(on: Stage, luck: int, moments: Sequence[int], share: float) -> list[ContactBatch]:
    """At each of these seconds after the start a message to a share of the people, each by an action of its own."""
    rng = np.random.default_rng(luck)
    found, holders = [], np.zeros(PEOPLE, bool)
    for slot, second in enumerate(sorted(moments)):
        rows = rng.permutation(np.flatnonzero(rng.random(PEOPLE) < share))
        action = rng.integers(0, len(on.channel), len(rows)).astype(np.int16)
        new = on.has_offer[action] & ~holders[rows]
        holders[rows[new]] = True
        found.append(
            ContactBatch(
                at=on.start + second, key=contact_keys(9, on.roster.person_key[rows], slot), row=rows, action=action,
                slot=np.full(len(rows), slot, np.int64), cell=np.zeros(len(rows), np.int16), propensity=np.ones(len(rows)),
                cost_micros=rng.integers(500, 4_000, len(rows)), liability_micros=np.where(new, 1_000_000 + rows, 0),
            )
        )  # fmt: skip
    return found


def hours(seed: int, days: int = DAYS) -> list[int]:
    """Three moments a day, some of them at full hours."""
    rng = np.random.default_rng(seed)
    return [int(day * DAY + second) for day in range(days) for second in (36_000, *rng.integers(0, DAY, 2))]


def moments_of(seed: int, count: int, grain: int) -> list[int]:
    """So many moments of the month, each on a whole second, minute or hour."""
    return (np.random.default_rng(seed).integers(0, DAYS * DAY // grain, count) * grain).tolist()


def columns(found: Sequence[Happening]) -> Events:
    """The happenings of a naive twin as the fast twin's events, instants, kinds and people in order."""
    block = np.array([one[:7] for one in found], object).reshape(-1, 7).T
    block[3] = [int(key) - 2**64 if key >= 2**63 else key for key in block[3]]
    return sorted_fully(block.astype(np.int64))


def sorted_fully(block: Events) -> Events:
    return block[:, np.lexsort(block[::-1])]


def both(on: Stage, parameters: Parameters, seed: int, batches: Sequence[ContactBatch]) -> tuple[SimWorld, Lived]:
    """The same contacts in the fast world and in the naive one."""
    fast = SimWorld(on, parameters, GUARD, seed)
    for batch in batches:
        fast.advance(datetime.fromtimestamp(batch.at, UTC))
        fast.respond(batch)
    fast.advance(datetime.fromtimestamp(on.end, UTC))
    return fast, live(on, parameters, Keyed(seed), inboxes(batches))


def assert_equal(fast: SimWorld, naive: Lived) -> None:
    """Every event (instant, kind, person, message, revenue, margin, cost), every loss, every total."""
    for name, left, right in (
        ("history", fast.history(), naive.own + naive.caused),
        ("lost", fast.lost(), naive.lost),
    ):
        left, expected = sorted_fully(left), columns(right)
        assert left.shape == expected.shape, f"{name}: {left.shape[1]} events, the reference has {expected.shape[1]}"
        wrong = np.flatnonzero((left != expected).any(axis=0))
        assert not len(wrong), f"{name}: {len(wrong)} differ, first {left[:, wrong[0]]} for {expected[:, wrong[0]]}"
    assert fast.truth() == naive.truth()


@pytest.mark.parametrize("seed", [1, 2017, 2**63 + 5])
def test_with_every_effect_at_work_the_fast_twin_is_the_naive_one_to_the_cent(seed: int) -> None:
    on = stage(seed % 3)
    fast, naive = both(on, ALL_ON, seed, schedule(on, seed % 1_000, hours(seed % 1_000), 0.4))
    assert_equal(fast, naive)
    kinds = {one[1] for one in naive.caused}
    assert kinds == {OPEN, CLICK, CONVERSION, REDEMPTION, UNSUBSCRIBE, COMPLAINT}
    assert len(naive.lost) > 20 < sum(one[1] == CONVERSION and one[3] == 0 for one in naive.caused)


def test_what_becomes_visible_day_by_day_is_the_same_too() -> None:
    on, batches = stage(), schedule(stage(), 4, hours(4), 0.3)
    fast = SimWorld(on, ALL_ON, GUARD, 4)
    naive = live(on, ALL_ON, Keyed(4), inboxes(batches))
    happened = naive.own + naive.caused
    for since in range(on.start, on.end, 3 * DAY):
        until = since + 3 * DAY
        for batch in batches:
            if since < batch.at <= until:
                fast.advance(datetime.fromtimestamp(batch.at, UTC))
                fast.respond(batch)
        fast.advance(datetime.fromtimestamp(until, UTC))
        seen = fast.outcomes(datetime.fromtimestamp(since, UTC))
        block = np.array(
            [
                seen.at,
                seen.kind,
                seen.row,
                seen.key.view(np.int64),
                seen.revenue_micros,
                seen.margin_micros,
                seen.cost_micros,
            ]
        )
        expected = columns([one for one in happened if since < one[0] + one[7] <= until])
        assert expected.shape[1] > 100
        assert np.array_equal(sorted_fully(block), expected)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    drawn=st.integers(0, 63),
    off=st.sets(st.sampled_from(sorted(set(OFF) - {"word_of_mouth"}))),
    changes=st.fixed_dictionaries(
        {},
        optional={
            "click_shape": st.sampled_from(["odds", "threshold", "saturating"]),
            "word_of_mouth": st.floats(0.1, 3.0),
            "sleeping_dog_share": st.floats(0.0, 0.6),
            "unsubscribe_per_contact": st.floats(0.0, 0.2),
            "fatigue_per_contact": st.floats(0.01, 2.0),
            "incremental_share": st.floats(0.0, 1.0),
            "dispersion": st.floats(0.05, 5.0),
            "attention_ads": st.floats(0.2, 1.0),
            "month": st.tuples(*[st.floats(0.2, 2.0)] * 12),
            "hour": st.tuples(*[st.floats(0.02, 3.0)] * 24),
        },
    ),
    moments=st.builds(moments_of, st.integers(0, 99), st.integers(0, 60), st.sampled_from([1, 60, 3_600])),
    share=st.floats(0.05, 1.0),
)
def test_so_it_is_for_any_parameters_and_any_schedule(
    seed: int, drawn: int, off: set[str], changes: dict[str, object], moments: list[int], share: float
) -> None:
    on = stage(seed % 2)
    parameters = replace(PRIOR_DRAWS[drawn], **{name: OFF[name] for name in off}, **changes)
    fast, naive = both(on, parameters, seed, schedule(on, seed % 999, moments, share))
    assert_equal(fast, naive)


def test_a_broken_effect_is_noticed() -> None:
    on, batches = stage(), schedule(stage(), 6, hours(6, 10), 0.4)
    fast, _ = both(on, ALL_ON, 6, batches)
    for changed in (
        {"fatigue_halflife_days": ALL_ON.fatigue_halflife_days * 1.01}, {"delay_log_sd": ALL_ON.delay_log_sd + 1e-6},
        {"taste_spread": 0.0}, {"churn_loss": 0.49}, {"price_elasticity": ALL_ON.price_elasticity * 1.000001},
        {"month": (*ALL_ON.month[:9], 0.81, *ALL_ON.month[10:])}, {"hour": ALL_ON.hour[::-1]},
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            assert_equal(fast, live(on, replace(ALL_ON, **changed), Keyed(6), inboxes(batches)))


def test_plain_luck_lives_through_the_same_model() -> None:
    on, batches = stage(), schedule(stage(), 2, hours(2), 0.3)
    fast, plain = (
        both(on, ALL_ON, 2, batches)[0],
        [live(on, ALL_ON, Plain(seed), inboxes(batches)) for seed in range(3)],
    )
    for kind in (OPEN, CLICK, REDEMPTION):
        keyed = int((fast.history()[1] == kind).sum())
        counts = [sum(one[1] == kind for one in lived.caused) for lived in plain]
        assert 0.6 * keyed < np.mean(counts) < 1.6 * keyed
