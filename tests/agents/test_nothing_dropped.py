"""No limit of a goal is dropped: what is not understood is quoted in a question; ordinary goals raise none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.intake import understand_goal
from agents.reading.text import Text
from campaigns.brief import Brief, said
from campaigns.errors import BadInput
from campaigns.workspace import Settings
from tools.data.sample_goal import SAMPLE_GOAL

NOW = datetime(2017, 10, 16, tzinfo=UTC)
CATEGORIES = ("SEAFOOD - FROZEN", "SEAFOOD - FRESH", "COFFEE", "CHEESE", "TEAS", "SOFT DRINKS")
LAPSED = "households that have not shopped for four weeks"


def understood(words: str) -> Brief:
    return understand_goal(said(words, "marketing", "Corner Grocer", NOW), NOW, Settings(), CATEGORIES)


def with_part(part: str) -> Brief:
    return understood(f"Win back lapsed households, at most $5,000, by 2017-11-30, {part}")


@pytest.mark.parametrize(
    "words",
    [
        SAMPLE_GOAL,
        f"Win back {LAPSED}, at most $5,000, no more than two messages a week, email and push, maximise incremental margin by the end of November 2017",
        "Get customers who have not bought coffee in twelve weeks to buy it, at most $500, no more than two messages a week, email and push, maximise conversions by 2017-10-27",
        "Get households that have not bought fresh seafood in sixteen weeks to buy some, at most $5,000, email and push, maximise conversions by the end of November 2017",
        f"Win back {LAPSED}, at most $5,000, no more than two messages per household per week, email and push only, by the end of November",
        "Please win back our lapsed customers with a budget of $5,000 by 30 November 2017 using email, and maximise incremental margin.",
        "We want to bring back shoppers who have not visited in six weeks. Spend at most 3,000 dollars. Use email and push. No more than one message a week. Finish before Christmas.",
        "Reactivate dormant households via email and push with up to $2,000, twice a week, until 15 December",
        "Increase sales among all households in the next six weeks, at most $4,000",
        "Re-engage inactive customers, $1,500 budget, email only, no discounts, never mention competitors, by 2017-11-30",
        "Make lapsed households come back and shop again, for only $5,000, within 30 days, no SMS",
        "Cross-sell frozen seafood to households that have not bought frozen seafood in twelve weeks, at most $5,000, by 2017-11-30, maximise conversions",
        "Win back all lapsed households, increase conversions by 10 %, at most $5,000, by 2017-11-20",
        "Run a six-week campaign to win back lapsed households for Corner Grocer, at most $5,000, a weekly email",
        f"Target {LAPSED} with email; budget 800; 2 messages/week; deadline 2017-11-30; metric: conversions",
        "I would like to win back customers that haven't shopped in the last four weeks. The budget is $5,000 in total, and we should send no more than two messages per week. We want to maximise conversions by the end of November.",
        "Get households that have never bought cheese to try it, $3k max, email and push notifications, max 2 messages per week, by end of November, maximize purchases",
        "Win back lapsed households. Budget $5,000. End: 30 November 2017. Channels: email and push. Frequency: two messages a week each.",
        "Encourage lapsed households to come back, at most $5,000, by 2017-11-30, each household gets no more than two messages a week",
        "Win back lapsed households, push but no e-mail, only $5,000, by 2017-11-30",
    ],
)
def test_an_ordinary_goal_raises_no_question(words: str) -> None:
    brief = understood(words)

    assert (brief.questions, brief.conflicts) == ((), ())


@pytest.mark.parametrize(
    "part",
    [
        "only in Texas",
        "leave out anyone who complained",
        "but not loyalty members",
        "exclude staff",
        "only on Sundays",
        "never on weekends",
        "no messages on Sundays",
        "send at 3 am",
        "20% holdout",
        "without a control group",
        "no control group",
        "give everybody 50% off",
        "do not contact staff",
        "every message must mention cheese",
        "retain them",
    ],
)
def test_what_is_not_understood_is_quoted_in_one_question(part: str) -> None:
    brief = with_part(part)

    assert not brief.plannable
    assert brief.questions == (f"'{part}' was not understood; say it another way or leave it out.",)


def test_several_parts_that_are_not_understood_are_one_question() -> None:
    (question,) = with_part("only in Texas, exclude staff").questions

    assert question.startswith("'only in Texas' and 'exclude staff' were not understood")


@pytest.mark.parametrize("part", ["by fax", "via TikTok", "by letter", "via WhatsApp only", "via carrier pigeon"])
def test_an_unknown_channel_is_asked_about_and_never_said_to_be_none(part: str) -> None:
    brief = with_part(part)

    assert f"instead of '{part}'" in brief.questions[0]
    assert ["stand in" in assumed.why for assumed in brief.assumptions if assumed.field == "channels"] == [True]


@pytest.mark.parametrize(
    "part",
    ["no more than five messages", "max 3 emails each", "at most one message per household", "half a message a week"],
)
def test_a_message_count_that_plans_cannot_hold_is_asked_about_and_not_assumed(part: str) -> None:
    brief = with_part(part)

    assert len(brief.questions) == 1
    assert f"'{part}'" in brief.questions[0]
    assert not any(assumed.field == "max_contacts_per_week" for assumed in brief.assumptions)


@pytest.mark.parametrize("part", ["no more than zero messages", "no messages", "zero messages each"])
def test_no_message_at_all_is_refused(part: str) -> None:
    with pytest.raises(BadInput, match="leaves nothing to send"):
        with_part(part)


def test_a_span_of_part_weeks_is_counted_in_whole_days_and_said() -> None:
    brief = understood("Win back households that have not shopped for 4.5 weeks, at most $5,000, by 2017-11-20")

    assert brief.plannable
    assert ("population.days", "32 days") in [(assumed.field, assumed.value) for assumed in brief.assumptions]


@pytest.mark.parametrize("metric", ["redemptions", "visits", "retention", "new customers"])
def test_a_metric_that_is_not_measured_names_the_one_that_judges(metric: str) -> None:
    assumed = [a for a in with_part(f"maximise {metric}").assumptions if a.field == "primary_metric"]

    assert [a.value for a in assumed] == ["conversions"]
    assert assumed[0].why.startswith("judged by conversions per person, because")


def test_revenue_is_shown_and_margin_decides() -> None:
    brief = with_part("increase revenue")

    assert brief.primary_metric == "incremental_revenue"
    assert any(a.field == "primary_metric" and "margin after all costs decides" in a.why for a in brief.assumptions)


@pytest.mark.parametrize(
    "part",
    ["maximise conversions and incremental margin", "maximise conversions, more visits", "conversions and margin"],
)
def test_of_two_metrics_it_is_asked_which_one_decides(part: str) -> None:
    (question,) = with_part(part).questions

    assert question.startswith("Which one decides, 'conversions' or")


@pytest.mark.parametrize(
    ("money", "named"),
    [
        ("at most $5,00,000", r"\$5,00,000"),
        ("5,00,000 USD", "5,00,000 USD"),
        ("budget 5,00,000", "5,00,000"),
        ("at most $5,000.1.2", r"5,000\.1\.2"),
        ("at most $0.0000001", r"0\.0000001"),
        ("at most 5000 zorkmids", "zorkmids"),
        ("5000 zorkmids", "zorkmids"),
        ("$NaN", r"\$NaN"),
        ("at most $inf", r"\$inf"),
        ("$.50", r"\$\.50"),
        ("$-.50", r"\$-\.50"),
    ],
)
def test_an_amount_that_is_no_amount_is_named(money: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        understood(f"Win back lapsed households, {money}, by 2017-11-30")


@pytest.mark.parametrize(
    ("words", "markets"),
    [("households in Canada that", ("CA",)), ("households in the US and Canada that", ("US", "CA"))],
)
def test_a_country_is_no_part_of_the_population(words: str, markets: tuple[str, ...]) -> None:
    brief = understood(f"Win back {words} have not shopped for four weeks, at most $5,000, by 2017-11-30")

    assert brief.plannable
    assert brief.markets == markets
    assert brief.population == LAPSED


@pytest.mark.parametrize("words", ["Win back", "Win back households"])
def test_without_people_and_budget_one_question_asks_for_both(words: str) -> None:
    (question,) = understood(f"{words} by 2017-11-30").questions

    assert question.endswith(
        "and what is the most that may be spent? Say it like 'households that have not shopped for four weeks, at most $5,000'."
    )


def test_a_question_quotes_no_control_sequence() -> None:
    read = Text("all households\x1b[2J, at most $500\u200b\r")

    assert read.plain == "all households [2J, at most $500"
