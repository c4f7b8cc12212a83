from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from campaigns.border import canonical
from campaigns.brief import Window
from campaigns.figure import Figure, Source
from campaigns.rehearsal import Passport, Placebo, Rehearsal
from policies.load import SHIPPED, load_policies
from simulator.breaches import breaches
from simulator.calibration import Twin
from simulator.errors import BadRehearsal
from simulator.parameters import Parameters, draws, strata, without_response
from simulator.prepare import prepare
from simulator.randomness import seed_of
from simulator.rehearse import rehearse_with
from simulator.run import Ran, play, run_once
from simulator.summary import against_usual, share
from simulator.usual import Usual, usual_setup
from simulator.verdict import Case, case_of, reasons_of, settled
from simulator.world import SimWorld
from tests.builders import NOW, brief, plan, snapshot
from tests.simulator.histories import frame
from tests.simulator.stagings import BELIEF, POLICIES, TYPICAL
from tools.prediction.priors import RESPONSE_PRIORS

PEOPLE = 160
# Two weeks, so that 200 runs take seconds.
PLAN = plan(PEOPLE, brief(window=Window(start=date(2017, 10, 16), end=date(2017, 10, 29))))
PEOPLE_ROWS = snapshot(PEOPLE)
TWIN = Twin(BELIEF, frame([]), 28, "a test", "f" * 16)
USUAL = Usual(0.5, 960)
SETUP = prepare(PLAN, PEOPLE_ROWS, POLICIES, 9, NOW)


def record(supported: bool = True) -> Passport:
    figure = Figure(value=0.8, unit="share", source=Source(kind="twin", name="tests", ref="fixture"))
    return Passport(
        twin_version="f" * 16, fitted_on="a test", origins=6, coverage=figure, direction=figure, supported=supported,
        unsupported_because=() if supported else ("the audience has 12 people, and 150 are needed",),
    )  # fmt: skip


@lru_cache(maxsize=1)
def rehearsal() -> Rehearsal:
    return rehearse_with(TWIN, record(), PLAN, PEOPLE_ROWS, POLICIES, 9, NOW, usual=USUAL)


@lru_cache(maxsize=8)
def some(parameters: Parameters = TYPICAL, runs: int = 12) -> list[Ran]:
    return [run_once(SETUP, parameters, seed_of(9, run)) for run in range(runs)]


def test_the_same_plan_and_seed_give_the_same_bytes_and_another_seed_others() -> None:
    again = rehearse_with(TWIN, record(), PLAN, PEOPLE_ROWS, POLICIES, 9, NOW, usual=USUAL)
    assert canonical(again.plain()) == canonical(rehearsal().plain())
    assert some()[0].truth != run_once(SETUP, TYPICAL, seed_of(10, 0)).truth


def test_a_run_does_not_depend_on_the_runs_before_it() -> None:
    alone = run_once(SETUP, TYPICAL, seed_of(9, 7))
    assert alone.truth == some()[7].truth
    assert (alone.daily == some()[7].daily).all()


def test_a_rehearsal_tells_what_was_sent_blocked_and_forecast() -> None:
    told = rehearsal()
    assert told.runs == 200
    assert told.plan_hash == PLAN.hash
    assert told.outcomes["contacts"].mean > 200
    assert told.p_breach.value == 0
    assert {"measured_incremental_conversions", "incremental_margin", "spend", "unsubscribes"} <= set(told.outcomes)
    assert told.fan[-1].p50 == pytest.approx(told.outcomes["incremental_margin"].p50)
    assert len(told.fan) == 17
    assert any("authors' judgement" in sentence for sentence in told.assumptions)


def test_nobody_clicks_means_exactly_no_effect_and_certain_harm() -> None:
    for run in some(without_response(TYPICAL), 4):
        assert (run.truth.conversions, run.truth.revenue, run.truth.margin) == (0, 0, 0)
        assert run.truth.net == -run.truth.message_cost < 0


def test_sleeping_dogs_make_a_campaign_harmful() -> None:
    dogs = replace(TYPICAL, sleeping_dog_share=0.6, season_level=6.0)
    assert np.mean([run.truth.net for run in some(dogs)]) < 0 < np.mean([run.truth.net for run in some()])


def test_paired_differences_vary_far_less_than_unpaired_ones() -> None:
    with_plan = np.array([run.truth.organic_conversions + run.truth.conversions for run in some(runs=12)])
    alone = [SimWorld(SETUP.stage, TYPICAL, SETUP.guard, seed_of(9, run)).truth() for run in range(12)]
    others = [SimWorld(SETUP.stage, TYPICAL, SETUP.guard, seed_of(8, run)).truth() for run in range(12)]
    paired = with_plan - np.array([truth.organic_conversions for truth in alone])
    unpaired = with_plan - np.array([truth.organic_conversions for truth in others])
    assert paired.tolist() == [run.truth.conversions for run in some(runs=12)]
    assert paired.var() < unpaired.var() / 3


def test_days_add_up_to_the_run() -> None:
    for run in some():
        assert run.daily.sum() == run.truth.net


def test_the_experiment_of_many_runs_measures_the_truth_without_bias() -> None:
    keen = replace(TYPICAL, click_email=0.6, season_level=3.0)
    runs = some(keen, 40)
    error = np.array([run.measured.conversions - run.truth.conversions for run in runs if run.measured])
    assert abs(error.mean()) < 4 * error.std() / np.sqrt(len(error))


def test_parameters_cover_every_prior_evenly() -> None:
    u = strata(200, 3)
    assert (np.floor(np.sort(u, axis=0) * 200) == np.arange(200)[:, None]).all()
    drawn = draws(BELIEF, 200, 3)
    assert np.mean([one.attention_email for one in drawn]) == pytest.approx(0.28, abs=0.005)
    assert abs(np.corrcoef(u.T) - np.eye(u.shape[1])).max() < 0.35


def test_a_share_carries_its_exact_interval() -> None:
    # Clopper-Pearson for 10 of 200: 0.0242 to 0.0900 (any table).
    figure = share(10, 200, "f" * 16)
    assert (figure.low, figure.high) == (pytest.approx(0.0242, abs=1e-4), pytest.approx(0.0900, abs=1e-4))
    assert share(0, 200, "f" * 16).low == 0.0


def test_what_a_rehearsal_rests_on_is_said_with_its_share() -> None:
    told = rehearsal()
    assert told.spread is not None
    assert sum(told.spread.plain().values()) == pytest.approx(1.0)
    for prior in RESPONSE_PRIORS:
        (said,) = (sentence for sentence in told.assumptions if sentence.startswith(f"{prior.meaning}: "))
        assert "Its share of the spread: " in said
    assert not any(driver.learnt for driver in told.drivers)
    assert [placebo.held for placebo in told.placebos] == [True] * 4


def test_risk_and_the_answer_fit_the_runs() -> None:
    told = rehearsal()
    assert told.risk is not None
    assert told.answer is not None
    assert told.risk.value_at_risk == pytest.approx(-told.outcomes["incremental_margin"].p05)
    assert told.risk.expected_shortfall >= told.risk.value_at_risk
    assert told.risk.spend_most == pytest.approx(told.outcomes["spend"].p95)
    assert 0 < told.answer.never.value < 1


def test_business_as_usual_is_no_campaign_without_a_record_and_a_broadcast_with_one() -> None:
    setup = usual_setup(SETUP, USUAL)
    assert usual_setup(SETUP, Usual(0.0, 0)) is None
    assert setup is not None
    worlds = [play(setup, TYPICAL, seed_of(9, run))[0] for run in range(3)]
    people = len(SETUP.stage.roster.treated)
    for world in worlds:
        assert sum(map(len, world.delivered)) == pytest.approx(0.5 * 2 * people, rel=0.1)
        assert world.truth().offer_cost == 0
        assert breaches(setup.plan, setup.stage, world.delivered, world.history()) == ()
    assert worlds[0].truth().organic_conversions == some()[0].truth.organic_conversions
    nets = np.array([world.truth().net for world in worlds])
    assert (
        against_usual(some()[:3], [world.truth() for world in worlds]) == [r.truth.net for r in some()[:3]] - nets
    ).all()


def test_more_runs_begin_as_fewer_do_and_end_when_the_verdict_is_settled() -> None:
    said: list[str] = []
    more = rehearse_with(TWIN, record(), PLAN, PEOPLE_ROWS, POLICIES, 9, NOW, 400, said.append, usual=USUAL)
    few = rehearsal()
    assert more.settled or more.runs == 400
    assert few.settled == (more.runs == 200)
    assert (more.fan == few.fan) == (more.runs == 200)
    assert said


def test_another_limit_in_the_policies_makes_another_verdict(tmp_path: Path) -> None:
    one = some()[0]
    good, bad = replace(one.truth, margin=10**9), replace(one.truth, margin=-(10**9))
    ran = [replace(one, truth=bad if run < 40 else good) for run in range(200)]
    shutil.copytree(SHIPPED, tmp_path / "packs")
    text = (tmp_path / "packs" / "twin.yaml").read_text()
    (tmp_path / "packs" / "twin.yaml").write_text(text.replace("{stop_from: 0.5}", "{stop_from: 0.15}"))
    harm = share(40, 200, "f" * 16)

    said = [
        reasons_of(case_of(rules, ran, harm, 0, record()))[0] for rules in (POLICIES, load_policies(tmp_path / "packs"))
    ]

    assert said == ["go", "stop"]


def test_a_failed_placebo_makes_that_nothing_can_be_told() -> None:
    good = replace(some()[0], truth=replace(some()[0].truth, margin=10**9))
    failed = Placebo(name="inert edit", held=False, told="3 of 40 runs differ.")
    decided, reasons = reasons_of(case_of(POLICIES, [good] * 200, share(0, 200, "f" * 16), 0, record(), [failed]))
    assert decided == "cannot_tell"
    assert "3 of 40 runs differ" in reasons[0]


def test_a_verdict_is_settled_when_the_whole_interval_is_on_one_side_of_every_limit() -> None:
    def case(losses: int) -> tuple[Case, Figure]:
        one = some()[0]
        good, bad = replace(one.truth, margin=10**9), replace(one.truth, margin=-(10**9))
        harm = share(losses, 200, "f" * 16)
        ran = [replace(one, truth=bad if run < losses else good) for run in range(200)]
        return case_of(POLICIES, ran, harm, 0, record()), harm

    # Clopper-Pearson at 200 runs: 26 is 8.7-18.4 %, 30 is 10.4-20.7 %, 70 is 28.4-42.0 %, 95 is 40.4-54.7 %.
    assert [settled(*case(losses), 200) for losses in (26, 30, 70, 95, 130)] == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("losses", "broken", "reached", "supported", "expected"),
    [
        (0, 0, True, True, "go"),
        (40, 0, True, True, "go"),
        (41, 0, True, True, "cannot_tell"),
        (99, 0, True, True, "cannot_tell"),
        (100, 0, True, True, "stop"),
        (0, 1, True, True, "stop"),
        (0, 0, False, True, "stop"),
        (0, 0, True, False, "cannot_tell"),
        (150, 0, True, False, "stop"),
    ],
)
def test_the_verdict_follows_its_rule(losses: int, broken: int, reached: bool, supported: bool, expected: str) -> None:
    one = some()[0]
    good, bad = replace(one.truth, margin=10**9), replace(one.truth, margin=-(10**9))
    ran = [replace(one, truth=bad if run < losses else good, contacts=one.contacts * reached) for run in range(200)]
    ran = [replace(run, breaches=("budget",)) if place < broken else run for place, run in enumerate(ran)]
    harm = share(sum(run.truth.net < 0 for run in ran), 200, "f" * 16)
    decided, reasons = reasons_of(case_of(POLICIES, ran, harm, 0, record(supported)))
    assert decided == expected
    assert reasons[0].endswith(".")


def test_too_few_runs_and_a_plan_that_is_over_are_refused() -> None:
    with pytest.raises(BadRehearsal, match="199 runs"):
        rehearse_with(TWIN, record(), PLAN, PEOPLE_ROWS, POLICIES, 9, NOW, runs=199)
    with pytest.raises(BadRehearsal, match="plan anew"):
        prepare(PLAN, PEOPLE_ROWS, POLICIES, 9, datetime(2018, 1, 1, tzinfo=UTC))


def test_two_workers_rehearse_to_the_same_bytes() -> None:
    both = rehearse_with(TWIN, record(), PLAN, PEOPLE_ROWS, POLICIES, 9, NOW, usual=USUAL, workers=2)

    assert canonical(both.plain()) == canonical(rehearsal().plain())
