"""The smallest holdout that has the power, and honest words where none has."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from campaigns.experiment import Experiment
from campaigns.money import Money
from campaigns.workspace import Settings
from tests.builders import brief, snapshot
from tools.experiment.assignment import assign
from tools.experiment.baseline import RATE_SHAPE, VALUE_CV2, expect, expected_counts
from tools.experiment.design import SHARES, design_experiment, global_salt
from tools.experiment.effect import difference
from tools.experiment.errors import ExperimentError
from tools.experiment.expected import expected_effect

SETTINGS = Settings()
DAYS = brief().window.days


def _expected(frame: pl.DataFrame, **changes: object):
    given = {"window_days": DAYS, "horizon_days": DAYS, "treated_share": 0.5, "face_value_micros": 1_000_000}
    return expected_effect(frame, brief(), SETTINGS, **{**given, **changes})


def test_a_large_audience_gets_the_smallest_holdout_with_the_power_wanted() -> None:
    frame = snapshot(8000)
    made = design_experiment(brief(), frame, DAYS, SETTINGS, "salt")
    assert made.powered
    assert made.power.value >= SETTINGS.power_wanted
    assert SHARES[0] < made.holdout_share < SHARES[-1]
    assert made.mde.value <= made.expected_effect.value
    assert made.feasible == ()
    larger = design_experiment(brief(), frame, DAYS, Settings(power_wanted=0.9), "salt")
    assert larger.holdout_share > made.holdout_share


def test_the_arms_are_counted_as_the_engine_will_assign_them() -> None:
    frame = snapshot(900)
    made = design_experiment(brief(), frame, DAYS, SETTINGS, "salt")
    arms = assign(frame["person_id"].to_list(), made.salt, made.global_salt, made.holdout_share, made.global_share)
    counts = np.bincount(arms, minlength=3).tolist()
    assert [made.arms[name].value for name in ("treated", "holdout", "global_holdout")] == counts
    assert made.global_salt == global_salt(SETTINGS)


def test_a_small_audience_is_told_what_would_be_feasible() -> None:
    made = design_experiment(brief(primary_metric="incremental_margin"), snapshot(450), DAYS, SETTINGS, "salt")
    assert (made.powered, made.outcome, made.holdout_share) == (False, "margin", SHARES[-1])
    needed = int(re.search(r"audience of ([\d,]+) people", made.feasible[0])[1].replace(",", ""))
    assert needed > 450
    assert f"{made.mde.value / 1e6:.2f}" in " ".join(made.feasible)


def test_an_audience_of_the_size_named_as_feasible_has_the_power() -> None:
    small = design_experiment(brief(), snapshot(600), DAYS, SETTINGS, "salt")
    needed = int(re.search(r"audience of ([\d,]+) people", small.feasible[0])[1].replace(",", ""))
    grown = pl.concat([snapshot(600)] * (needed // 600 + 2)).with_columns(
        person_id=pl.Series([f"p{number}" for number in range(600 * (needed // 600 + 2))])
    )
    assert design_experiment(brief(), grown, DAYS, SETTINGS, "salt").powered


def test_a_budget_that_reaches_few_is_named() -> None:
    poor = brief(budget=Money(amount_micros=1_000_000, currency="USD"))
    made = design_experiment(poor, snapshot(2000), DAYS, SETTINGS, "salt")
    assert not made.powered
    assert "The budget of USD 1.00 holds messages" in made.feasible[-1]


def test_every_figure_names_its_source_and_the_effect_is_a_prior_with_an_interval() -> None:
    made = design_experiment(brief(), snapshot(500), DAYS, SETTINGS, "salt")
    for figure in (made.baseline, made.expected_effect, made.mde, made.power, *made.arms.values()):
        assert figure.source.name.startswith("tools.experiment.")
        assert re.fullmatch(r"[0-9a-f]{16}", figure.source.ref)
    assert made.expected_effect.source.kind == "prior"
    assert made.expected_effect.low < made.expected_effect.value < made.expected_effect.high


def test_the_same_inputs_give_the_same_bytes_and_other_inputs_another_reference() -> None:
    frame = snapshot(500)
    one, two = (design_experiment(brief(), frame, DAYS, SETTINGS, "salt") for _ in range(2))
    assert one.model_dump_json() == two.model_dump_json()
    changed = frame.with_columns(conversion_rate=pl.col("conversion_rate") * 1.01)
    other = design_experiment(brief(), changed, DAYS, SETTINGS, "salt")
    assert other.power.source.ref != one.power.source.ref


@pytest.mark.parametrize(("people", "days"), [(5, DAYS), (300, DAYS - 1)])
def test_an_audience_or_horizon_that_cannot_be_measured_is_refused(people: int, days: int) -> None:
    with pytest.raises(ExperimentError):
        design_experiment(brief(), snapshot(people), days, SETTINGS, "salt")


def test_unreachable_people_dilute_the_effect() -> None:
    frame = snapshot(1000)
    half = frame.with_columns(
        consent_email=(pl.int_range(pl.len()) % 2).cast(pl.Int8), consent_push=pl.lit(0, dtype=pl.Int8)
    )
    assert _expected(half).reached == 0.5
    assert _expected(half).conversions == pytest.approx(_expected(frame).conversions / 2, rel=0.1)


def test_a_ban_on_discounts_takes_the_offer_out_of_the_expected_effect() -> None:
    frame = snapshot(1000)
    banned = design_experiment(brief(prohibitions=("no discounts",)), frame, DAYS, SETTINGS, "salt")
    free = design_experiment(brief(), frame, DAYS, SETTINGS, "salt")
    assert 0 < banned.expected_effect.value < free.expected_effect.value


def test_the_baseline_agrees_with_a_simulated_population() -> None:
    frame, rng = snapshot(400, seed=3), np.random.default_rng(1)
    known = expect(frame, 60, 0.28)
    counts = expected_counts(frame, 60)
    drawn = rng.poisson(counts * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, (1500, len(counts))))
    sigma = np.sqrt(np.log1p(VALUE_CV2))
    value = 0.28 * 8_000_000
    # the sum of n lognormal values, by its two first moments, is enough for a standard deviation
    money = value * (drawn + np.sqrt(drawn * np.expm1(sigma**2)) * rng.standard_normal(drawn.shape))
    assert known.conversions.mean == pytest.approx(drawn.mean(), rel=0.03)
    assert known.conversions.sd == pytest.approx(drawn.std(), rel=0.05)
    assert known.margin.mean == pytest.approx(money.mean(), rel=0.03)
    assert known.margin.sd == pytest.approx(money.std(), rel=0.05)


def test_what_the_year_before_explains_agrees_with_a_simulated_population() -> None:
    rng = np.random.default_rng(6)
    frame = snapshot(20_000, seed=3).with_columns(conversion_rate=pl.Series(rng.gamma(0.8, 0.02, 20_000)))
    frame = frame.with_columns(pre_conversions=pl.Series(rng.poisson(frame["conversion_rate"].to_numpy() * 364)))
    counts = expected_counts(frame, 60)
    bought = rng.poisson(counts * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, len(counts))).astype(float)
    held = len(counts) // 2
    before = frame["pre_conversions"].to_numpy().astype(float)
    effect = difference(bought[:held], bought[held:], before[:held], before[held:])
    assert expect(frame, 60, 0.28).conversions.r2 == pytest.approx(effect.variance_removed, abs=0.03)


def test_the_planned_power_is_that_of_the_analysis_of_counts() -> None:
    frame = snapshot(2500, seed=5)
    made = design_experiment(brief(), frame, DAYS, SETTINGS, "salt")
    extra = _expected(frame, treated_share=1 - made.holdout_share - made.global_share)
    rng, runs = np.random.default_rng(8), 600
    treated, held = int(made.arms["treated"].value), int(made.arms["holdout"].value)
    counts = expected_counts(frame, DAYS)
    lift = np.where(np.arange(len(counts)) < treated, extra.conversions, 0.0)
    seen = 0
    for _ in range(runs):
        rate = rng.permutation(counts) * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, len(counts))
        bought = rng.poisson(rate + lift)
        seen += difference(bought[:treated], bought[treated : treated + held]).significant
    assert seen / runs == pytest.approx(made.power.value, abs=0.05)


def test_a_quiet_holdout_is_made_large_enough_to_show_events() -> None:
    quiet = snapshot(4000).with_columns(conversion_rate=pl.col("conversion_rate") / 20)
    made = design_experiment(brief(), quiet, DAYS, SETTINGS, "salt")
    assert made.powered
    assert made.holdout_share == 0.25


def test_planned_looks_are_in_the_plan_with_their_spending_and_in_its_power() -> None:
    frame = snapshot(8000)
    once, looked = (design_experiment(brief(), frame, DAYS, SETTINGS, "salt", looks) for looks in (1, 4))
    assert once.looks == ()
    assert "looks" not in once.plain()
    assert [look.day for look in looked.looks][-1] == DAYS
    assert looked.looks[-1].spent == looked.alpha
    assert looked.powered
    assert looked.holdout_share >= once.holdout_share
    if looked.holdout_share == once.holdout_share:
        assert looked.power.value < once.power.value
        assert looked.mde.value > once.mde.value
    assert "4 looks planned after" in looked.method
    assert "one look" not in looked.method
    assert Experiment.model_validate_json(looked.model_dump_json()) == looked
    assert looked.power.source.ref != once.power.source.ref


def test_looks_that_do_not_end_with_the_horizon_are_no_plan() -> None:
    made = design_experiment(brief(), snapshot(500), DAYS, SETTINGS, "salt", 3)
    for looks in (made.looks[:2], made.looks[::-1], (*made.looks[:2], made.looks[1])):
        with pytest.raises(ValueError, match="look"):
            Experiment.model_validate_json(made.model_copy(update={"looks": looks}).model_dump_json())
