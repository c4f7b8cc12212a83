"""From paired runs to what a reader decides by: distributions, shares with intervals, drivers, a fan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from campaigns.contact import FloatArray
from campaigns.figure import Figure, Source
from campaigns.rehearsal import Distribution, FanPoint, Sensitivity
from simulator.parameters import UNCERTAIN, Parameters
from simulator.run import Ran

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
DRIVERS = 8
"""How many assumptions are named; the others move the result less than these."""


def distribution(values: Sequence[float], unit: str) -> Distribution:
    """Mean and quantiles of a quantity over the runs."""
    column = np.asarray(values, np.float64)
    quantiles = [float(value) for value in np.quantile(column, QUANTILES)]
    return Distribution(
        unit=unit, mean=float(column.mean()), **dict(zip(("p05", "p25", "p50", "p75", "p95"), quantiles, strict=True))
    )


def outcomes(ran: Sequence[Ran], currency: str) -> dict[str, Distribution]:
    """Every quantity by name. `incremental_*` is the truth of each run against the same luck without the campaign;
    `measured_*` what its experiment would report (estimate x people treated), noise of the comparison included."""
    money = f"micros:{currency}"
    truth = [run.truth for run in ran]
    table: dict[str, tuple[list[float], str]] = {
        "incremental_margin": ([run.net for run in truth], money),
        "incremental_revenue": ([run.revenue for run in truth], money),
        "incremental_conversions": ([run.conversions for run in truth], "conversions"),
        "organic_conversions": ([run.organic_conversions for run in truth], "conversions"),
        "spend": ([run.message_cost + run.offer_cost for run in truth], money),
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


def share(hits: int, runs: int, ref: str) -> Figure:
    """A share of the runs with its exact 95 % interval (Clopper and Pearson, 1934)."""
    low = float(stats.beta.ppf(0.025, hits, runs - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, runs - hits)) if hits < runs else 1.0
    source = Source(kind="twin", name="simulator.rehearse.rehearse", ref=ref)
    return Figure(value=hits / runs, unit="share", source=source, low=low, high=high, level=0.95)


def drivers(parameters: Sequence[Parameters], result: FloatArray) -> tuple[Sensitivity, ...]:
    """The assumptions that move the result most: squared rank correlation over the runs (Spearman, 1904)."""
    if np.ptp(result) == 0:
        return ()
    ranks = stats.rankdata(result)
    found = []
    for name in UNCERTAIN:
        values = np.array([getattr(one, name) for one in parameters])
        if np.ptp(values) > 0:
            correlation = float(np.corrcoef(stats.rankdata(values), ranks)[0, 1])
            found.append(Sensitivity(parameter=name, share=min(correlation**2, 1.0)))
    return tuple(sorted(found, key=lambda driver: (-driver.share, driver.parameter))[:DRIVERS])


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
