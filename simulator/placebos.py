"""Comparisons whose answer is known beforehand, made with every rehearsal: a twin that gets them wrong is not believed.

They run on a part of the people, with the engine, guard, books and world of the rehearsal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from campaigns.contact import FloatArray, IntArray, KeyArray
from campaigns.creative import NO_CONTACT, Creative
from campaigns.experiment import TREATED
from campaigns.keys import person_keys, uniforms
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.rehearsal import Placebo
from delivery.decide import Asked, Choice, Unlearning
from delivery.roster import Roster
from delivery.values import Values
from simulator.calendar import COST, KEY, MARGIN, ROW
from simulator.parameters import Parameters
from simulator.randomness import seed_of
from simulator.run import Ran, Setup, play, run_once
from simulator.stage import Stage

RUNS = 40
EXACT = 10
"""Runs for a comparison that must hold to the last cent: one that differs is enough."""
PEOPLE = 2_000
SALT = 77
"""Apart from the seeds of the rehearsal's own runs."""
TOO_FAR = 3.0
"""Standard errors beyond which a gain that cannot be there counts as one: by chance once in 740 rehearsals."""


@dataclass(slots=True)
class Always(Unlearning):
    """Sends one action to everybody it is open to."""

    action: int

    def choose(self, asked: Asked) -> Choice:
        """The one action, or nothing where its channel is closed."""
        ones = np.ones(len(asked.rows))
        return Choice(np.where(asked.allowed[:, self.action], self.action, NO_CONTACT).astype(np.int16), ones, ones)


def placebos(setup: Setup, parameters: Sequence[Parameters], ran: Sequence[Ran], seed: int) -> tuple[Placebo, ...]:
    """Every placebo, on at most 2,000 people and 40 draws of the parameters; the same arguments give the same answers.

    `ran` are the rehearsal's own runs of these parameters and of all of these people, none where it made no such runs:
    with few people they serve as the unedited ones.
    """
    roster = some_people(setup.stage.roster, seed)
    lucks = [(drawn, seed_of(seed, run)) for run, drawn in enumerate(parameters[:RUNS])]
    whole = roster is setup.stage.roster
    small = setup if whole else _rebuilt(setup, setup.plan, roster)
    exact = lucks[:EXACT]
    plain = ran[:EXACT] if whole and ran else [run_once(small, *luck) for luck in exact]
    best, worst = _extremes(small)
    told = [inert(small, plain, exact)]
    one = _nets(small, best, lucks)
    if best != worst:
        two = _nets(small, worst, exact)
        told = [
            swapped(small, (best, worst), (one[:EXACT].sum(axis=1), two.sum(axis=1)), exact),
            identical(small, (best, worst), one[:EXACT], exact),
            *told,
        ]
    return (*told, permuted(small, best, one, seed))


def some_people(roster: Roster, seed: int) -> Roster:
    """At most 2,000 people of a roster, drawn by lot, in its order."""
    if roster.size <= PEOPLE:
        return roster
    rows = _drawn(roster.person_key, seed)
    columns = {field.name: getattr(roster, field.name) for field in fields(roster)}
    taken: dict[str, Any] = {name: column[rows] for name, column in columns.items() if isinstance(column, np.ndarray)}
    return replace(roster, person_id=tuple(roster.person_id[row] for row in rows.tolist()), **taken)


def some_rows(person_ids: Iterable[str], seed: int) -> IntArray:
    """The places of the people whom `some_people` would take, before there is a roster."""
    return _drawn(person_keys(person_ids), seed)


def _drawn(keys: KeyArray, seed: int) -> IntArray:
    luck = uniforms(seed & (2**63 - 1), keys, SALT)
    return np.sort(np.argsort(luck, kind="stable")[:PEOPLE])


def swapped(
    setup: Setup,
    pair: tuple[int, int],
    nets: tuple[FloatArray, FloatArray],
    lucks: Sequence[tuple[Parameters, int]],
) -> Placebo:
    """The best and the worst creative in each other's place: their difference must turn its sign, run by run."""
    first, second = pair
    creatives = list(setup.plan.creatives)
    creatives[first], creatives[second] = creatives[second], creatives[first]
    turned = _rebuilt(setup, _with(setup.plan, creatives), setup.stage.roster)
    there = [_nets(turned, action, lucks).sum(axis=1) for action in pair]
    before, after = nets[0] - nets[1], there[0] - there[1]
    wrong = int((np.sign(before) != -np.sign(after)).sum())
    differ = int((before != 0).sum())
    told = (
        f"Best and worst creative swapped: the sign of their difference turns in {len(before) - wrong} of {len(before)} "
        f"runs ({differ} in which they differ)."
    )
    return Placebo(name="swapped creatives", held=not wrong, told=told)


def identical(
    setup: Setup,
    pair: tuple[int, int],
    net: FloatArray,
    lucks: Sequence[tuple[Parameters, int]],
) -> Placebo:
    """A copy of the best creative in the place of the worst: the two must not differ by a cent."""
    first, second = pair
    creatives = list(setup.plan.creatives)
    creatives[second] = creatives[first].model_copy(update={"creative_id": creatives[second].creative_id})
    twin = _rebuilt(setup, _with(setup.plan, creatives), setup.stage.roster)
    wrong = int((_nets(twin, second, lucks) != net).any(axis=1).sum())
    told = f"A creative beside a copy of itself: they differ in {wrong} of {len(net)} runs."
    return Placebo(name="identical creatives", held=not wrong, told=told)


def inert(setup: Setup, plain: Sequence[Ran], lucks: Sequence[tuple[Parameters, int]]) -> Placebo:
    """Other words and names in every creative: a twin that reads no words must not move by a bit."""
    edited = _rebuilt(
        setup, _with(setup.plan, [_reworded(creative) for creative in setup.plan.creatives]), setup.stage.roster
    )
    wrong = sum(not same(one, run_once(edited, *luck)) for one, luck in zip(plain, lucks, strict=True))
    told = f"Other words and names, nothing else: {wrong} of {len(lucks)} runs differ."
    return Placebo(name="inert edit", held=not wrong, told=told)


def permuted(setup: Setup, action: int, net: FloatArray, seed: int) -> Placebo:
    """People's covariates shuffled among them before the best half is chosen: what targeting gained must be gone."""
    plan, roster = setup.plan, setup.stage.roster
    rows = np.flatnonzero(roster.arm == TREATED)
    true, lost = np.zeros(len(net)), np.zeros(len(net))
    for run in range(len(net)):
        order = np.random.default_rng((abs(seed), SALT, run)).permutation(roster.size)
        for gain, values in ((true, setup.values), (lost, Values.build(plan, shuffled(roster, order)))):
            gain[run] = _gain(values, rows, action, net[run])
    se = float(lost.std(ddof=1) / np.sqrt(len(lost))) if len(lost) > 1 else 0.0
    kept = float(lost.mean()) > TOO_FAR * se and float(lost.mean()) > 0
    told = (
        f"Audience permuted: choosing the better half gains {true.mean() / MICROS:,.3f} a person, after shuffling who they are "
        f"{lost.mean() / MICROS:,.3f} ± {se / MICROS:,.3f}."
    )
    return Placebo(name="permuted audience", held=not kept, told=told)


def shuffled(roster: Roster, order: IntArray) -> Roster:
    """The same people with the covariates of others; consent, zone and arm stay."""
    names = (
        "segment", "conversion_rate", "conversion_value_micros", "basket_value_micros", "basket_rate", "responsiveness",
        "pre_conversions", "pre_margin_micros",
    )  # fmt: skip
    return replace(roster, **{name: getattr(roster, name)[order] for name in names})


def same(one: object, other: object) -> bool:
    """Whether two results are equal in every field, arrays bit by bit."""
    if is_dataclass(one) and type(one) is type(other):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.tobytes() == other.tobytes()
    return one == other


def _gain(values: Values, rows: IntArray, action: int, net: FloatArray) -> float:
    """How much more a person of the better half brings than a person of all, by these values' order."""
    worth = values.response(rows)[action] - values.loss[rows]
    best = rows[np.argsort(-worth, kind="stable")[: (len(rows) + 1) // 2]]
    return float(net[best].mean() - net[rows].mean()) if len(rows) else 0.0


def _extremes(setup: Setup) -> tuple[int, int]:
    """The actions with the highest and the lowest expected margin a contact."""
    rows = setup.stage.roster.treated
    if not len(rows):
        return 0, 0
    worth = setup.values.response(rows).mean(axis=1) - setup.values.cost
    return int(np.argmax(worth)), int(np.argmin(worth))


def _nets(setup: Setup, action: int, lucks: Sequence[tuple[Parameters, int]]) -> FloatArray:
    """Net incremental margin (micros) per run and person when everybody gets this action at the first moment."""
    first = setup.ticks[0].slot if setup.ticks else 0
    ticks = tuple(tick for tick in setup.ticks if tick.slot == first)
    told = replace(setup, ticks=ticks, chooser=lambda: Always(action))
    size = setup.stage.roster.size
    found = np.zeros((len(lucks), size))
    for run, (drawn, seed) in enumerate(lucks):
        world, _ = play(told, drawn, seed)
        history, lost = world.history(), world.lost()
        caused = history[:, history[KEY] != 0]
        found[run] = np.bincount(caused[ROW], weights=caused[MARGIN] - caused[COST], minlength=size)
        found[run] -= np.bincount(lost[ROW], weights=lost[MARGIN], minlength=size)
        for batch in world.delivered:
            found[run][batch.row] -= batch.cost_micros
    return found


def _reworded(creative: Creative) -> Creative:
    return creative.model_copy(
        update={
            "creative_id": f"{creative.creative_id}-2",
            "subject": f"{creative.subject}, a word more",
            "body": f"{creative.body} A sentence more.",
        }
    )


def _with(plan: Plan, creatives: Sequence[Creative]) -> Plan:
    return plan.model_copy(update={"creatives": tuple(creatives)})


def _rebuilt(setup: Setup, plan: Plan, roster: Roster) -> Setup:
    """A setup of another plan, with the guard, clock and moments of this one.

    Over other people messages of other campaigns are left out, because they name rows of the roster.
    """
    start, end = (datetime.fromtimestamp(at, UTC) for at in (setup.stage.start, setup.stage.end))
    stage = Stage.build(plan, roster, start, end)
    earlier = setup.earlier if roster is setup.stage.roster else None
    return replace(setup, plan=plan, stage=stage, values=Values.build(plan, roster), earlier=earlier)
