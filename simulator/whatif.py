"""What if there were other money, fewer people, another cadence or deeper offers: each answer is rehearsed, none is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl
from scipy import stats

from campaigns.contact import FloatArray
from campaigns.finding import Finding
from campaigns.money import MICROS
from campaigns.plan import Plan
from campaigns.store import Store
from campaigns.workspace import Settings, Workspace
from delivery.contacted import contacted
from policies.check import check
from policies.evaluators.reason import explain
from policies.rule import PolicySet
from simulator.calibration import Twin, calibrate
from simulator.errors import BadWhatIf
from simulator.parameters import draws
from simulator.passport import foretold, trials
from simulator.prepare import prepare
from simulator.randomness import seed_of
from simulator.region import Region
from simulator.run import run_once
from simulator.summary import share
from simulator.support import Asked, support
from simulator.survey import region
from simulator.whatif_plan import Slots, changed, most_spent, spread_anew
from simulator.whatif_points import AXES, Factors, present
from simulator.whatif_surface import Fitted, fitted

RUNS = 40
FEWEST_RUNS, MOST_RUNS = 10, 2_000
LEVEL = 0.95
_FACTS = frozenset({"p_harm", "p_breach", "reached", "supported", "runs"})
"""What a few runs of a point tell; rules of rehearsals that read anything else are asked in a rehearsal only."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point as it was rehearsed, or why policy refuses it.

    `people` are those of the snapshot, holdouts included; money is micros: `budget` what may be spent at most, `face`
    the largest face value of an offer. `net` holds each run's net incremental margin, `spend` and `contacts` are means.
    `harm` is the share of runs that lose, with its exact 95 % interval. `against` says why policy would not let the twin
    say go here; empty where it would. All but `factors`, `people`, `budget` and `face` are empty at a refused point.
    """

    factors: Factors
    people: int
    budget: int
    face: int
    refused: tuple[str, ...] = ()
    net: tuple[float, ...] = ()
    spend: float = 0.0
    contacts: float = 0.0
    harm: tuple[float, float, float] = (0.0, 0.0, 1.0)
    against: tuple[str, ...] = ()

    @property
    def permitted(self) -> bool:
        """Whether policy neither refuses the point nor keeps the twin from saying go."""
        return not self.refused and not self.against

    @property
    def mean(self) -> float:
        """The mean net incremental margin over the runs, in micros."""
        return float(np.mean(self.net))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that mean (Student's t over the runs)."""
        half = float(stats.t.ppf((1 + LEVEL) / 2, len(self.net) - 1) * np.std(self.net, ddof=1) / len(self.net) ** 0.5)
        return self.mean - half, self.mean + half


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Every point of a sweep beside the plan as it is, and smooth surfaces over the axes that were swept.

    All points share parameters and luck, run by run. `margin` and `harm` are fitted over the first two `axes`, from the
    rehearsed points at the plan's own values of other axes; None with too few of them. `notes` say what to keep in mind.
    """

    plan: Plan
    twin_version: str
    runs: int
    seed: int
    here: Factors
    points: tuple[Point, ...]
    axes: tuple[str, ...]
    margin: Fitted | None
    harm: Fitted | None
    notes: tuple[str, ...]

    @property
    def present(self) -> Point:
        """The plan as it is."""
        return next(point for point in self.points if point.factors == self.here)

    @property
    def rehearsed(self) -> tuple[Point, ...]:
        """The points that policy did not refuse."""
        return tuple(point for point in self.points if not point.refused)

    @property
    def currency(self) -> str:
        """The currency of all micros."""
        return self.plan.allocation.budget.unit.removeprefix("micros:")

    def best(self) -> tuple[Point, ...]:
        """The permitted points that cannot be told from the one with the highest mean, that one first.

        A point is as good when the 95 % interval of its paired difference from the highest reaches zero.
        """
        open_ = sorted((point for point in self.rehearsed if point.permitted), key=lambda point: -point.mean)
        return tuple(point for point in open_ if point is open_[0] or as_good(point, open_[0]))


def what_if(
    ws: Workspace,
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    factors: Sequence[Factors],
    slots: Slots,
    runs: int = RUNS,
    progress: Callable[[str], None] = lambda _: None,
) -> WhatIf:
    """Each point of `factors` (see `whatif_points.points`) rehearsed with the same draws and luck; nothing is stored.

    BadWhatIf when the runs are too few or too many, policy refuses the plan itself, or an audience is below policy's
    minimum: before anything is rehearsed.
    """
    if not FEWEST_RUNS <= runs <= MOST_RUNS:
        raise BadWhatIf(f"{runs} runs a point cannot be compared; ask for {FEWEST_RUNS} to {MOST_RUNS}.")
    now = Store(ws).now()
    tried = _asked(plan, snapshot, policies, factors, ws.settings, slots, now)
    progress("learning the twin from earlier weeks")
    twin = calibrate(ws, plan, now)
    earlier = foretold(trials(twin.history, twin.horizon_days, plan.seed), twin.horizon_days)
    seen = region(ws, now).of_plan(twin.history, earlier)
    found: list[Point] = []
    known: dict[tuple[object, ...], Point] = {}
    for place, (point, made, people) in enumerate(tried, start=1):
        one = point.factors
        # Money that the planner would leave lying changes no cell, and then no run either.
        same = (made.allocation.cells, one.audience, one.cadence, one.depth)
        if not point.refused:
            if same not in known:
                known[same] = _rehearsed(ws, twin, seen, point, made, people, policies, runs, now)
            point = replace(known[same], factors=one, budget=point.budget)
        found.append(point)
        progress(f"rehearsed {place} of {len(tried)} points, {runs} paired runs each")
    return _swept(plan, twin, runs, tuple(found), _notes(plan, snapshot, ws.settings))


def net_runs(
    twin: Twin, plan: Plan, people: pl.DataFrame, policies: PolicySet, runs: int, seed: int, now: datetime
) -> FloatArray:
    """The net incremental margin (micros) of each of the first `runs` paired runs of a plan that may not be whole yet."""
    setup = prepare(plan, people, policies, seed, now)
    return np.array(
        [
            run_once(setup, drawn, seed_of(seed, place)).truth.net
            for place, drawn in enumerate(draws(twin.posterior, runs, seed))
        ],
        np.float64,
    )


def _asked(
    plan: Plan,
    snapshot: pl.DataFrame,
    policies: PolicySet,
    factors: Sequence[Factors],
    settings: Settings,
    slots: Slots,
    now: datetime,
) -> list[tuple[Point, Plan, pl.DataFrame]]:
    """The points before any is rehearsed, with what policy refuses."""
    here = present(len(plan.slots))
    if not plan.offers and any(one.depth != 1 for one in factors):
        raise BadWhatIf(
            f"Plan {plan.plan_id} makes no offer, so that none can be deeper; sweep budget, audience or cadence."
        )
    found = []
    for one in factors:
        made, people = changed(plan, snapshot, one, settings, slots)
        denials = [finding for finding in check(made, people, policies, now) if finding.severity == "deny"]
        for finding in denials:
            if one.audience < 1 and "audience_size" in policies.rule(finding.rule).facts:
                raise BadWhatIf(
                    f"An audience factor of {one.audience:g} is refused: {finding.observed}, limit {finding.limit}; ask for more people."
                )
            if one == here:
                raise BadWhatIf(
                    f"Policy refuses plan {plan.plan_id} itself: {_told(finding)}; mend that before asking what if."
                )
        face = max((offer.face_value.amount_micros for offer in made.offers), default=0)
        point = Point(one, people.height, most_spent(made), face, tuple(_told(finding) for finding in denials))
        found.append((point, made, people))
    return found


def _rehearsed(
    ws: Workspace,
    twin: Twin,
    seen: Region,
    point: Point,
    plan: Plan,
    people: pl.DataFrame,
    policies: PolicySet,
    runs: int,
    now: datetime,
) -> Point:
    setup = prepare(plan, people, policies, plan.seed, now)
    setup = replace(setup, earlier=contacted(ws, setup.stage.roster, now))
    ran = [
        run_once(setup, drawn, seed_of(plan.seed, place))
        for place, drawn in enumerate(draws(twin.posterior, runs, plan.seed))
    ]
    harm = share(sum(run.truth.net < 0 for run in ran), runs, twin.version)
    largest = int(twin.history.group_by("origin").len()["len"].max() or 0) if len(twin.history) else 0  # type: ignore[arg-type]
    outside = support(Asked.of(plan, people.height, seen.kind(people)), largest, seen)
    facts = {
        "p_harm": harm.value,
        "p_breach": sum(bool(run.breaches) for run in ran) / runs,
        "reached": any(run.contacts for run in ran),
        "supported": not outside,
        "runs": runs,
    }
    against = broken(policies, facts)
    return replace(
        point,
        net=tuple(float(run.truth.net) for run in ran),
        spend=float(np.mean([run.truth.message_cost + run.truth.offer_cost for run in ran])),
        contacts=float(np.mean([run.contacts for run in ran])),
        harm=(float(harm.value), float(harm.low or 0.0), float(harm.high if harm.high is not None else 1.0)),
        against=(*against, *(f"outside the twin's support: {reason}" for reason in outside)),
    )


def broken(policies: PolicySet, facts: Mapping[str, object]) -> tuple[str, ...]:
    """The rules of rehearsals that these facts of a point violate and that do not only warn, by id.

    Rules that read facts which a point does not have are left out; without any rule at all nothing is permitted.
    """
    rules = [rule for rule in policies.scope("rehearsal") if set(rule.facts) <= _FACTS and rule.severity != "warn"]
    if not any(rule.severity == "deny" for rule in rules):
        return ("no rule judges a rehearsal",)
    return tuple(rule.id for rule in rules if explain(rule.tree, facts) is not None)


def _swept(plan: Plan, twin: Twin, runs: int, found: tuple[Point, ...], notes: tuple[str, ...]) -> WhatIf:
    here = present(len(plan.slots))
    axes = tuple(axis for axis in AXES if len({point.factors.on(axis) for point in found}) > 1)
    drawn = axes[:2]
    on_plane = [point for point in found if not point.refused and not set(point.factors.beside(here)) - set(drawn)]
    columns = [[point.factors.on(axis) for point in on_plane] for axis in drawn]
    return WhatIf(
        plan=plan,
        twin_version=twin.version,
        runs=runs,
        seed=plan.seed,
        here=here,
        points=found,
        axes=axes,
        margin=fitted(drawn, columns, [point.mean for point in on_plane]) if drawn else None,
        harm=fitted(drawn, columns, [point.harm[0] for point in on_plane]) if drawn else None,
        notes=notes,
    )


def _notes(plan: Plan, snapshot: pl.DataFrame, settings: Settings) -> tuple[str, ...]:
    currency = plan.allocation.budget.unit.removeprefix("micros:")
    given, most = float(plan.allocation.budget.value), most_spent(plan)
    said = [
        f"Budget factors multiply the most that the plan may spend, {currency} {most / MICROS:,.2f} of the "
        f"{currency} {given / MICROS:,.2f} given; what it is expected to spend is less.",
        "Fewer people means those whom a contact is worth most; holdout shares stay, and the experiment's power is not computed anew.",
        "The twin is the one of the whole audience; money is spread anew by the planner at each point.",
    ]
    weekly = len(plan.slots)
    if plan.allocation != spread_anew(plan, plan.brief, snapshot, plan.offers, settings, weekly):
        said.append("The planner would spread this plan's money otherwise today, so other points differ by that too.")
    return tuple(said)


def as_good(point: Point, other: Point) -> bool:
    """Whether the 95 % interval of a point's paired difference from another reaches zero or more."""
    apart = np.array(point.net) - np.array(other.net)
    if not apart.std():
        return bool(apart.mean() >= 0)
    half = stats.t.ppf((1 + LEVEL) / 2, len(apart) - 1) * apart.std(ddof=1) / len(apart) ** 0.5
    return bool(apart.mean() + half >= 0)


def _told(finding: Finding) -> str:
    return f"{finding.observed}, limit {finding.limit} ({finding.rule})"
