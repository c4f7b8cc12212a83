"""One world, lived through: goal, plan, approval, launch and report, and what the baselines would have made of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from agents.session import PlanOutcome, plan_goal, resume_with_decision
from campaigns.errors import TwinpilotError
from campaigns.keys import key_of, uniforms
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.audit import audit
from delivery.books_columns import ColumnBooks
from delivery.channels.mailroom import Mailroom
from delivery.decide import Chooser
from delivery.engine import Engine
from delivery.horizon import horizon_end
from delivery.live import launch
from delivery.measure import measure
from delivery.roster import Roster
from delivery.schedule import ticks
from delivery.values import Values
from evals.baselines import Oracle, blast, nothing, segment_rules
from evals.scoring import Sample, claims
from evals.worlds import TrueWorld
from policies.guard import Guard
from policies.load import load_policies
from simulator.parameters import Parameters
from simulator.sandbox import SandboxWorld
from simulator.stage import Stage
from simulator.world import SimWorld, Truth, Withdrawal
from tools.audience import snapshot
from tools.prediction.priors import means

EVALUATOR = "evaluator"
SECOND = "second evaluator"
ORACLE_PRICES = (0.0, 2_000.0, 10_000.0, 25_000.0)
LUCKS = 8
"""Over how many draws of luck a policy's value is averaged; one draw alone is mostly noise."""
_GUARD_KEY = b"evaluations hold no secret: 32 B"
_WITHDRAWS = 7


@dataclass(frozen=True, slots=True)
class Planted:
    """A plan's people as they truly are, how they truly behave, and the luck of the world."""

    plan: Plan
    stage: Stage
    values: Values
    guard: Guard
    parameters: Parameters
    withdrawals: tuple[Withdrawal, ...]
    seed: int


def live_through(world: TrueWorld, base: Path, truth: pl.DataFrame, folder: Path, seed: int) -> Sample:
    """The sample of one world, in a copy of the workspace `base` made under `folder`.

    `truth` holds each person's true rate of buying (`person_id`, `conversion_rate` per day). A plan that the system
    itself rejects is worth what doing nothing is worth.
    """
    root = folder / world.name.replace(" ", "-")
    shutil.copytree(base, root)
    workspace = Workspace.open(root)
    outcome = plan_goal(workspace, world.goal)
    if outcome.plan is None or outcome.rehearsal is None:
        raise TwinpilotError(f"The goal of world {world.name!r} gave no rehearsed plan; it was {outcome.status}.")
    planted = plant(world, outcome.plan, snapshot.load(workspace, outcome.plan.audience.snapshot_id), truth, seed)
    net = values_of(planted)
    if outcome.status != "proposed":
        return _sample(world, outcome, {**net, "twinpilot": 0}, 0, 0, {}, ((), ()))
    for name in (EVALUATOR, SECOND):
        decided = resume_with_decision(
            workspace, outcome.plan_id, "approve", name, note="an evaluation looks at every proposed plan"
        )
        if decided.state == "approved":
            break
    lived: list[SandboxWorld] = []

    def factory(_plan: Plan, _roster: Roster, mailroom: Mailroom, _start: datetime) -> SandboxWorld:
        lived.append(SandboxWorld(planted.stage, planted.parameters, mailroom, planted.seed, planted.withdrawals))
        return lived[-1]

    report = launch(workspace, outcome.plan, factory, EVALUATOR)
    roster = Roster.build(outcome.plan, snapshot.load(workspace, outcome.plan.audience.snapshot_id))
    true = lived[-1].truth()
    said = claims(
        measure(workspace, outcome.plan, roster),
        {
            "incremental_conversions": true.conversions,
            "incremental_revenue": true.revenue,
            "incremental_margin": true.net,
        },
    )
    broken = {check.name: check.violations for check in audit(workspace, outcome.plan).checks}
    return _sample(world, outcome, net, true.conversions, report.accepted, broken, said)


def plant(world: TrueWorld, plan: Plan, people: pl.DataFrame, truth: pl.DataFrame, seed: int) -> Planted:
    """The true world of a plan: people buy at their true rates, and answer as the world's parameters say."""
    roster = Roster.build(plan, people)
    rates = people.select("person_id").join(truth, on="person_id", how="left", maintain_order="left")["conversion_rate"]
    start, end = plan.created_at, horizon_end(plan)
    typical = Parameters(
        **means(),
        season_level=1.0,
        value_level=1.0,
        dispersion=10_000.0,
        value_log_sd=0.6,
        delay_log_mean=1.0,
        delay_log_sd=0.8,
    )
    return Planted(
        plan=plan,
        stage=Stage.build(plan, replace(roster, conversion_rate=rates.to_numpy()), start, end),
        values=Values.build(plan, roster),
        guard=Guard(load_policies(), _GUARD_KEY),
        parameters=world.plant(typical),
        withdrawals=_withdrawals(world.withdrawing, roster, start + timedelta(days=plan.brief.window.days // 2), seed),
        seed=key_of(f"{world.name} {seed}"),
    )


def values_of(planted: Planted) -> dict[str, int]:
    """The mean true incremental margin (micros) of every policy over the same `LUCKS` draws of luck, by name."""
    plan, roster = planted.plan, planted.stage.roster
    lucks = [replace(planted, seed=key_of(f"luck {number} {planted.seed}")) for number in range(LUCKS)]
    fixed: dict[str, Chooser | None] = {
        "nothing": nothing(roster),
        "blast": blast(plan, roster),
        "segment rules": segment_rules(plan, roster),
        "twinpilot": None,
    }
    net = {name: _mean([run(luck, chooser).net for luck in lucks]) for name, chooser in fixed.items()}
    by_price = [_mean([run(luck, oracle(luck, price)).net for luck in lucks]) for price in ORACLE_PRICES]
    return {**net, "oracle": max(by_price)}


def run(planted: Planted, chooser: Chooser | None) -> Truth:
    """The true effect of a chooser (None: the system's own) under the plan's rules, arms, money and moments."""
    plan, stage = planted.plan, planted.stage
    world = SimWorld(stage, planted.parameters, planted.guard, planted.seed, planted.withdrawals)
    books = ColumnBooks(stage.roster, plan)
    engine = Engine(
        plan, stage.roster, planted.guard, planted.values, plan.seed, chooser, stops_on_harm=chooser is None
    )
    for tick in ticks(plan, stage.roster.zones, plan.created_at):
        world.advance(datetime.fromtimestamp(tick.at, UTC))
        engine.tick(world, books, tick)
    world.advance(datetime.fromtimestamp(stage.end, UTC))
    return world.truth()


def oracle(planted: Planted, price: float) -> Oracle:
    """The oracle of this world and luck, at a price of attention."""
    return Oracle.knowing(planted.stage, planted.values, planted.parameters, planted.seed, price)


def _mean(values: list[int]) -> int:
    return round(sum(values) / len(values))


def _withdrawals(share: float, roster: Roster, at: datetime, seed: int) -> tuple[Withdrawal, ...]:
    if not share:
        return ()
    rows = np.flatnonzero(uniforms(seed, roster.person_key, _WITHDRAWS) < share)
    return (Withdrawal(int(at.timestamp()), tuple(rows.tolist())),)


def _sample(
    world: TrueWorld,
    outcome: PlanOutcome,
    net: dict[str, int],
    conversions: int,
    contacts: int,
    broken: dict[str, int],
    said: tuple[tuple[str, ...], tuple[str, ...]],
) -> Sample:
    if outcome.plan is None or outcome.rehearsal is None:
        raise ValueError("a sample needs a rehearsed plan")
    forecast = outcome.rehearsal.outcomes["incremental_conversions"]
    return Sample(
        world=world.name,
        description=world.description,
        plan_id=outcome.plan_id,
        status=outcome.status,
        verdict=outcome.rehearsal.verdict,
        power=float(outcome.plan.experiment.power.value),
        powered=outcome.plan.experiment.powered,
        net=net,
        true_conversions=conversions,
        contacts=contacts,
        breaches=broken,
        claims=said[0],
        false_claims=said[1],
        forecast_low=forecast.p05,
        forecast_high=forecast.p95,
        forecast_covers=forecast.p05 <= conversions <= forecast.p95,
        as_assumed=world.as_assumed,
    )
