"""A plan over any number of made-up people, staged as a rehearsal stages it: the twin with engine, guard, caps and pacing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from campaigns.allocation import Cell
from campaigns.brief import Window
from campaigns.money import Money
from campaigns.plan import Plan, SendSlot
from evals.random_plans import SEGMENTS, figure, plan
from policies.load import load_policies
from simulator.prepare import prepare
from simulator.run import Setup

FIRST, DAYS = date(2017, 10, 16), 30
NOW = datetime(2017, 10, 16, tzinfo=UTC)
ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles")
BUDGET_PER_PERSON = 20_000_000
"""Micros; enough for every message and offer, so that nothing is spared by running out of money."""


def setup(people: int) -> Setup:
    """Everything that the runs share: two messages a week at most for thirty days to everybody but 6 % of controls."""
    frame = snapshot(people)
    policies = load_policies()
    return prepare(big_plan(frame, policies.hash, people), frame, policies, 9, NOW)


def snapshot(people: int, first: int = 0) -> pl.DataFrame:
    """So many people: all with consent to e-mail, half of them to push, shopping at gamma-distributed rates.

    They are numbered from `first` on; people of other numbers are other people.
    """
    rng = np.random.default_rng([7, first])
    number = np.arange(first, first + people)
    return pl.DataFrame(
        {
            "person_id": pl.Series(number).cast(pl.String),
            "country": pl.repeat("US", people, eager=True),
            "region": pl.repeat("NY", people, eager=True),
            "time_zone": pl.Series(ZONES).gather(number % len(ZONES)),
            "consent_email": np.ones(people, np.int8),
            "consent_push": (number % 2).astype(np.int8),
            "suppressed": np.zeros(people, bool),
            "segment": pl.Series(SEGMENTS).gather(rng.integers(0, len(SEGMENTS), people)),
            "baskets_84d": rng.integers(0, 30, people, np.int32),
            "pre_conversions": rng.integers(0, 4, people, np.int32),
            "pre_margin_micros": rng.integers(0, 60, people) * 1_000_000,
            "conversion_rate": rng.gamma(0.8, 0.002, people),
            "conversion_value_micros": np.full(people, 8_000_000),
            "basket_value_micros": np.full(people, 29_000_000),
            "responsiveness": rng.gamma(4.0, 0.25, people),
        }
    )


def big_plan(frame: pl.DataFrame, policy_hash: str, people: int) -> Plan:
    """The plan for so many people, of whom `frame` shows some; under the policies of this hash."""
    budget = people * BUDGET_PER_PERSON
    window = Window(start=FIRST, end=FIRST + timedelta(days=DAYS - 1))
    base = plan(np.random.default_rng(1), 1, frame, policy_hash)
    cells = tuple(
        Cell(
            segment=segment,
            channel=channel,
            spend=figure(budget / len(SEGMENTS) / 2, "micros:USD"),
            ceiling=figure(budget, "micros:USD"),
            contacts=figure(people * 3, "contacts"),
            incremental_margin=figure(0, "micros:USD"),
            marginal_return=figure(1.0, "ratio"),
        )
        for segment in SEGMENTS
        for channel in base.brief.channels
    )
    money = Money(amount_micros=budget, currency="USD")
    ends = datetime.combine(window.end, datetime.min.time(), UTC)
    changes = {
        "brief": base.brief.model_copy(update={"window": window, "budget": money, "max_contacts_per_week": 2}),
        "experiment": base.experiment.model_copy(update={"holdout_share": 0.05, "global_share": 0.01}),
        "allocation": base.allocation.model_copy(
            update={"cells": cells, "total": figure(budget, "micros:USD"), "budget": figure(budget, "micros:USD")}
        ),
        "slots": (SendSlot(weekday=2, local_minute=600), SendSlot(weekday=5, local_minute=600)),
        "expires_at": ends + timedelta(days=7),
    }
    return base.model_copy(update=changes)
