"""The suite `budget`: planted, null and uninformative markets, every rule in each, gates and a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np

from campaigns.border import Border
from evals.budget.lived import BUDGET, RULES, Lived, live
from evals.budget.worlds import CELLS, WEEKS, Kind, market
from evals.guard_suites import written
from evals.scoring import Gate, SuiteResult, gate

NAME = "budget"
WORLDS = 12
"""Of each kind."""


class BudgetSample(Border):
    """One market: per rule the regret of the last allocation, the weeks' value as a share of the oracle's, and the mean
    share of the money moved a week; `covered` is the share of cells whose true marginal return the interval holds."""

    world: str
    kind: str
    regret: dict[str, float]
    earned: dict[str, float]
    moved: dict[str, float]
    covered: float
    overspent: int


def run_budget(out: Path, seed: int, progress: Callable[[str], None], worlds: int = WORLDS) -> SuiteResult:
    """The suite over so many markets of each kind; writes `budget.json` and `budget.md`. Same seed, same bytes."""
    samples = []
    for kind in get_args(Kind):
        progress(f"{WEEKS} weeks in {worlds} markets: {kind}")
        samples += [_sample(kind, seed * 1_009 + number) for number in range(worlds)]
    gates = gates_of(tuple(samples))
    return written(NAME, out, seed, gates, samples, _page(samples, gates, seed))


def gates_of(samples: tuple[BudgetSample, ...]) -> tuple[Gate, ...]:
    """Regret and value against the simpler rules where curves are planted; still money where nothing can be known."""
    planted = [one for one in samples if one.kind == "planted"]
    ours = _mean(planted, "earned", "twinpilot")
    others = [_mean(planted, "earned", name) for name in RULES if name != "twinpilot"]
    last = [_mean(planted, "regret", name) for name in RULES if name != "twinpilot"]
    return (
        gate("regret to the oracle after 12 weeks, planted curves", _mean(planted, "regret", "twinpilot"), 0.10, False),
        gate("least regret of the simpler rules less ours", min(last) - _mean(planted, "regret", "twinpilot"), 0.0, True),
        gate("value of the 12 weeks over that of the best simpler rule", ours / max(others), 1.0, True),
        gate("true marginal returns in their 90 % interval, planted", float(np.mean([one.covered for one in planted])), 0.8, True),
        *(
            gate(f"money moved a week, {kind} market", _mean([one for one in samples if one.kind == kind], "moved", "twinpilot"), 0.05, False)
            for kind in ("null", "no information")
        ),
        gate("micros spent above a week's budget", max(one.overspent for one in samples), 0, False),
    )  # fmt: skip


def _sample(kind: Kind, seed: int) -> BudgetSample:
    world = market(kind, np.random.default_rng([seed, 0]))
    lived = {name: live(world, rule, seed) for name, rule in RULES.items()}

    def each(part: Callable[[Lived], float]) -> dict[str, float]:
        return {name: round(part(one), 6) for name, one in lived.items()}

    return BudgetSample(
        world=f"{kind} {seed}",
        kind=kind,
        regret=each(lambda one: one.regret),
        earned=each(lambda one: one.earned),
        moved=each(lambda one: one.moved),
        covered=round(lived["twinpilot"].covered, 6),
        overspent=max(lived["twinpilot"].largest - BUDGET, 0),
    )


def _mean(samples: list[BudgetSample], part: str, rule: str) -> float:
    return float(np.mean([getattr(one, part)[rule] for one in samples]))


def _page(samples: list[BudgetSample], gates: tuple[Gate, ...], seed: int) -> str:
    lines = [f"# Budget\n\nSeed {seed}. {CELLS} cells, {WEEKS} weeks, {len(samples)} made-up markets.\n"]
    lines += ["| Gate | Value | Limit | |", "|---|---:|---:|---|"]
    lines += [
        f"| {one.name} | {one.value:.4g} | {'≥' if one.at_least else '≤'} {one.limit:g} | {'met' if one.passed else 'not met'} |"
        for one in gates
    ]
    lines += [
        "\n| Market | Rule | Regret after 12 weeks | Value of the weeks, oracle 1 | Moved a week |",
        "|---|---|---:|---:|---:|",
    ]
    for kind in get_args(Kind):
        some = [one for one in samples if one.kind == kind]
        lines += [
            f"| {kind} | {rule} | {_mean(some, 'regret', rule):.1%} | {_mean(some, 'earned', rule):.3f} | {_mean(some, 'moved', rule):.1%} |"
            for rule in RULES
        ]
    return "\n".join(lines) + "\n"
