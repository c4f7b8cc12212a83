"""How goals in words are understood: taken, assumed, asked, contradictory, or refused in one sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.intake import understand_goal
from campaigns.brief import Brief, said
from campaigns.errors import BadInput
from campaigns.money import Money
from campaigns.workspace import Settings

NOW = datetime(2017, 10, 16, tzinfo=UTC)
CATEGORIES = ("SEAFOOD - FROZEN", "COFFEE", "CHEESE", "TEAS", "SOFT DRINKS")
DEMO = (
    "Get households that have not bought frozen seafood in twelve weeks to buy it, at most $5,000, no more than two messages "
    "a week, email and push, maximise conversions by the end of November 2017"
)


def understood(words: str) -> Brief:
    return understand_goal(said(words, "marketing", "Corner Grocer", NOW), NOW, Settings(), CATEGORIES)


def with_goal(part: str) -> Brief:
    """A goal with a population, a budget and a deadline of its own, and one more part."""
    return understood(f"Win back lapsed households, at most $5,000, by 2017-11-30, {part}")


def usd(amount: int) -> Money:
    return Money(amount_micros=amount * 1_000_000, currency="USD")


def test_the_demo_goal_is_understood_without_a_question() -> None:
    brief = understood(DEMO)

    assert brief.plannable
    assert brief.objective == "cross_sell"
    assert brief.primary_metric == "conversions"
    assert brief.population == "households that have not bought frozen seafood in twelve weeks"
    assert brief.channels == ("email", "push")
    assert brief.budget == usd(5_000)
    assert (brief.window.start, brief.window.end) == (date(2017, 10, 16), date(2017, 11, 30))
    assert brief.max_contacts_per_week == 2
    assert {assumed.field for assumed in brief.assumptions} >= {"window.start", "markets", "population.category"}


@pytest.mark.parametrize(
    ("words", "budget"),
    [
        ("at most $5,000", usd(5_000)),
        ("budget of 5k USD", usd(5_000)),
        ("USD 5,000.50 at most", Money(amount_micros=5_000_500_000, currency="USD")),
        ("spend up to 10 000 €", Money(amount_micros=10_000_000_000, currency="EUR")),
        ("max 2.5k pounds", Money(amount_micros=2_500_000_000, currency="GBP")),
        ("five thousand dollars", usd(5_000)),
        ("a budget of five grand", usd(5_000)),
        ("$1.2m budget", usd(1_200_000)),
        ("5'000 CHF", Money(amount_micros=5_000_000_000, currency="CHF")),
        ("between $3,000 and $5,000", usd(5_000)),
        ("budget 800", usd(800)),
        ("with a $5 voucher, spend 2,500 dollars", usd(2_500)),
    ],
)
def test_money_is_read(words: str, budget: Money) -> None:
    assert understood(f"Win back lapsed households, {words}, by 2017-11-30").budget == budget


@pytest.mark.parametrize("words", ["", "no budget", "unlimited budget", "$500 a week", "at most $2 per household"])
def test_without_a_total_there_is_a_question_and_no_number(words: str) -> None:
    brief = understood(f"Win back lapsed households by 2017-11-30, {words}")

    assert brief.budget is None
    assert "most that may be spent" in brief.questions[0]


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("by the end of November 2017", date(2017, 11, 30)),
        ("before Christmas", date(2017, 12, 24)),
        ("by 2017-11-30", date(2017, 11, 30)),
        ("in the next six weeks", date(2017, 11, 27)),
        ("within 30 days", date(2017, 11, 15)),
        ("until 15 December", date(2017, 12, 15)),
        ("by Nov 30, 2017", date(2017, 11, 30)),
        ("until the end of the month", date(2017, 10, 31)),
        ("by year-end", date(2017, 12, 31)),
        ("until Black Friday", date(2017, 11, 24)),
        ("a six-week campaign", date(2017, 11, 27)),
        ("by the end of Q4 2017", date(2017, 12, 31)),
        ("from 1 November to 30 November", date(2017, 11, 30)),
        ("by 30.11.2017", date(2017, 11, 30)),
        ("by Friday", date(2017, 10, 20)),
        ("by New Year's Eve", date(2017, 12, 31)),
    ],
)
def test_deadlines_are_read(words: str, last: date) -> None:
    assert (
        understood(f"Win back households that have not shopped for four weeks, at most $500, {words}").window.end
        == last
    )


def test_without_a_deadline_four_weeks_are_assumed_and_said_why() -> None:
    brief = understood("Win back households that have not shopped for four weeks, at most $500")

    assert brief.window.days == 28
    assert any(a.field == "window.end" and "no deadline" in a.why for a in brief.assumptions)


@pytest.mark.parametrize(
    ("words", "channels", "excluded"),
    [
        ("email only", ("email",), ()),
        ("no SMS", ("email", "push"), ("sms",)),
        ("no SMS or ads, push and email", ("email", "push"), ("sms", "ads")),
        ("by e-mail", ("email",), ()),
        ("not by email", ("push",), ("email",)),
        ("push notifications but no e-mail", ("push",), ("email",)),
        ("email and push only", ("email", "push"), ()),
        ("", ("email", "push"), ()),
    ],
)
def test_channels_are_read(words: str, channels: tuple[str, ...], excluded: tuple[str, ...]) -> None:
    brief = with_goal(words)

    assert (brief.channels, brief.excluded_channels) == (channels, excluded)
    assert brief.plannable


@pytest.mark.parametrize(
    ("words", "weekly"),
    [
        ("no more than two messages a week", 2),
        ("twice a week", 2),
        ("max 3x per week", 3),
        ("a weekly email", 1),
        ("fewer than three messages a week", 2),
        ("one message a day", 7),
        ("2-3 contacts per week", 3),
        ("one or two e-mails a week", 2),
    ],
)
def test_the_weekly_limit_is_read(words: str, weekly: int) -> None:
    assert with_goal(words).max_contacts_per_week == weekly


def test_how_often_people_shop_is_no_weekly_limit() -> None:
    brief = understood("Retain households that shop twice a week, at most $500, by 2017-11-30")

    assert any(a.field == "max_contacts_per_week" for a in brief.assumptions)


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        ("no email, email only", ("no email", "email only")),
        ("email only, push only", ("email only", "push only")),
        ("a budget of $3,000", ("at most $5,000", "a budget of $3,000")),
        ("before Christmas", ("by 2017-11-30", "before Christmas")),
        ("one message a week, three messages a week", ("one message a week", "three messages a week")),
        ("no discounts, with a 10% discount", ("no discounts", "with a 10% discount")),
    ],
)
def test_contradictions_are_named_in_their_own_words(words: str, phrases: tuple[str, ...]) -> None:
    brief = with_goal(words)

    assert not brief.plannable
    assert set(brief.conflicts) == set(phrases)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Win back lapsed households, at most -$5,000", "-5000"),
        ("Win back lapsed households, minus 5000 dollars", "-5000"),
        ("Win back lapsed households, at most $0", "amount of 0"),
        ("Win back lapsed households, at most $1e309", "1e309"),
        ("Win back lapsed households, at most 5000 doubloons", "doubloon"),
        ("Win back lapsed households, 5000 XYZ", "XYZ"),
        ("Win back lapsed households, at most $500, by 2017-01-31", "before today, 2017-10-16"),
        ("Win back lapsed households, at most $500, by yesterday", "before today"),
        ("Win back lapsed households, at most $500, by 31 February 2018", "does not exist"),
        ("Win back lapsed households, at most $500, by 2031-01-01", "more than a year"),
        ("Win back lapsed households, at most $500, zero messages a week", "zero messages"),
        ("Win back lapsed households, at most $500, 2.5 messages a week", "whole number"),
        ("Win back lapsed households, at most $500, increase revenue by -5 %", "no gain"),
        ("!!! 123", "says nothing"),
    ],
)
def test_bad_input_is_one_sentence_with_the_value(words: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as raised:
        understood(words)

    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("words", "objective", "metric"),
    [
        ("Win back lapsed households, maximise incremental margin", "win_back", "incremental_margin"),
        ("Re-engage dormant customers, more visits", "reengage", "visits"),
        ("Reduce churn among all households", "retain", "retention_90d"),
        ("Cross-sell coffee to all households, increase revenue", "cross_sell", "incremental_revenue"),
        ("Acquire new customers", "acquire", "new_customers"),
        ("Increase coupon redemptions of all households", "reengage", "redemptions"),
        ("Upsell all households", "upsell", "incremental_margin"),
        ("Activate households with a first purchase", "activate", "incremental_margin"),
    ],
)
def test_objective_and_metric_are_read(words: str, objective: str, metric: str) -> None:
    brief = understood(f"{words}, at most $500, by 2017-11-30")

    assert (brief.objective, brief.primary_metric) == (objective, metric)


def test_target_and_prohibitions_are_read() -> None:
    brief = with_goal("increase revenue by 10 %, no discounts, never mention competitors")

    assert brief.target is not None
    assert (brief.target.metric, brief.target.relative) == ("incremental_revenue", 0.1)
    assert brief.prohibitions == ("no discounts", "never mention competitors")


@pytest.mark.parametrize("words", ["at most €500", "by SMS", "by 5/6/2018", "one message a month"])
def test_what_cannot_be_settled_is_asked(words: str) -> None:
    money = "" if "€" in words else ", at most $500"
    deadline = "" if "/" in words else ", by 2017-11-30"

    assert len(understood(f"Win back lapsed households{money}{deadline}, {words}").questions) == 1


def test_words_that_name_nobody_are_asked_about() -> None:
    brief = understood("Win back purple elephants and customers with big feet, at most $500, by 2017-11-30")

    assert "customers with big feet" in brief.questions[0]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_words_give_a_brief_or_one_sentence(words: str) -> None:
    if not words.strip():
        return
    try:
        brief = understood(words)
    except BadInput:
        return
    assert understood(words) == brief


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["${:,}", "{} USD", "USD {}", "{:,} dollars"]))
def test_every_whole_amount_comes_back_exactly(amount: int, form: str) -> None:
    brief = understood(f"Win back lapsed households, at most {form.format(amount)}, by 2017-11-30")

    assert brief.budget == usd(amount)


@settings(max_examples=40, deadline=None)
@given(st.dates(min_value=date(2017, 10, 16), max_value=date(2018, 10, 1)))
def test_every_date_is_read_alike_in_three_spellings(day: date) -> None:
    spelled = (day.isoformat(), f"{day:%d %B %Y}", f"{day:%B %d, %Y}")

    assert {understood(f"Win back lapsed households, at most $5, by {form}").window.end for form in spelled} == {day}
