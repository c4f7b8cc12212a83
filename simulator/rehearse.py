"""A plan against its twin, a few hundred times, before anyone real receives anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime

import numpy as np
import polars as pl

from campaigns.contact import FloatArray, IntArray
from campaigns.figure import Figure
from campaigns.plan import Plan
from campaigns.rehearsal import Passport, Placebo, Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from delivery.contacted import contacted
from delivery.decide import Beliefs
from delivery.roster import Roster
from delivery.warm import beliefs_of
from policies.rule import PolicySet
from simulator.assumed import constants
from simulator.calibration import Twin, calibrate
from simulator.errors import BadRehearsal
from simulator.executing import automatic, usable
from simulator.paired import Audience, audience
from simulator.parameters import LEARNT, Parameters, draws
from simulator.passport import history_of, passport
from simulator.placebos import placebos
from simulator.randomness import seed_of
from simulator.run import Ran
from simulator.shards import SHARD, Terms, lots
from simulator.summary import against_usual, answer, blocked, fan, outcomes, risk, share
from simulator.turning import drivers, turnings, with_shares
from simulator.turning import spread as spread_of
from simulator.usual import NO_RECORD, Usual, usual_among, usual_of
from simulator.variance import Surface, luck_variance, surface
from simulator.verdict import Case, case_of, reasons_of, settled, told
from simulator.warm import known_of, plain
from simulator.world import Truth
from tools.prediction.priors import RESPONSE_PRIORS

FEWEST_RUNS, MOST_RUNS = 200, 10_000
LOOK_EVERY = 50
"""Beyond the fewest, it is looked after so many runs whether the verdict is settled."""
PAIRS = 20
"""Runs that are repeated with other luck and the same assumptions, to tell the two apart."""
_OTHER_LUCK = 101
_STRUCTURE = (
    "A person redeems one offer, at the value reserved first; a click that ends in a purchase that would have happened "
    "anyway costs the offer only when the person buys of themselves within 14 days.",
    "The twin reads no words: creatives differ by channel, language, tone and offer only.",
)


@dataclass(slots=True)
class Runs:
    """The paired runs made so far, in order."""

    parameters: list[Parameters] = field(default_factory=list)
    ran: list[Ran] = field(default_factory=list)
    usual: list[Truth] = field(default_factory=list)

    @property
    def columns(self) -> dict[str, FloatArray]:
        """Every number among the parameters, run by run."""
        names = [one.name for one in fields(Parameters) if isinstance(getattr(self.parameters[0], one.name), float)]
        return {name: np.array([getattr(drawn, name) for drawn in self.parameters]) for name in names}

    @property
    def net(self) -> FloatArray:
        """Incremental margin (micros) of each run against no campaign."""
        return np.array([run.truth.net for run in self.ran], np.float64)

    def harm(self, ref: str) -> Figure:
        """The share of runs that lose money, with its exact interval."""
        return share(int((self.net < 0).sum()), len(self.ran), ref)

    def usual_better(self) -> int:
        """Runs in which business as usual earns more."""
        return int((against_usual(self.ran, self.usual) < 0).sum())


def rehearse(
    ws: Workspace,
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    seed: int,
    runs: int = FEWEST_RUNS,
    progress: Callable[[str], None] = lambda _: None,
    workers: int | None = None,
    cluster: bool = False,
) -> Rehearsal:
    """The rehearsal of a plan as the workspace stands now; the same plan, data and seed give the same bytes.

    Each run draws parameters (priors and what the history taught) and luck, and runs the live engine, guard and
    pacing on a SimPy clock, paired with the same people left alone and with business as usual; more than 131,072 people
    are taken in parts. `runs` is the most
    that are made: from 200 on they end when the verdict is settled. `workers` (None: as many as
    the work is worth) and `cluster` are those of `simulator.executing.spread`; they change no number. BadRehearsal for fewer than 200 runs
    or more than 10,000, and for workers that cannot be had, before anything is learnt.
    """
    _enough(runs)
    usable(1 if workers is None else workers, cluster)
    now = Store(ws).now()
    progress("learning the twin from earlier weeks")
    twin = calibrate(ws, plan, now)
    known = history_of(ws, now, seed)
    record = passport(twin, plan, snapshot.height, seed, known, known.region.kind(snapshot))
    earlier, usual = _on_record(ws, plan, snapshot, now)
    begins = known_of(draws(twin.posterior, FEWEST_RUNS, seed), plan.brief.channels)
    beliefs = beliefs_of(ws, plan, begins, now)
    workers = automatic(snapshot.height, runs) if workers is None else workers
    return rehearse_with(
        twin, record, plan, snapshot, policies, seed, now, runs, progress, earlier, usual, workers, cluster, beliefs
    ).model_copy(update={"begins_with": plain(begins)})


def rehearse_with(
    twin: Twin,
    record: Passport,
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    seed: int,
    now: datetime,
    runs: int = FEWEST_RUNS,
    progress: Callable[[str], None] = lambda _: None,
    earlier: tuple[IntArray, IntArray] | None = None,
    usual: Usual = NO_RECORD,
    workers: int = 1,
    cluster: bool = False,
    beliefs: Beliefs | None = None,
    most_at_once: int = SHARD,
) -> Rehearsal:
    """`rehearse` with a twin and passport that are there already, starting at `now`; `earlier` and `beliefs` as in `Setup`.

    More people than `most_at_once` are rehearsed in parts of at most so many (`simulator.shards`).
    """
    _enough(runs)
    terms = Terms(policies, seed, now, usual, beliefs)
    people = audience(plan, snapshot, terms, earlier, workers, cluster, most_at_once)
    made = Runs()
    checked: tuple[Placebo, ...] = ()
    for count in _counts(people, twin, runs, seed, made, progress):
        if count < FEWEST_RUNS:
            continue
        if not checked:
            checked = placebos(people.some, made.parameters, made.ran if people.whole else (), seed)
            progress(f"made {len(checked)} placebos, of which {sum(placebo.held for placebo in checked)} hold")
        if settled(_case(made, policies, record, checked, twin), made.harm(twin.version), count):
            break
    progress(f"repeating {PAIRS} runs with other luck")
    found = _surface(people, made, seed)
    return _told(people, made, found, checked, twin, record, policies, seed, usual)


def _on_record(
    ws: Workspace, plan: Plan, snapshot: pl.DataFrame, now: datetime
) -> tuple[tuple[IntArray, IntArray], Usual]:
    """Earlier messages to these people, and business as usual; read part by part, so that no roster is of them all."""
    rows, instants, messages = [], [], 0
    for mine in lots(snapshot):
        roster = Roster.build(plan, snapshot[mine])
        places, at = contacted(ws, roster, now)
        rows.append(mine[places])
        instants.append(at)
        messages += usual_of(ws, roster, now).messages
    return (np.concatenate(rows), np.concatenate(instants)), usual_among(messages, snapshot.height)


def _enough(runs: int) -> None:
    if runs < FEWEST_RUNS:
        raise BadRehearsal(f"A rehearsal of {runs} runs is too coarse to judge by; ask for {FEWEST_RUNS} or more.")
    if runs > MOST_RUNS:
        raise BadRehearsal(f"A rehearsal of {runs} runs is more than are ever made; ask for {MOST_RUNS} or fewer.")


def _counts(
    people: Audience, twin: Twin, runs: int, seed: int, made: Runs, progress: Callable[[str], None]
) -> Iterator[int]:
    """Makes the runs, and says after every 50 how many there are.

    Parameters are drawn 200 at a time, so that the first runs are the same however many may follow.
    """
    for start in range(0, runs, FEWEST_RUNS):
        block = draws(twin.posterior, min(FEWEST_RUNS, runs - start), seed if not start else seed_of(seed, start))
        lucks = [(drawn, seed_of(seed, start + place)) for place, drawn in enumerate(block)]
        for first in range(0, len(lucks), LOOK_EVERY):
            these = lucks[first : first + LOOK_EVERY]
            for some in people.pairs(these):
                made.ran.extend(ran for ran, _ in some)
                made.usual.extend(usually for _, usually in some if usually is not None)
                progress(f"rehearsed {len(made.ran)} of at most {runs} paired runs")
            made.parameters.extend(drawn for drawn, _ in these)
            yield len(made.ran)


def _surface(people: Audience, made: Runs, seed: int) -> Surface:
    """The incremental margin over the runs by assumption, its luck from runs that are repeated with another seed."""
    again = [(drawn, seed_of(seed ^ _OTHER_LUCK, place)) for place, drawn in enumerate(made.parameters[:PAIRS])]
    pairs = [(run.truth.net, net) for run, net in zip(made.ran[:PAIRS], people.nets(again), strict=True)]
    return surface(made.columns, made.net, luck_variance(pairs))


def _case(
    made: Runs, policies: PolicySet, record: Passport, checked: tuple[Placebo, ...], twin: Twin, assumed: float = 0.0
) -> Case:
    harm = made.harm(twin.version)
    return case_of(policies, made.ran, harm, made.usual_better(), record, checked, assumed)


def _told(
    people: Audience,
    made: Runs,
    found: Surface,
    checked: tuple[Placebo, ...],
    twin: Twin,
    record: Passport,
    policies: PolicySet,
    seed: int,
    usual: Usual,
) -> Rehearsal:
    plan, ran = people.some.plan, made.ran
    currency = plan.allocation.budget.unit.removeprefix("micros:")
    learnt = _learnt(twin)
    apart = spread_of(found, learnt)
    case = _case(made, policies, record, checked, twin, apart.assumed)
    decided, reasons = reasons_of(case)
    named = drivers(found, learnt)
    table = outcomes(ran, made.usual, currency)
    lost, found_out = risk(ran, currency), answer(ran, twin.version)
    begins = {f"{prior.meaning}: ": prior.name for prior in RESPONSE_PRIORS}
    return Rehearsal(
        plan_hash=plan.hash,
        verdict=decided,
        reasons=(*reasons, *told(ran, table, lost, found_out, currency)),
        runs=len(ran),
        seed=seed,
        outcomes=table,
        p_harm=made.harm(twin.version),
        p_breach=share(sum(bool(run.breaches) for run in ran), len(ran), twin.version),
        blocked=blocked(ran, people.some.guard.contact_rules),
        drivers=named,
        assumptions=(
            *with_shares(twin.assumptions, begins, found),
            *constants(plan.brief.channels),
            *_STRUCTURE,
            *people.told,
        ),
        fan=fan(ran),
        passport=record,
        settled=bool(case.facts["settled"]),
        spread=apart,
        turnings=turnings(case, made.columns, made.net < 0, named),
        placebos=checked,
        risk=lost,
        answer=found_out,
        usual=usual.told,
    )


def _learnt(twin: Twin) -> frozenset[str]:
    """The parameters that the workspace's data identify: what earlier horizons, campaigns and tests taught."""
    priors = {prior.name for prior in RESPONSE_PRIORS}
    own = (*LEARNT, *(name for name in twin.posterior.joint.names if name not in priors))
    return frozenset({*twin.learnt_from, *(own if twin.posterior.origins else ())})
