"""What a randomised test teaches, what it leaves alone, and what it says when it teaches nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.fitting.fit import not_identified, respond
from simulator.fitting.past import PastCounts
from simulator.fitting.randomised import Arm, anyway, gained, lucks, reading
from simulator.parameters import draws
from tests.simulator.fitting.trials import arm, trial
from tests.simulator.stagings import BELIEF
from tools.prediction.priors import PRIOR, RESPONSE_PRIORS
from tools.prediction.response import attention_factor

NO_PAST = PastCounts((), ())
SURE = {prior.name: np.array([prior.mean]) for prior in RESPONSE_PRIORS} | {
    luck.name: np.zeros(1) for luck in lucks(0, trial())
}


def sd(name: str) -> float:
    return PRIOR[name].sd


def test_opens_and_clicks_of_a_large_test_move_attention_and_clicks_to_what_was_tracked() -> None:
    found = respond((trial(opens=8_000, clicks=400),), NO_PAST, 1).particles
    assert found.column("attention_email").mean() == pytest.approx(0.4, abs=0.04)
    assert found.column("click_email").mean() == pytest.approx(0.05, abs=0.012)
    assert found.column("click_email").std() < sd("click_email")


def test_a_lift_that_clicks_cannot_bring_lowers_the_share_that_is_incremental() -> None:
    none, large = (respond((trial(400_000, lift),), NO_PAST, 1) for lift in (0.0, 0.014))
    shares = [one.particles.column("incremental_share").mean() for one in (none, large)]
    # Without redemptions, clicks that end in no purchase explain a part of it.
    assert shares[0] < PRIOR["incremental_share"].mean - 0.8 * sd("incremental_share")
    assert shares[1] > PRIOR["incremental_share"].mean
    assert none.lifts[0].mean < 0.003 < 0.009 < large.lifts[0].mean


def test_redemptions_tell_purchases_per_click() -> None:
    few, many = (respond((trial(redemptions=count),), NO_PAST, 1).particles for count in (60, 240))
    assert few.column("convert_offer").mean() < 0.25 < 0.35 < many.column("convert_offer").mean()


def test_a_test_leaves_alone_what_it_does_not_read_and_says_so() -> None:
    found = respond((trial(),), NO_PAST, 1)
    assert "halo_trip_share" not in found.particles.names
    assert "convert_plain" not in found.particles.names
    told = " ".join(not_identified(found))
    assert "halo_trip_share is not identified by this workspace" in told
    assert "attention_push is not identified" in told
    assert "incremental_share" not in told


def test_rehearsals_draw_whole_particles_so_that_correlations_reach_them() -> None:
    found = respond((trial(opens=None, clicks=600),), NO_PAST, 1).particles
    drawn = draws(replace(BELIEF, joint=found), 200, 3)
    pair = np.array([(one.attention_email, one.click_email) for one in drawn])
    assert np.corrcoef(pair.T)[0, 1] < -0.4
    assert set(pair[:, 0]) <= set(found.column("attention_email"))
    free = np.array([(one.attention_email, one.halo_trip_share) for one in drawn])
    assert abs(np.corrcoef(free.T)[0, 1]) < 0.25


def test_two_arms_share_the_noise_of_one_control() -> None:
    one = trial(3_000)
    both = replace(one, cells=(one.cells[0], replace(one.cells[0], offer=False)))
    found = respond((both,), NO_PAST, 1)
    assert {"convert_offer", "convert_plain"} <= set(found.particles.names)


def test_repeated_messages_tire_as_the_closed_form_says() -> None:
    three = trial(1_000, messages=3_000)
    calm = SURE | {"hour_swing": np.array([1e-9]), "competitor_attention": np.array([1e-9])}
    assert reading(three, three.cells[0], 0, calm)[0] == pytest.approx(
        PRIOR["attention_email"].mean * float(attention_factor(3.0)), rel=1e-9
    )


def test_cells_of_people_who_got_several_messages_add_up() -> None:
    cell = trial().cells[0]
    both = replace(trial(), cells=(replace(cell, messages=5_000), replace(cell, messages=15_000)), together=True)
    assert both.contacts(cell) == 1.0
    more = SURE | {luck.name: np.zeros(1) for luck in lucks(0, both)}
    parts = sum(gained(both, 0, place, more, counted=False)[0] for place in (0, 1))
    assert parts == pytest.approx(gained(trial(), 0, 0, more, counted=False)[0], rel=1e-9)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (trial(3), "3 people in"),
        (replace(trial(), control=Arm(2, 0, 0)), "2 people in control"),
        (replace(trial(arm=arm(20_000, 0.0)), control=arm(20_000, 0.0)), "nobody's conversions differ"),
        (replace(trial(arm=arm(20_000, 1.0)), control=arm(20_000, 1.0)), "nobody's conversions differ"),
        (trial(opens=None), "opens were not tracked"),
    ],
)
def test_a_test_that_cannot_teach_something_says_what(broken, says: str) -> None:  # type: ignore[no-untyped-def]
    found = respond((broken,), NO_PAST, 1)
    assert any(says in gap for gap in found.gaps)
    assert all(np.isfinite(found.particles.column(name)).all() for name in found.particles.names)


def test_a_test_that_the_model_cannot_explain_is_called_so() -> None:
    found = respond((trial(400_000, 0.2),), NO_PAST, 1)
    assert any("its model does not hold there" in gap for gap in found.gaps)


def test_who_buys_anyway_is_fewer_the_more_people_differ() -> None:
    alike, apart = replace(trial(), control=Arm(1_000, 500, 750)), replace(trial(), control=Arm(1_000, 500, 2_000))
    assert anyway(apart) < anyway(alike) == pytest.approx(1 - np.exp(-0.25), abs=1e-3)
