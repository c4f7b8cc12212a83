"""How a rehearsal reads: names, order and risk; and nothing of an effect that may not be claimed."""

from __future__ import annotations

from dataclasses import replace

from app.rehearsed import assumption, at_risk, outcome_rows, quantity
from app.report.page import render
from campaigns.rehearsal import Distribution, Risk
from delivery.expected import expected, quoted
from policies.load import load_policies
from tests.app.stories import USD, rehearsal, story
from tests.builders import plan as small_plan

RISK = Risk(unit=USD, value_at_risk=-54e6, expected_shortfall=12.5e6, spend_lost=52e6, spend_most=181e6)


def spread(unit: str) -> Distribution:
    return Distribution(unit=unit, mean=3.2e6, p05=1.26e6, p25=2e6, p50=3e6, p75=4e6, p95=6e6)


def test_quantities_read_as_words_with_effects_first() -> None:
    rows = outcome_rows(
        {"complaints": spread("people"), "spend": spread(USD), "incremental_margin": spread(USD)}.items()
    )

    assert [row[0] for row in rows] == ["Incremental margin", "Spend", "People who complain"]
    assert rows[1][1:] == ("$1.26", "$3.00", "$6.00")
    assert quantity("against_usual_margin") == "Incremental margin, against business as usual"


def test_a_risk_says_what_is_kept_and_what_is_lost() -> None:
    said = at_risk(RISK)

    assert "19 of 20 runs bring $54.00 or better, the others lose $12.50 on average" in said
    assert "spend at most $181.00; the runs that lose spend $52.00" in said


def test_a_prior_is_named_in_words_and_a_fitted_parameter_is_not() -> None:
    assert assumption("attention_email") == "share of delivered e-mails that are read"
    assert assumption("season_level") == ""


def test_effects_that_may_not_be_claimed_are_nowhere_in_the_rehearsal() -> None:
    plan = small_plan(1490)
    forecast = rehearsal(plan)
    forecast = forecast.model_copy(
        update={
            "plan_hash": "0" * 64, "risk": RISK, "reasons": ("Incremental margin: USD 280.00 in the middle run.",),
            "outcomes": forecast.outcomes | {"against_usual_margin": spread(USD), "spend": spread(USD)},
        }
    )  # fmt: skip

    told = expected(plan, forecast, load_policies())
    plain, page = quoted(forecast, told), render(replace(story(launched=False), rehearsal=forecast, expected=told))

    assert told.refused
    assert set(plain["outcomes"]) == {"spend"}
    assert (plain["reasons"], plain["risk"]) == ([], None)
    assert "Effects are not told" in page
    assert not [words for words in ("USD 280.00", "19 of 20 runs") if words in page]
