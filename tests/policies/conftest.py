"""A small sound plan, its snapshot and facts of one contact that every shipped rule allows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from campaigns.allocation import Allocation, Cell
from campaigns.audience import Audience, Exclusion, Predicate
from campaigns.brief import Brief, Window, said
from campaigns.creative import Claim, Creative, Offer
from campaigns.experiment import Experiment
from campaigns.figure import Figure, Source
from campaigns.money import Money
from campaigns.plan import Plan, SendSlot
from policies.load import load_policies
from policies.rule import PolicySet
from tests.builders import STANDING

NOW = datetime(2017, 10, 16, tzinfo=UTC)


def figure(value: float, unit: str) -> Figure:
    return Figure(value=value, unit=unit, source=Source(kind="setting", name="tests.fixture"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def policies() -> PolicySet:
    return load_policies()


@pytest.fixture
def snapshot() -> pl.DataFrame:
    people = 200
    return pl.DataFrame(
        {
            "person_id": [f"h{i:04d}" for i in range(people)],
            "country": ["US"] * people,
            "time_zone": ["America/New_York", "America/Chicago"] * (people // 2),
            "consent_email": pl.Series([1, 1, 0, -1] * (people // 4), dtype=pl.Int8),
            "consent_push": pl.Series([0, 1, 1, 1] * (people // 4), dtype=pl.Int8),
            "suppressed": [False] * people,
        }
    )


@pytest.fixture
def facts() -> dict[str, object]:
    return {
        "consent": True,
        "suppressed": False,
        "arm": 0,
        "sends_1d": 0,
        "sends_7d": 1,
        "cap_7d": 2,
        "local_minute": 600,
        "cost_micros": 1_002_000,
        "budget_left_micros": 5_000_000_000,
        "plan_expired": False,
        "channel_allowed": True,
        **STANDING,
    }


@pytest.fixture
def plan(policies: PolicySet) -> Plan:
    budget = Money(amount_micros=5_000_000_000, currency="USD")
    offer = Offer(
        offer_id="save-1",
        title="$1.00 off",
        face_value=Money(amount_micros=1_000_000, currency="USD"),
        valid_days=14,
    )
    email = Creative(
        creative_id="email-helpful",
        channel="email",
        language="en",
        tone="helpful",
        subject="An idea for dinner: {{ category }}",
        body="Hello, try {{ category }}. {{ offer_title }} until {{ offer_until }}.\n"
        "You get this e-mail because you agreed to hear from {{ brand }}.\n{{ unsubscribe_url }}\n{{ postal_address }}",
        html='<mjml><mj-body width="600px"><mj-text>Try {{ category }} until {{ offer_until }}</mj-text>'
        "<mj-text>You get this e-mail because you agreed to hear from {{ brand }}.</mj-text>"
        '<mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}</mj-text></mj-body></mjml>',
        slots=("brand", "category", "offer_title", "offer_until", "unsubscribe_url", "postal_address"),
        claims=(Claim(text="$1.00 off", evidence="offer table, save-1"),),
        offer_id="save-1",
    )
    push = Creative(
        creative_id="push-short",
        channel="push",
        language="en",
        tone="short",
        subject="Dinner idea",
        body="{{ category }}, at {{ brand }}.",
        slots=("category", "brand"),
    )
    spend = figure(400_000_000, "micros:USD")
    cell = Cell(
        segment="high",
        channel="email",
        spend=spend,
        ceiling=figure(600_000_000, "micros:USD"),
        contacts=figure(300, "contacts"),
        incremental_margin=figure(500_000_000, "micros:USD"),
        marginal_return=figure(1.2, "per unit"),
    )
    return Plan(
        plan_id="p-0123456789",
        goal=said("Sell frozen seafood", "marketing", "Corner Grocer", NOW),
        brief=Brief(
            objective="cross_sell",
            primary_metric="conversions",
            population="households without frozen seafood in twelve weeks",
            markets=("US",),
            channels=("email", "push"),
            budget=budget,
            window=Window(start=date(2017, 10, 16), end=date(2017, 11, 30)),
            max_contacts_per_week=2,
        ),
        audience=Audience(
            words="no frozen seafood for 84 days",
            predicates=(Predicate(field="days_since_category", value=84, category="SEAFOOD - FROZEN"),),
            category="SEAFOOD - FROZEN",
            snapshot_id="0123456789abcdef",
            matched=figure(240, "people"),
            exclusions=(Exclusion(reason="no consent", removed=figure(40, "people"), remaining=figure(200, "people")),),
            size=figure(200, "people"),
            segments={"high": figure(200, "people")},
            reachable={"email": figure(100, "people")},
            drivers=(),
        ),
        offers=(offer,),
        creatives=(email, push),
        experiment=Experiment(
            salt="s",
            global_salt="g",
            holdout_share=0.3,
            global_share=0.05,
            primary_metric="conversions",
            outcome="conversions",
            guard_metrics=("unsubscribe",),
            alpha=0.05,
            power_wanted=0.8,
            horizon_days=46,
            method="Welch with CUPED",
            arms={"treated": figure(130, "people")},
            baseline=figure(0.1, "conversions"),
            expected_effect=figure(0.03, "conversions"),
            mde=figure(0.02, "conversions"),
            power=figure(0.86, "share"),
            powered=True,
        ),
        allocation=Allocation(
            cells=(cell,),
            total=spend,
            budget=figure(5_000_000_000, "micros:USD"),
            exploration_share=0.1,
            contact_cost_micros={"email": 2_000, "push": 500},
            pacing="even",
        ),
        slots=(SendSlot(weekday=2, local_minute=600), SendSlot(weekday=5, local_minute=1020)),
        owner="marketing",
        created_at=NOW,
        expires_at=datetime(2017, 12, 14, tzinfo=UTC),
        exit_condition="the guard metric rises or the budget is spent",
        autonomy="approve_each",
        postal_address="Corner Grocer, 1 Market Street, Springfield",
        data_version="0123456789abcdef",
        recipients_digest="3333333333333333",
        policy_hash=policies.hash,
        margin_rate=0.28,
        seed=2017,
        assumptions=(),
    )
