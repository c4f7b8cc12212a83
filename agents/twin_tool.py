"""What the budget agent may ask the twin: what the draft would earn with half, all and one and a half of its money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from langchain_core.tools import BaseTool, StructuredTool
from scipy import stats

from agents.assembly import plan_from
from agents.slots import weekly_slots
from campaigns.allocation import Cell
from campaigns.audience import Audience
from campaigns.brief import Brief, said
from campaigns.contact import FloatArray
from campaigns.experiment import Experiment
from campaigns.figure import Figure, Source
from campaigns.keys import person_keys
from campaigns.money import MICROS
from campaigns.plan import Plan
from policies.in_force import policies_in_force
from simulator.calibration import HORIZON_DAYS, UNTAUGHT, Twin, redemption_delays, taught, twin_of
from simulator.fitting.stored import in_force
from simulator.whatif import net_runs
from simulator.whatif_plan import changed
from simulator.whatif_points import present
from tools.audience import snapshot
from tools.audience.history import history
from tools.audience.population import Population
from tools.budget.compared import PART, BudgetCompared, Compared
from tools.budget.propose import propose_allocation
from tools.data.version import data_version
from tools.desk import Desk, Messages, people, told
from tools.experiment.assignment import draw

FACTORS = (0.5, 1.0, 1.5)
PEOPLE, RUNS, ORIGINS = 500, 12, 3
"""Few people, runs and earlier horizons: the comparison is paired, and planning waits for it."""
LEVEL = 0.95
_NAME = "agents.twin_tool.what_if_budget"


def twin_tools(desk: Desk) -> list[BaseTool]:
    """The tool over one draft; tag `draft`, as it keeps its comparison once per revision. It sends and spends nothing."""

    def what_if_budget() -> str:
        """Compare in the twin what half, all and one and a half of the money would earn, before proposing how to spread it."""
        found = desk.find(PART, BudgetCompared)
        if found is None:
            desk.need_before("budget")
            found = desk.keep(PART, compared(desk))
            desk.progress(found.sentence())
        return summary(found)

    return [StructuredTool.from_function(what_if_budget, tags=["draft"])]


def compared(desk: Desk) -> BudgetCompared:
    """The mean net margin of the draft at each factor, scaled from a sample of people to all; nothing of it is a plan.

    Messages are rehearsed with the fit in force, or with the documented priors where there is none, and with three
    earlier horizons of such people. BudgetError when the brief has no budget.
    """
    frame = snapshot.load(desk.workspace, desk.need("audience", Audience).snapshot_id)
    some = sample(frame)
    share = some.height / frame.height
    plan = _provisional(desk, some, share)
    twin, policies = _twin(desk, plan), policies_in_force(desk.workspace)
    settings, here = desk.workspace.settings, present(len(plan.slots))
    found: list[Compared] = []
    known: dict[tuple[Cell, ...], FloatArray] = {}
    for factor in FACTORS:
        made, folk = changed(plan, some, replace(here, budget=factor), settings, weekly_slots)
        # More money that the planner would leave lying changes no cell, and then no run either.
        net = known.get(made.allocation.cells)
        if net is None:
            net = net_runs(twin, made, folk, policies, RUNS, settings.seed, desk.now) / share
        known[made.allocation.cells] = net
        found.append(Compared(factor=factor, margin=_figure(net, settings.currency, twin.version)))
    return BudgetCompared(points=tuple(found), people=some.height, runs=RUNS)


def sample(frame: pl.DataFrame) -> pl.DataFrame:
    """At most 500 of the people, drawn by lot from their ids, in the snapshot's order."""
    if frame.height <= PEOPLE:
        return frame
    lots = draw(person_keys(frame["person_id"].to_list()), "what-if")
    some: pl.DataFrame = frame[np.sort(np.argsort(lots, kind="stable")[:PEOPLE]).tolist()]
    return some


def summary(found: BudgetCompared) -> str:
    """The comparison in units of money, as JSON: aggregates only."""
    return told(
        {
            "part": PART,
            "people_rehearsed": people(found.people),
            "runs": found.runs,
            "net_margin": [
                {
                    "budget_factor": point.factor,
                    "mean": round(point.margin.value / MICROS, 2),
                    "low": round((point.margin.low or 0) / MICROS, 2),
                    "high": round((point.margin.high or 0) / MICROS, 2),
                }
                for point in found.points
            ],
        }
    )


def _provisional(desk: Desk, some: pl.DataFrame, share: float) -> Plan:
    """A whole plan of the draft's parts for a sample of its people and their share of the money; it is never kept."""
    settings, brief = desk.workspace.settings, desk.brief
    messages = desk.need("creative", Messages)
    small = brief if brief.budget is None else _shared(brief, share)
    experiment = desk.need("experiment", Experiment)
    allocation = propose_allocation(small, some, experiment, messages.offers, messages.creatives, settings)
    goal = said(brief.population, settings.owner, settings.brand, desk.now)
    made = plan_from(
        desk, goal, allocation, data_version(desk.workspace), policies_in_force(desk.workspace).hash, "0" * 16
    )
    size = Figure(value=some.height, unit="people", source=Source(kind="tool", name=_NAME))
    audience = made.audience.model_copy(update={"size": size})
    return made.model_copy(update={"brief": small, "audience": audience})


def _shared(brief: Brief, share: float) -> Brief:
    assert brief.budget is not None
    micros = max(round(brief.budget.amount_micros * share), 1)
    return brief.model_copy(update={"budget": brief.budget.model_copy(update={"amount_micros": micros})})


def _twin(desk: Desk, plan: Plan) -> Twin:
    body = in_force(desk.workspace, desk.now)
    population = Population(predicates=plan.audience.predicates, category=plan.audience.category)
    frame = history(desk.workspace, population, desk.now, HORIZON_DAYS, ORIGINS)
    delays = redemption_delays(desk.workspace, desk.now)
    return twin_of(frame, delays, HORIZON_DAYS, plan.data_version, taught(body) if body else UNTAUGHT)


def _figure(net: FloatArray, currency: str, ref: str) -> Figure:
    half = float(stats.t.ppf((1 + LEVEL) / 2, len(net) - 1) * net.std(ddof=1) / len(net) ** 0.5)
    mean = float(net.mean())
    return Figure(
        value=mean, unit=f"micros:{currency}", source=Source(kind="twin", name=_NAME, ref=ref),
        low=mean - half, high=mean + half, level=LEVEL,
    )  # fmt: skip
