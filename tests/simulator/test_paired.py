"""A rehearsal of a large audience in parts: the same people and luck, money that adds up, numbers that do not know the workers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from campaigns.brief import Window
from campaigns.money import Money
from campaigns.plan import Plan
from simulator.answer import reported
from simulator.paired import AtOnce, InParts, Pair, audience
from simulator.parameters import draws
from simulator.placebos import some_people, some_rows
from simulator.randomness import seed_of
from simulator.rehearse import rehearse_with
from simulator.run import play, run_once
from simulator.shards import Luck, Part, Terms, lots, parts_of, run_part
from tests.builders import NOW, brief, creatives, plan, snapshot
from tests.simulator.stagings import BELIEF, POLICIES
from tests.simulator.test_rehearse import PEOPLE, PEOPLE_ROWS, PLAN, TWIN, USUAL, record

MONTH = Window(start=date(2017, 10, 16), end=date(2017, 10, 29))
TERMS = Terms(POLICIES, 9, NOW, USUAL, by_day=True)
LUCKS: list[Luck] = [(drawn, seed_of(9, run)) for run, drawn in enumerate(draws(BELIEF, 12, 9))]


def short_of_money(people: int, micros: int, offers: bool = True) -> Plan:
    """A plan whose money is gone before its people are."""
    money = Money(amount_micros=micros, currency="USD")
    changes = {} if offers else {"offers": (), "creatives": tuple(c for c in creatives() if c.offer_id is None)}
    return plan(people, brief(window=MONTH, budget=money), micros, **changes)


def runs(of: Plan, people: int, most: int, workers: int = 1, count: int = 12) -> list[Pair]:
    whom = audience(of, snapshot(people), TERMS, None, workers, most=most)
    return [pair for some in whom.pairs(LUCKS[:count]) for pair in some]


def test_a_lot_puts_everybody_in_one_part_and_hangs_on_nobody_else() -> None:
    drawn = lots(PEOPLE_ROWS, 50)

    assert sorted(np.concatenate(drawn).tolist()) == list(range(PEOPLE))
    assert {len(rows) for rows in drawn} == {40}
    turned = PEOPLE_ROWS.reverse()
    ids = [set(PEOPLE_ROWS[rows]["person_id"]) for rows in drawn]
    assert [set(turned[rows]["person_id"]) for rows in lots(turned, 50)] == ids
    assert [len(rows) for rows in lots(PEOPLE_ROWS, PEOPLE)] == [PEOPLE]


def test_up_to_the_limit_people_are_rehearsed_at_once_and_beyond_it_in_parts() -> None:
    assert isinstance(audience(PLAN, PEOPLE_ROWS, TERMS, None, most=PEOPLE), AtOnce)
    assert isinstance(audience(PLAN, PEOPLE_ROWS, TERMS, None, most=PEOPLE - 1), InParts)


def test_earlier_messages_follow_their_people_into_the_parts() -> None:
    earlier = (np.array([3, 7, 7, 150]), np.array([10, 20, 30, 40]))

    found = []
    for part in parts_of(PLAN, PEOPLE_ROWS, lots(PEOPLE_ROWS, 50), earlier):
        assert part.earlier is not None
        ids = part.people["person_id"].to_list()
        found += [(ids[row], at) for row, at in zip(*(column.tolist() for column in part.earlier), strict=True)]

    ids = PEOPLE_ROWS["person_id"].to_list()
    assert sorted(found) == sorted((ids[row], at) for row, at in zip(*(c.tolist() for c in earlier), strict=True))


def test_one_part_reports_what_the_run_reports_and_when() -> None:
    setup = TERMS.setup(Part(PLAN, PEOPLE_ROWS))

    answered = []
    for luck, total in zip(LUCKS, run_part(TERMS, (Part(PLAN, PEOPLE_ROWS), LUCKS)), strict=True):
        alone, told = run_once(setup, *luck), reported(total.arms, PLAN.experiment)
        assert alone.measured == told
        assert (total.truth, total.breaches) == (alone.truth, alone.breaches)
        answered.append(told.answered if told is not None else None)
    assert len(set(answered)) > 2, "no early answer was there to be found"


def test_parts_and_luck_are_the_same_on_two_workers() -> None:
    alone, both = runs(PLAN, PEOPLE, 60), runs(PLAN, PEOPLE, 60, workers=2)

    for (one, usual), (other, usually) in zip(alone, both, strict=True):
        assert (one.truth, one.contacts, one.measured, usual) == (other.truth, other.contacts, other.measured, usually)
        assert (one.daily == other.daily).all()
    assert alone[0][0].contacts > 0


def test_repeated_runs_in_parts_have_the_margin_of_those_runs() -> None:
    whom = audience(PLAN, PEOPLE_ROWS, TERMS, None, most=60)

    assert whom.nets(LUCKS) == [ran.truth.net for some in whom.pairs(LUCKS) for ran, _ in some]


def test_a_budget_that_binds_is_used_up_in_parts_as_it_is_together() -> None:
    # Who is written to differs with the lots: contacts by a few per cent here, 1 % for parts of 10,000 people; the
    # margin by no more than luck makes of that.
    the_plan = short_of_money(4_000, 4_800_000, offers=False)
    dearest = max(the_plan.allocation.contact_cost_micros.values())

    together, parted = (runs(the_plan, 4_000, most, count=8) for most in (4_000, 1_000))

    for (one, _), (other, _) in zip(together, parted, strict=True):
        budget = int(the_plan.allocation.budget.value)
        assert budget - 4 * dearest < other.truth.message_cost <= budget
        assert budget - dearest < one.truth.message_cost <= budget
        assert not one.breaches + other.breaches
        assert one.truth.organic_revenue == other.truth.organic_revenue

    for name in ("contacts", "people_reached"):
        one, other = (np.mean([getattr(ran, name) for ran, _ in of]) for of in (together, parted))
        assert other == pytest.approx(one, rel=0.06)
    apart = np.array([other.truth.net - one.truth.net for (one, _), (other, _) in zip(together, parted, strict=True)])
    assert abs(apart.mean()) < 4 * apart.std(ddof=1) / np.sqrt(len(apart))


def test_offers_never_commit_more_than_the_budget_and_leave_less_than_one_contact_a_part() -> None:
    the_plan, people = short_of_money(1_200, 96_000_000), snapshot(1_200)
    dearest = 1_000_000 + max(the_plan.allocation.contact_cost_micros.values())

    for most in (1_200, 300):
        drawn = lots(people, most)
        parts = parts_of(the_plan, people, drawn, None)
        books = [play(TERMS.setup(part), *LUCKS[0], keeps_all=False)[1].account() for part in parts]
        assert all(account.left >= 0 for account in books)
        committed = sum(account.spent + account.reserved for account in books)
        assert 96_000_000 - len(drawn) * dearest < committed <= 96_000_000


def test_the_placebos_people_are_those_of_the_whole_audience() -> None:
    frame = snapshot(2_300)
    setup = TERMS.setup(Part(plan(2_300), frame))

    assert some_people(setup.stage.roster, 9).person_id == tuple(frame[some_rows(frame["person_id"], 9)]["person_id"])


def test_a_rehearsal_in_parts_has_every_part_of_a_rehearsal_and_says_so() -> None:
    said: list[str] = []
    week = plan(60, brief(window=Window(start=date(2017, 10, 16), end=date(2017, 10, 22))))
    parted = rehearse_with(
        TWIN, record(), week, snapshot(60), POLICIES, 9, NOW, progress=said.append, usual=USUAL, most_at_once=30
    )

    assert (parted.runs, parted.plan_hash, parted.seed) == (200, week.hash, 9)
    alone = audience(week, snapshot(60), TERMS, None)
    first = [(drawn, seed_of(9, run)) for run, drawn in enumerate(draws(BELIEF, 200, 9)[:20])]
    organic = [ran.truth.organic_conversions for some in alone.pairs(first) for ran, _ in some]
    parts = audience(week, snapshot(60), TERMS, None, most=30)
    assert [ran.truth.organic_conversions for some in parts.pairs(first) for ran, _ in some] == organic
    assert {"measured_incremental_margin", "against_usual_margin", "incremental_margin"} <= set(parted.outcomes)
    assert parted.p_breach.value == 0
    assert len(parted.placebos) == 4
    assert all(placebo.held for placebo in parted.placebos)
    assert parted.spread is not None
    assert parted.fan[-1].p50 == pytest.approx(parted.outcomes["incremental_margin"].p50)
    assert [one for one in parted.assumptions if "in 2 parts of at most 30 people" in one]
    assert alone.told == ()
    assert said.count("rehearsed 10 of at most 200 paired runs") == 1
    assert parted.usual == USUAL.told
