"""The bench's model: made-up people, a message a day to two in five, and a month, for every twin alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from campaigns.contact import ContactBatch
from campaigns.keys import mix64
from delivery.roster import Roster
from evals.bench.naive import Inbox
from evals.bench.naive_customer import Message
from policies.guard import Guard
from policies.load import load_policies
from simulator.learning import posterior
from simulator.parameters import Parameters, Posterior, typical
from simulator.stage import Stage
from simulator.world import SimWorld

DAY, DAYS = 86_400, 30
CHANNELS = ("email", "push", "sms")
CREATIVES = 4
PRICES = (2_000, 500, 8_000)
"""Micros per message of each channel."""
CONSENTING, WRITTEN_TO = 0.6, 0.4
"""The shares of people with consent on a channel, and of people who are picked for a message on a day."""
FIRST_HOUR, HOURS = 8, 13
FACE_VALUE = 1_000_000
_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
_START = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())


def parameters() -> Parameters:
    """Every effect of the twin at the mean of its prior; word of mouth, off by default, is off."""
    return typical(belief())


def belief() -> Posterior:
    """What is believed of people without any history: the priors."""
    return posterior([], np.zeros(0))


def stage(people: int, seed: int = 3) -> Stage:
    """So many people with gamma-distributed rates (0.05 own purchases a day), and twelve creatives on three channels.

    Every other creative brings an offer.
    """
    rng = np.random.default_rng(seed)
    places = np.arange(len(CHANNELS) * CREATIVES)
    offer = places % 2 == 1
    none, zero = np.zeros(people, np.int64), np.zeros(people, np.int16)
    roster = Roster(
        # Names are of no use to a world: numbers stand for them.
        person_id=range(people),  # type: ignore[arg-type]
        person_key=mix64(np.arange(people, dtype=np.uint64)),
        arm=zero,
        segments=("all",),
        segment=zero,
        zones=_ZONES,
        zone=rng.integers(0, len(_ZONES), people).astype(np.int16),
        channels=CHANNELS,
        consent=(rng.random((people, len(CHANNELS)), np.float32) < CONSENTING).astype(np.int16),
        suppressed=zero,
        conversion_rate=rng.gamma(0.9, 0.05 / 0.9, people),
        conversion_value_micros=rng.integers(2_000_000, 20_000_000, people),
        basket_value_micros=rng.integers(5_000_000, 60_000_000, people),
        responsiveness=rng.gamma(4.0, 0.25, people),
        pre_conversions=none,
        pre_margin_micros=none,
        places=(),
        place=zero,
        age_from=zero,
        minor=np.zeros(people, bool),
        open_complaint=np.zeros(people, bool),
        basket_rate=np.broadcast_to(np.float64(0.1), people),
    )
    return Stage(
        plan_hash="bench", roster=roster, channels=CHANNELS, channel=(places // CREATIVES).astype(np.int16),
        quality_key=(places + 1).astype(np.uint64), tone_key=(places // 2 % 2).astype(np.uint64),
        personalised=places % 3, has_offer=offer, valid_days=np.where(offer, 14, 0),
        face_value_micros=np.where(offer, FACE_VALUE, 0), margin_rate=0.28, start=_START, end=_START + DAYS * DAY,
    )  # fmt: skip


def batches(on: Stage, seed: int, share: float = WRITTEN_TO) -> Iterator[ContactBatch]:
    """Messages hour by hour: each day this share of people is picked, channel, hour and creative by luck.

    Who has not consented to the channel gets nothing.
    """
    rng = np.random.Generator(np.random.SFC64(seed))
    prices, channels = np.array(PRICES), len(CHANNELS)
    agreed = (on.roster.consent == 1).ravel()
    choices = len(on.channel) * HOURS
    # One number per person and day decides all: below the limit it is a choice, and each choice comes equally often.
    limit = round(share * 65_536 / choices) * choices
    number = 1
    for day in range(DAYS):
        luck = rng.integers(0, 65_536, on.roster.size, np.uint16)
        row = np.flatnonzero(luck < limit)
        choice = luck[row] % np.uint16(choices)
        action, hour = (choice // HOURS).astype(np.int16), (choice % HOURS).astype(np.uint8)
        channel = action // CREATIVES
        kept = np.flatnonzero(agreed[row * channels + channel])
        row, action, hour, channel = row[kept], action[kept], hour[kept], channel[kept]
        order = np.argsort(hour, kind="stable")
        edges = np.searchsorted(hour[order], np.arange(HOURS + 1))
        for place in range(HOURS):
            due = order[edges[place] : edges[place + 1]]
            size, which = len(due), action[due]
            yield ContactBatch(
                at=on.start + day * DAY + (FIRST_HOUR + place) * 3_600,
                key=np.arange(number, number + size, dtype=np.uint64), row=row[due], action=which,
                slot=np.full(size, day, np.int64), cell=which, propensity=np.ones(size),
                cost_micros=prices[channel[due]], liability_micros=np.where(on.has_offer[which], FACE_VALUE, 0),
            )  # fmt: skip
            number += size


def inbox(on: Stage, seed: int, share: float = WRITTEN_TO) -> Inbox:
    """The same, one customer at a time with Python's own luck."""
    draw = random.Random(seed).random
    consents = on.roster.consent.tolist()
    offers = on.has_offer.tolist()
    start, size, channels = on.start, CREATIVES, len(CHANNELS)

    def of(row: int) -> Iterator[Message]:
        agreed = consents[row]
        for day in range(DAYS):
            if draw() < share:
                channel = int(draw() * channels)
                if agreed[channel]:
                    action = channel * size + int(draw() * size)
                    at = start + day * DAY + (FIRST_HOUR + int(draw() * HOURS)) * 3_600
                    key = row * DAYS + day + 1
                    yield Message(at, key, action, day, PRICES[channel], FACE_VALUE if offers[action] else 0)

    return of


def fast(on: Stage, how: Parameters, seed: int, sent: Iterator[ContactBatch], looks: bool = False) -> SimWorld:
    """The twin after these messages and the whole month.

    With `looks` everything that became visible is taken in at the first message of each day, as an engine would, and
    opens and clicks that were seen are forgotten.
    """
    world, seen = SimWorld(on, how, _guard(), seed, keeps_all=False), on.start
    for batch in sent:
        world.advance(datetime.fromtimestamp(batch.at, UTC))
        if looks and batch.at // DAY > seen // DAY:
            world.outcomes(datetime.fromtimestamp(seen, UTC))
            seen = batch.at
        world.respond(batch)
    world.advance(datetime.fromtimestamp(on.end, UTC))
    return world


@lru_cache(maxsize=1)
def _guard() -> Guard:
    """A guard for the world's port, which nothing here goes through: it is read from files once."""
    return Guard(load_policies(), bytes(32))
