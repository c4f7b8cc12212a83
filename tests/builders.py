"""A small valid plan and its snapshot, for tests that need the nouns and not the planning."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl

from campaigns.allocation import Allocation, Cell
from campaigns.audience import Audience, Driver, Exclusion, Predicate
from campaigns.brief import Brief, Goal, Window
from campaigns.creative import Creative, Offer
from campaigns.experiment import Experiment
from campaigns.figure import Figure, Source
from campaigns.money import Money
from campaigns.plan import Plan, SendSlot

NOW = datetime(2017, 10, 16, tzinfo=UTC)
STANDING: dict[str, bool | int] = {
    "purpose_marketing": True, "sends_local_day": 0, "local_weekday": 2, "age_from": 0, "age_needed": 0, "minor": False,
    "open_complaint": False, "by_sms": False, "sms_written_consent": False, "law_us": True,
    "law_ca": False, "law_eu": False, "law_in": False, "law_sms_until_20": False, "law_sms_from_9": False,
    "law_sms_texas": False,
}  # fmt: skip
"""Contact facts of an adult-or-unknown person in the United States, written to on a Tuesday, that no rule refuses."""
SOURCE = Source(kind="tool", name="tests.builders", ref="fixture")
ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles")


def figure(value: float, unit: str = "people") -> Figure:
    """A figure with the tests' source."""
    return Figure(value=value, unit=unit, source=SOURCE)


def snapshot(people: int = 300, seed: int = 7) -> pl.DataFrame:
    """A snapshot with every column, all with consent for e-mail and half for push."""
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "person_id": [f"h{number:05d}" for number in range(people)],
            "country": ["US"] * people,
            "time_zone": [ZONES[number % len(ZONES)] for number in range(people)],
            "consent_email": pl.Series([1] * people, dtype=pl.Int8),
            "consent_push": pl.Series([number % 2 for number in range(people)], dtype=pl.Int8),
            "suppressed": [False] * people,
            "segment": [("high", "mid", "low")[number % 3] for number in range(people)],
            "recency_days": pl.Series(rng.integers(0, 60, people), dtype=pl.Int32),
            "baskets_84d": pl.Series(rng.integers(0, 30, people), dtype=pl.Int32),
            "spend_84d_micros": rng.integers(0, 400, people) * 1_000_000,
            "pre_conversions": pl.Series(rng.integers(0, 4, people), dtype=pl.Int32),
            "pre_margin_micros": rng.integers(0, 60, people) * 1_000_000,
            "conversion_rate": rng.gamma(0.8, 0.002, people),
            "conversion_value_micros": pl.Series([8_000_000] * people, dtype=pl.Int64),
            "basket_value_micros": pl.Series([29_000_000] * people, dtype=pl.Int64),
            "responsiveness": rng.gamma(4.0, 0.25, people),
            "region": [""] * people,
            "age_from": pl.Series([0] * people, dtype=pl.Int16),
            "age_to": pl.Series([150] * people, dtype=pl.Int16),
            "open_complaint": [False] * people,
        }
    )


def brief(**changes: object) -> Brief:
    """A cross-sell brief of six weeks with USD 5,000."""
    fields: dict[str, object] = {
        "objective": "cross_sell",
        "primary_metric": "conversions",
        "population": "households that have not bought frozen seafood in twelve weeks",
        "markets": ("US",),
        "channels": ("email", "push"),
        "budget": Money(amount_micros=5_000_000_000, currency="USD"),
        "window": Window(start=date(2017, 10, 16), end=date(2017, 11, 30)),
        "max_contacts_per_week": 2,
    }
    return Brief(**{**fields, **changes})  # type: ignore[arg-type]


def creatives() -> tuple[Creative, ...]:
    """Two e-mails and two pushes, with and without the offer."""
    slots = ("brand", "category", "unsubscribe_url", "postal_address")
    body = "Fresh ideas with {{ category }} at {{ brand }}.\n{{ unsubscribe_url }}\n{{ postal_address }}\n"
    made = []
    for channel in ("email", "push"):
        for offer in (None, "one_off"):
            made.append(
                Creative(
                    creative_id=f"{channel}-{'offer' if offer else 'plain'}",
                    channel=channel,  # type: ignore[arg-type]
                    language="en",
                    tone="helpful",
                    subject="New for you: {{ category }}",
                    body=body if channel == "email" else "Try {{ category }} at {{ brand }}",
                    slots=slots if channel == "email" else slots[:2],
                    offer_id=offer,
                )
            )
    return tuple(made)


def plan(size: int = 300, brief_: Brief | None = None, budget_micros: int = 5_000_000_000, **changes: object) -> Plan:
    """A valid plan over `snapshot(size)`; keyword arguments replace its fields."""
    chosen = brief_ or brief()
    cells = tuple(
        Cell(
            segment=segment,
            channel=channel,
            spend=figure(100_000_000, "micros:USD"),
            ceiling=figure(budget_micros, "micros:USD"),
            contacts=figure(10_000, "contacts"),
            incremental_margin=figure(150_000_000, "micros:USD"),
            marginal_return=figure(1.2, "ratio"),
        )
        for segment in ("high", "mid", "low")
        for channel in chosen.channels
    )
    fields: dict[str, object] = {
        "plan_id": "p-0123456789",
        "goal": Goal(words="Sell frozen seafood", owner="marketing", brand="Corner Grocer", said_at=NOW),
        "brief": chosen,
        "audience": Audience(
            words=chosen.population,
            predicates=(
                Predicate(field="days_since_category", value=84, category="SEAFOOD - FROZEN", include_never=True),
            ),
            category="SEAFOOD - FROZEN",
            snapshot_id="0" * 16,
            matched=figure(size + 50),
            exclusions=(Exclusion(reason="no consent on any channel", removed=figure(50), remaining=figure(size)),),
            size=figure(size),
            segments={name: figure(size // 3) for name in ("high", "mid", "low")},
            reachable={"email": figure(size), "push": figure(size // 2)},
            drivers=(Driver(name="expected value", effect=figure(1.5, "ratio")),),
        ),
        "offers": (
            Offer(
                offer_id="one_off",
                title="$1.00 off",
                face_value=Money(amount_micros=1_000_000, currency="USD"),
                valid_days=14,
            ),
        ),
        "creatives": creatives(),
        "experiment": Experiment(
            salt="plan-salt",
            global_salt="workspace-salt",
            holdout_share=0.4,
            global_share=0.05,
            primary_metric="conversions",
            outcome="conversions",
            guard_metrics=("unsubscribes",),
            alpha=0.05,
            power_wanted=0.8,
            horizon_days=46,
            method="two-sided Welch test, one look at the end",
            arms={"treated": figure(size * 0.55), "holdout": figure(size * 0.4), "global_holdout": figure(size * 0.05)},
            baseline=figure(0.08, "share"),
            expected_effect=figure(0.04, "share"),
            mde=figure(0.05, "share"),
            power=figure(0.81, "share"),
            powered=True,
        ),
        "allocation": Allocation(
            cells=cells,
            total=figure(min(600_000_000, budget_micros), "micros:USD"),
            budget=figure(budget_micros, "micros:USD"),
            exploration_share=0.1,
            contact_cost_micros={"email": 2_000, "push": 500},
            pacing="even over the send occurrences",
        ),
        "slots": (SendSlot(weekday=2, local_minute=600), SendSlot(weekday=5, local_minute=600)),
        "owner": "marketing",
        "created_at": NOW,
        "expires_at": datetime(2017, 12, 7, tzinfo=UTC),
        "exit_condition": "the window ends",
        "autonomy": "suggest",
        "margin_rate": 0.28,
        "postal_address": "Corner Grocer, 1 Market Street, Springfield",
        "data_version": "1" * 16,
        "recipients_digest": "3" * 16,
        "policy_hash": "2" * 64,
        "seed": 2017,
        "assumptions": ("margin rate 0.28",),
    }
    return Plan(**{**fields, **changes})  # type: ignore[arg-type]
