"""How much the level of purchases moves between horizons: segments within categories within the workspace.

Thin segments lean on their category and thin categories on all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from campaigns.contact import FloatArray
from campaigns.workspace import Workspace
from simulator.fitting.level import LEVEL_SD_PRIOR
from simulator.parameters import Learnt
from tools.data.warehouse import connect, rows, utc_naive

FEWEST = 30.0
"""Buying days of a category per horizon, on average, below which it joins no pool."""
FEWEST_OF_SEGMENT = 5.0
"""The same of a segment within a category; fewer tell nothing beside what chance alone makes."""
FEWEST_HORIZONS = 3
FEWEST_GROUPS = 4
SEGMENTS = ("high", "mid", "low")
"""Thirds of all people by what they ever spent, best first: groups that a workspace has before any audience is drawn."""
_LOGS = np.linspace(np.log(0.01), np.log(2.0), 61)
_CENTRES = np.linspace(np.log(0.02), np.log(1.0), 41)
_SPREADS = np.linspace(0.1, 1.5, 15)
_WITHIN = np.linspace(0.05, 1.25, 7)
_LEAST = 1e-90
_WITHIN_SCALE = 0.5
"""Half-normal scale of the spread between the segments of a category (the authors' judgement)."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """The log sd of the level between horizons: its distribution over groups, and each group's own belief.

    `groups` are categories, shrunk towards all; `segments`, named "category / segment", are shrunk towards their
    category. `common` is what is believed of a group of any category before its own audience's horizons are looked at:
    a category's own purchases are among that audience's and are not used twice.
    """

    common: Learnt
    groups: dict[str, Learnt]
    horizons: int
    segments: dict[str, Learnt] = field(default_factory=dict)

    def sentence(self) -> str:
        """What it rests on."""
        if not self.groups:
            return (
                f"How levels move between horizons: log sd {self.common.median:.2f} is a prior; fewer than {FEWEST_GROUPS} categories "
                f"have {FEWEST_HORIZONS} horizons of {FEWEST:g} purchases."
            )
        return (
            f"How levels move between horizons: log sd {self.common.median:.2f}, pooled over {len(self.segments)} segments "
            f"of {len(self.groups)} categories in {self.horizons} horizons."
        )


def pooled(ws: Workspace, now: datetime, horizon_days: int, horizons: int) -> Pooled:
    """The pool over `SEGMENTS` of the products table's categories, from buying days (one per person, category and day)
    known at `now`."""
    at = utc_naive(now)
    first = at - timedelta(days=horizon_days * horizons)
    known = f"e.kind = 'purchase' AND e.arrived_at <= TIMESTAMP '{at}'"
    con = connect(ws)
    try:
        begins = rows(con, f"SELECT min(e.occurred_at) FROM events e WHERE {known}")
        found = rows(
            con,
            f"WITH tiers AS (SELECT person_id, ntile({len(SEGMENTS)}) OVER (ORDER BY sum(revenue_micros) DESC, person_id) AS tier "
            f"FROM events e WHERE {known} GROUP BY 1) "
            f"SELECT p.category, t.tier, date_diff('second', TIMESTAMP '{first}', e.occurred_at) // {86_400 * horizon_days} AS h, "
            "count(DISTINCT (e.person_id, date_trunc('day', e.occurred_at))) FROM events e JOIN products p USING (product_id) "
            f"JOIN tiers t USING (person_id) WHERE {known} AND p.category IS NOT NULL AND "
            f"e.occurred_at > TIMESTAMP '{first}' AND e.occurred_at <= TIMESTAMP '{at}' GROUP BY ALL ORDER BY ALL",
        )
    finally:
        con.disconnect()
    start = begins[0][0]
    skipped = 0 if start is None else max(0, -(-int((start - first).total_seconds()) // (86_400 * horizon_days)))  # type: ignore[operator]
    table: dict[tuple[str, str], FloatArray] = {}
    for category, tier, horizon, count in found:
        group = str(category), SEGMENTS[int(str(tier)) - 1]
        table.setdefault(group, np.zeros(horizons))[min(int(str(horizon)), horizons - 1)] = float(str(count))
    return pool({group: counts[skipped:] for group, counts in table.items()})


def pool(counts: Mapping[tuple[str, str], FloatArray]) -> Pooled:
    """The pool of counts per (category, segment) and horizon.

    A segment's log sd is lognormal around its category's, that around a common one; each segment's own likelihood
    (normal, with Poisson noise and an unknown mean), the categories' centres, the common one and both spreads are
    summed over grids, so that nothing is plugged in (Gelman and others, 2013, section 5.4).
    """
    kept = _kept(counts)
    horizons = max((len(column) for segments in kept.values() for column in segments.values()), default=0)
    if len(kept) < FEWEST_GROUPS:
        return Pooled(LEVEL_SD_PRIOR, {}, horizons)
    own = {name: {one: _likelihood(column) for one, column in segments.items()} for name, segments in kept.items()}
    centre, spread = (one.ravel() for one in np.meshgrid(_CENTRES, _SPREADS))
    around = _normalised(centre, spread)
    prior = -0.5 * ((centre - np.log(LEVEL_SD_PRIOR.median)) / LEVEL_SD_PRIOR.log_sd) ** 2
    fits, kernels = [], [_normalised(_LOGS, within) for within in _WITHIN]
    for within, kernel in zip(_WITHIN, kernels, strict=True):
        # How well each centre of a category explains its segments, and each common belief all categories.
        explained = np.stack([np.prod(list(_chances(kernel, segments).values()), axis=0) for segments in own.values()])
        fits.append(np.log(explained @ around.T).sum(axis=0) + prior - 0.5 * (within / _WITHIN_SCALE) ** 2)
    weight = np.exp(np.array(fits) - np.max(fits))
    weight /= weight.sum()
    groups: dict[str, FloatArray] = {}
    parts: dict[str, FloatArray] = {}
    anyone = np.zeros(len(_LOGS))
    for each, kernel in zip(weight, kernels, strict=True):
        anyone += (each @ around) @ kernel
        for name, segments in own.items():
            chances = _chances(kernel, segments)
            joint = around * np.prod(list(chances.values()), axis=0)
            here = each @ (joint / joint.sum(axis=1, keepdims=True))
            groups[name] = groups.get(name, 0.0) + here
            for one, likelihood in segments.items():
                belief = (here / chances[one]) @ kernel * likelihood
                parts[f"{name} / {one}"] = parts.get(f"{name} / {one}", 0.0) + belief
    return Pooled(
        _lognormal(anyone), {name: _lognormal(belief) for name, belief in groups.items()}, horizons,
        {name: _lognormal(belief) for name, belief in parts.items()},
    )  # fmt: skip


def _kept(counts: Mapping[tuple[str, str], FloatArray]) -> dict[str, dict[str, FloatArray]]:
    """The segments of every category that is large enough, by category and in order; segments that are too."""
    found: dict[str, dict[str, FloatArray]] = {}
    for (name, segment), column in sorted(counts.items()):
        if len(column) >= FEWEST_HORIZONS and column.mean() >= FEWEST_OF_SEGMENT:
            found.setdefault(name, {})[segment] = column
    whole = {name: sum(column.mean() for (of, _), column in counts.items() if of == name) for name in found}
    return {name: segments for name, segments in found.items() if whole[name] >= FEWEST}


def _chances(kernel: FloatArray, segments: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """How well each centre of a category explains each of its segments; never 0, which far centres would round to."""
    return {one: np.maximum(kernel @ likelihood, _LEAST) for one, likelihood in segments.items()}


def _normalised(centre: FloatArray, spread: FloatArray | float) -> FloatArray:
    """A row of weights over the grid for each centre, normal with this spread."""
    found = np.exp(-0.5 * ((_LOGS - centre[:, None]) / np.reshape(spread, (-1, 1))) ** 2)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


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
