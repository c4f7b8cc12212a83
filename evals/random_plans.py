"""Random small plans and people: every cap, window, moment, consent, age, place and budget that a contact rule may look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from campaigns.allocation import Allocation, Cell
from campaigns.audience import Audience
from campaigns.brief import Brief, Channel, Goal, Window
from campaigns.creative import Creative, Offer
from campaigns.experiment import Experiment
from campaigns.figure import Figure, Source
from campaigns.money import Money
from campaigns.plan import Plan, SendSlot

SOURCE = Source(kind="tool", name="evals.random_plans", ref="random")
ZONES = (
    "America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia",
)  # fmt: skip
PLACES = (("US", "NY"), ("US", "TX"), ("US", ""), ("CA", "ON"), ("DE", ""), ("IN", ""), ("GB", ""), ("", ""))
SEGMENTS = ("high", "mid", "low")
FIRST = date(2017, 10, 20)
"""Windows begin within twelve days from here, so that many hold the end of summer time in Europe or America."""


def figure(value: float, unit: str) -> Figure:
    """A figure with this module as its source."""
    return Figure(value=value, unit=unit, source=SOURCE)


def people(rng: np.random.Generator) -> pl.DataFrame:
    """A snapshot of 60 to 200 people with every column that a roster takes."""
    size = int(rng.integers(60, 201))
    place = [PLACES[one] for one in rng.choice(len(PLACES), size, p=(0.7, 0.05, 0.05, 0.05, 0.04, 0.02, 0.06, 0.03))]
    age = rng.choice(np.array([[0, 150], [0, 17], [18, 24], [21, 34], [65, 150]]), size, p=(0.3, 0.05, 0.15, 0.3, 0.2))
    return pl.DataFrame(
        {
            "person_id": [f"r{number:04d}" for number in range(size)],
            "country": [country for country, _ in place],
            "region": [region for _, region in place],
            "time_zone": [
                ZONES[one]
                for one in rng.integers(0, int(rng.integers(1, len(ZONES) + 1)), size) * (rng.random(size) < 0.7)
            ],
            "consent_email": pl.Series(rng.choice([1, 1, 1, 1, 1, 1, 1, 0, -1], size), dtype=pl.Int8),
            "consent_push": pl.Series(rng.choice([1, 1, 1, 1, 0, -1], size), dtype=pl.Int8),
            "suppressed": rng.random(size) < 0.06,
            "segment": [SEGMENTS[one] for one in rng.integers(0, 3, size)],
            "age_from": pl.Series(age[:, 0], dtype=pl.Int16),
            "age_to": pl.Series(age[:, 1], dtype=pl.Int16),
            "open_complaint": rng.random(size) < 0.04,
            "pre_conversions": pl.Series(rng.integers(0, 4, size), dtype=pl.Int32),
            "pre_margin_micros": rng.integers(0, 60, size) * 1_000_000,
            "conversion_rate": rng.gamma(0.8, 0.002, size),
            "conversion_value_micros": pl.Series([8_000_000] * size, dtype=pl.Int64),
            "basket_value_micros": pl.Series([29_000_000] * size, dtype=pl.Int64),
            "responsiveness": rng.gamma(4.0, 0.25, size),
        }
    )


def plan(rng: np.random.Generator, number: int, frame: pl.DataFrame, policy_hash: str) -> Plan:
    """A plan over these people; not one that the plan rules would allow, but one whose contacts they all may refuse."""
    channels: tuple[Channel, ...] = (("email", "push"), ("push", "email"), ("email",))[int(rng.integers(0, 3))]
    start = FIRST + timedelta(days=int(rng.integers(0, 12)))
    window = Window(start=start, end=start + timedelta(days=int(rng.integers(7, 22))))
    budget = int(rng.choice([200_000, 20_000_000, 400_000_000, 900_000_000]))
    moments = sorted({(int(rng.integers(1, 8)), int(rng.integers(0, 1440))) for _ in range(int(rng.integers(1, 6)))})
    category = str(rng.choice(["COFFEE", "BEERS/ALES", "SEAFOOD - FROZEN", "BREAD"]))
    holdout = float(rng.choice([0.05, 0.1, 0.4]))
    ends = datetime.combine(window.end, datetime.min.time(), UTC)
    people_in = figure(frame.height, "people")
    return Plan(
        plan_id=f"p-{number:010x}",
        goal=Goal(words="random", owner="marketing", brand="Shop", said_at=ends - timedelta(days=60)),
        brief=Brief(
            objective="cross_sell",
            primary_metric="conversions",
            population="all households",
            markets=("US",),
            channels=channels,
            budget=Money(amount_micros=budget, currency="USD"),
            window=window,
            max_contacts_per_week=int(rng.integers(1, 6)),
        ),
        audience=Audience(
            words="all households",
            predicates=(),
            category=category,
            snapshot_id="0" * 16,
            matched=people_in,
            exclusions=(),
            size=people_in,
            segments={},
            reachable={},
            drivers=(),
        ),
        offers=(
            Offer(
                offer_id="one",
                title="$1.00 off",
                face_value=Money(amount_micros=1_000_000, currency="USD"),
                valid_days=7,
            ),
        ),
        creatives=tuple(_creative(channel, offer) for channel in channels for offer in (None, "one")),
        experiment=_experiment(holdout, f"salt-{number}"),
        allocation=_allocation(rng, channels, budget),
        slots=tuple(SendSlot(weekday=weekday, local_minute=minute) for weekday, minute in moments),
        owner="marketing",
        created_at=ends - timedelta(days=60),
        expires_at=ends - timedelta(days=int(rng.integers(0, 18))) if rng.random() < 0.2 else ends + timedelta(days=7),
        exit_condition="the window ends",
        autonomy="suggest",
        margin_rate=0.28,
        postal_address="1 Market Street",
        recipients_digest="0" * 16,
        data_version="1" * 16,
        policy_hash=policy_hash,
        seed=number,
        assumptions=(),
    )


def _creative(channel: Channel, offer: str | None) -> Creative:
    return Creative(
        creative_id=f"{channel}-{offer or 'plain'}",
        channel=channel,
        language="en",
        tone="helpful",
        subject="New for you",
        body="{{ category }}",
        slots=("category",),
        offer_id=offer,
    )


def _allocation(rng: np.random.Generator, channels: tuple[Channel, ...], budget: int) -> Allocation:
    """Some of the cells only, so that some contacts are on a channel that their segment does not have."""
    pairs = [(segment, channel) for segment in SEGMENTS for channel in channels]
    kept = [pair for pair in pairs if rng.random() > 0.06] or pairs[:1]
    cells = tuple(
        Cell(
            segment=segment,
            channel=channel,
            spend=figure(budget / len(kept), "micros:USD"),
            ceiling=figure(float(rng.choice([budget, budget // 4 + 1])), "micros:USD"),
            contacts=figure(10, "contacts"),
            incremental_margin=figure(0, "micros:USD"),
            marginal_return=figure(1.0, "ratio"),
        )
        for segment, channel in kept
    )
    return Allocation(
        cells=cells,
        total=figure(budget, "micros:USD"),
        budget=figure(budget, "micros:USD"),
        exploration_share=0.1,
        contact_cost_micros={"email": 2_000, "push": 500},
        pacing="none",
    )


def _experiment(holdout: float, salt: str) -> Experiment:
    share = figure(0.1, "share")
    return Experiment(
        salt=salt,
        global_salt="everywhere",
        holdout_share=holdout,
        global_share=0.05,
        primary_metric="conversions",
        outcome="conversions",
        guard_metrics=(),
        alpha=0.05,
        power_wanted=0.8,
        horizon_days=30,
        method="none",
        arms={},
        baseline=share,
        expected_effect=share,
        mde=share,
        power=share,
        powered=False,
    )
