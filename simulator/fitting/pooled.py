"""How much the level of purchases moves between horizons, per category, thin categories leaning on all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from campaigns.contact import FloatArray
from campaigns.workspace import Workspace
from simulator.fitting.level import LEVEL_SD_PRIOR
from simulator.parameters import Learnt
from tools.data.warehouse import connect, rows, utc_naive

FEWEST = 30.0
"""Buying days of a category per horizon, on average, below which it joins no pool."""
FEWEST_HORIZONS = 3
FEWEST_GROUPS = 4
_LOGS = np.linspace(np.log(0.01), np.log(2.0), 61)
_CENTRES = np.linspace(np.log(0.02), np.log(1.0), 41)
_SPREADS = np.linspace(0.1, 1.5, 15)


@dataclass(frozen=True, slots=True)
class Pooled:
    """The log sd of the level between horizons: its distribution over categories, and each category's own belief.

    `groups` are shrunk towards `common`, which is what is believed of any kind of purchase before its own audience's
    horizons are looked at: a category's own purchases are among that audience's and are not used twice.
    """

    common: Learnt
    groups: dict[str, Learnt]
    horizons: int

    def sentence(self) -> str:
        """What it rests on."""
        if not self.groups:
            return (
                f"How levels move between horizons: log sd {self.common.median:.2f} is a prior; fewer than {FEWEST_GROUPS} categories "
                f"have {FEWEST_HORIZONS} horizons of {FEWEST:g} purchases."
            )
        return (
            f"How levels move between horizons: log sd {self.common.median:.2f}, pooled over {len(self.groups)} categories "
            f"in {self.horizons} horizons."
        )


def pooled(ws: Workspace, now: datetime, horizon_days: int, horizons: int) -> Pooled:
    """The pool over the categories of the products table, from buying days (one per person, category and day) known at `now`."""
    at = utc_naive(now)
    first = at - timedelta(days=horizon_days * horizons)
    con = connect(ws)
    try:
        begins = rows(
            con, f"SELECT min(occurred_at) FROM events WHERE kind = 'purchase' AND arrived_at <= TIMESTAMP '{at}'"
        )
        found = rows(
            con,
            f"SELECT p.category, date_diff('second', TIMESTAMP '{first}', e.occurred_at) // {86_400 * horizon_days} AS h, "
            "count(DISTINCT (e.person_id, date_trunc('day', e.occurred_at))) FROM events e JOIN products p USING (product_id) "
            f"WHERE e.kind = 'purchase' AND p.category IS NOT NULL AND e.arrived_at <= TIMESTAMP '{at}' AND "
            f"e.occurred_at > TIMESTAMP '{first}' AND e.occurred_at <= TIMESTAMP '{at}' GROUP BY 1, 2 ORDER BY 1, 2",
        )
    finally:
        con.disconnect()
    start = begins[0][0]
    skipped = 0 if start is None else max(0, -(-int((start - first).total_seconds()) // (86_400 * horizon_days)))  # type: ignore[operator]
    table: dict[str, FloatArray] = {}
    for category, horizon, count in found:
        table.setdefault(str(category), np.zeros(horizons))[min(int(str(horizon)), horizons - 1)] = float(str(count))
    return pool({name: counts[skipped:] for name, counts in table.items()})


def pool(counts: dict[str, FloatArray]) -> Pooled:
    """The pool of counts per category and horizon.

    A category's log sd is lognormal around a common one; its own likelihood (normal, with Poisson noise and an unknown
    mean) and the common centre and spread are summed over grids, so that nothing is plugged in (Gelman and others, 2013,
    section 5.4).
    """
    kept = {
        name: column
        for name, column in sorted(counts.items())
        if len(column) >= FEWEST_HORIZONS and column.mean() >= FEWEST
    }
    horizons = max((len(column) for column in kept.values()), default=0)
    if len(kept) < FEWEST_GROUPS:
        return Pooled(LEVEL_SD_PRIOR, {}, horizons)
    own = np.stack([_likelihood(column) for column in kept.values()])
    centre, spread = (one.ravel() for one in np.meshgrid(_CENTRES, _SPREADS))
    around = np.exp(-0.5 * ((_LOGS - centre[:, None]) / spread[:, None]) ** 2)
    around /= around.sum(axis=1, keepdims=True)
    fit = np.log(own @ around.T).sum(axis=0)
    fit -= 0.5 * ((centre - np.log(LEVEL_SD_PRIOR.median)) / LEVEL_SD_PRIOR.log_sd) ** 2
    common = np.exp(fit - fit.max())
    common /= common.sum()
    groups = {}
    for name, likelihood in zip(kept, own, strict=True):
        each = around * likelihood
        groups[name] = _lognormal(common @ (each / each.sum(axis=1, keepdims=True)))
    return Pooled(_lognormal(common @ around), groups, horizons)


def _likelihood(column: FloatArray) -> FloatArray:
    """How well each log sd of the grid explains a category's counts; 1 for the best."""
    logs, noise = np.log(column + 0.5), np.exp(2 * _LOGS)[:, None] + 1 / (column + 0.5)
    weight = 1 / noise
    total = weight.sum(axis=1)
    off = (weight * logs**2).sum(axis=1) - (weight @ logs) ** 2 / total
    fit = -0.5 * (np.log(noise).sum(axis=1) + np.log(total) + off)
    return np.asarray(np.exp(fit - fit.max()))


def _lognormal(weights: FloatArray) -> Learnt:
    mean = float(weights @ _LOGS)
    return Learnt(float(np.exp(mean)), float(np.sqrt(weights @ (_LOGS - mean) ** 2)))
