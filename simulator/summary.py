"""From paired runs to what a reader decides by: distributions, shares with intervals, risk, a fan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from campaigns.contact import FloatArray
from campaigns.figure import Figure, Source
from campaigns.rehearsal import Answer, Distribution, FanPoint, Risk
from simulator.run import Ran
from simulator.world import Truth

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
WORST = 0.05
"""The share of the runs that value at risk and expected shortfall are about."""


def distribution(values: Sequence[float], unit: str) -> Distribution:
    """Mean and quantiles of a quantity over the runs."""
    column = np.asarray(values, np.float64)
    quantiles = [float(value) for value in np.quantile(column, QUANTILES)]
    return Distribution(
        unit=unit, mean=float(column.mean()), **dict(zip(("p05", "p25", "p50", "p75", "p95"), quantiles, strict=True))
    )


def outcomes(ran: Sequence[Ran], usual: Sequence[Truth], currency: str) -> dict[str, Distribution]:
    """Every quantity by name. `incremental_*` is the truth of each run against the same luck without the campaign,
    `against_usual_*` against the same luck with business as usual (`usual`, run by run; empty where it is no campaign);
    `measured_*` what its experiment would report (estimate x people treated), noise of the comparison included."""
    money = f"micros:{currency}"
    truth = [run.truth for run in ran]
    table: dict[str, tuple[Sequence[float], str]] = {
        "incremental_margin": ([run.net for run in truth], money),
        "incremental_revenue": ([run.revenue for run in truth], money),
        "incremental_conversions": ([run.conversions for run in truth], "conversions"),
        "against_usual_margin": (against_usual(ran, usual).tolist(), money),
        "against_usual_conversions": (
            [run.conversions - other for run, other in zip(truth, _conversions(usual, len(ran)), strict=True)],
            "conversions",
        ),
        "organic_conversions": ([run.organic_conversions for run in truth], "conversions"),
        "spend": ([_spend(run) for run in truth], money),
        "message_cost": ([run.message_cost for run in truth], money),
        "offer_cost": ([run.offer_cost for run in truth], money),
        "contacts": ([run.contacts for run in ran], "contacts"),
        "people_reached": ([run.people_reached for run in ran], "people"),
        "unsubscribes": ([run.unsubscribes for run in ran], "people"),
        "complaints": ([run.complaints for run in ran], "people"),
    }
    measured = [run.measured for run in ran if run.measured is not None]
    if measured:
        table["measured_incremental_margin"] = ([run.margin for run in measured], money)
        table["measured_incremental_revenue"] = ([run.revenue for run in measured], money)
        table["measured_incremental_conversions"] = ([run.conversions for run in measured], "conversions")
    return {name: distribution(values, unit) for name, (values, unit) in table.items()}


def against_usual(ran: Sequence[Ran], usual: Sequence[Truth]) -> FloatArray:
    """Net margin (micros) of each run less that of business as usual for the same people with the same luck."""
    net = np.array([run.truth.net for run in ran], np.float64)
    return net - np.array([other.net for other in usual], np.float64) if usual else net


def risk(ran: Sequence[Ran], currency: str) -> Risk:
    """What can be lost: value at risk and expected shortfall (Rockafellar and Uryasev, 2000), and spend at risk."""
    net = np.sort(np.array([run.truth.net for run in ran], np.float64))
    spend = np.array([_spend(run.truth) for run in ran], np.float64)
    lost = np.array([run.truth.net < 0 for run in ran])
    worst = net[: max(1, int(np.ceil(WORST * len(net))))]
    return Risk(
        unit=f"micros:{currency}",
        value_at_risk=-float(np.quantile(net, WORST)),
        expected_shortfall=-float(worst.mean()),
        spend_lost=float(spend[lost].mean()) if lost.any() else 0.0,
        spend_most=float(np.quantile(spend, 1 - WORST)),
    )


def answer(ran: Sequence[Ran], ref: str) -> Answer | None:
    """When the experiment would have its answer; None when an arm has fewer than two people."""
    measured = [run.measured for run in ran if run.measured is not None]
    if not measured:
        return None
    days = [one.answered for one in measured if one.answered is not None]
    return Answer(
        days=distribution(days, "days") if days else None, never=share(len(measured) - len(days), len(measured), ref)
    )


def share(hits: int, runs: int, ref: str) -> Figure:
    """A share of the runs with its exact 95 % interval (Clopper and Pearson, 1934)."""
    low = float(stats.beta.ppf(0.025, hits, runs - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, runs - hits)) if hits < runs else 1.0
    source = Source(kind="twin", name="simulator.rehearse.rehearse", ref=ref)
    return Figure(value=hits / runs, unit="share", source=source, low=low, high=high, level=0.95)


def fan(ran: Sequence[Ran]) -> tuple[FanPoint, ...]:
    """Cumulative net incremental margin at the end of each day, over the runs."""
    running = np.cumsum(np.stack([run.daily for run in ran]), axis=1)
    low, middle, high = np.quantile(running, [0.05, 0.5, 0.95], axis=0)
    return tuple(
        FanPoint(day=day, p05=float(low[day]), p50=float(middle[day]), p95=float(high[day]))
        for day in range(running.shape[1])
    )


def blocked(ran: Sequence[Ran], rules: Sequence[str]) -> dict[str, float]:
    """Contacts that each rule blocked, mean per run; rules that blocked nothing are left out."""
    mean = np.mean([run.blocked for run in ran], axis=0)
    return {rule: float(count) for rule, count in zip(rules, mean, strict=True) if count > 0}


def _spend(truth: Truth) -> int:
    return truth.message_cost + truth.offer_cost


def _conversions(usual: Sequence[Truth], runs: int) -> Sequence[int]:
    return [other.conversions for other in usual] if usual else [0] * runs
