"""Each placebo holds for the twin as it is, and fails for one with the mistake that it looks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaigns.rehearsal import Placebo
from delivery.values import Values
from simulator import placebos as room
from simulator.parameters import Parameters
from simulator.placebos import PEOPLE, placebos, same, shuffled, some_people
from simulator.randomness import seed_of
from simulator.response import Response
from simulator.run import Ran, Setup, run_once
from tests.builders import plan
from tests.simulator.stagings import TYPICAL, stage
from tests.simulator.test_rehearse import SETUP

RUNS = 10
KEEN = replace(TYPICAL, click_email=0.5, click_push=0.5, incremental_share=0.9, season_level=3.0)


def found(setup: Setup = SETUP, ran: list[Ran] | None = None, drawn: Parameters = KEEN) -> dict[str, Placebo]:
    if ran is None:
        ran = [run_once(setup, drawn, seed_of(9, run)) for run in range(RUNS)]
    return {one.name: one for one in placebos(setup, [drawn] * RUNS, ran, 9)}


def test_all_hold_for_the_twin_as_it_is() -> None:
    told = found()
    assert set(told) == {"swapped creatives", "identical creatives", "inert edit", "permuted audience"}
    assert all(one.held for one in told.values()), told
    assert told == found()


def test_an_inert_edit_that_moves_something_fails() -> None:
    ran = [run_once(SETUP, KEEN, seed_of(10, run)) for run in range(RUNS)]
    assert not found(ran=ran)["inert edit"].held


def test_a_world_that_looks_at_a_creatives_place_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Response.answers

    def partial(self: Response, batch: object) -> None:
        self._click = self._click * (1 + 0.5 * np.arange(len(self._click)) / len(self._click))
        real(self, batch)  # type: ignore[arg-type]

    ran = [run_once(SETUP, KEEN, seed_of(9, run)) for run in range(RUNS)]
    monkeypatch.setattr(Response, "answers", partial)
    assert not found(ran=ran)["identical creatives"].held


def test_targeting_that_knows_more_than_the_covariates_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    # Values that look at the people themselves, whatever covariates they are given.
    true = SETUP.values
    monkeypatch.setattr(Values, "build", classmethod(lambda _cls, _plan, _roster: true))
    people = SETUP.stage.roster
    net = np.tile(true.response(np.arange(people.size))[0], (RUNS, 1))
    assert not room.permuted(SETUP, 0, net + np.random.default_rng(1).normal(0, 1, net.shape), 9).held


def test_a_large_audience_is_tried_on_a_part_of_it() -> None:
    roster = stage(PEOPLE + 200, plan(PEOPLE + 200)).roster
    part = some_people(roster, 9)
    assert part.size == PEOPLE == len(part.responsiveness)
    assert set(part.person_id) < set(roster.person_id)
    assert some_people(part, 9) is part
    turned = shuffled(part, np.arange(PEOPLE)[::-1])
    assert (turned.responsiveness == part.responsiveness[::-1]).all()
    assert (turned.consent == part.consent).all()


def test_two_runs_are_the_same_only_to_the_last_bit() -> None:
    one = run_once(SETUP, KEEN, 5)
    assert same(one, run_once(SETUP, KEEN, 5))
    assert not same(one, replace(one, daily=np.nextafter(one.daily, 1e30)))
    assert not same(one, run_once(SETUP, KEEN, 6))
