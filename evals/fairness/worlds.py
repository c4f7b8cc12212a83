"""Made-up people with groups, in worlds where one column gives a group away and in worlds where none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from policies.fairness.groups import SMALLEST_GROUP, Groups

COLUMNS = ("audience", "segment", "spend", "recency")
SHIFT = (0.8, 1.6)
"""How far, in standard deviations, the planted column lies apart for the group; an area under the curve of 0.71 to 0.87
before the column is cut into tiers or into in and out."""


@dataclass(frozen=True, slots=True)
class World:
    """Groups of some people and the columns a plan chooses by; `proxy` is the planted one, None in a clean world."""

    groups: Groups
    columns: Mapping[str, npt.NDArray[Any]]
    proxy: str | None
    group: str | None


def world(seed: int, planted: bool) -> World:
    """The world of a seed: 1,200 to 3,000 people in 3 to 6 groups, known of a third to all of them.

    A planted proxy is one of the columns, at random, and one of the groups with at least 80 known people.
    """
    rng = np.random.default_rng([seed, int(planted)])
    people, kinds = int(rng.integers(1_200, 3_001)), int(rng.integers(3, 7))
    codes = rng.choice(kinds, people, p=rng.dirichlet(np.full(kinds, 4.0)))
    seen = rng.random(people) < rng.uniform(1 / 3, 1.0)
    known = np.bincount(codes[seen], minlength=kinds)
    told = int(rng.choice(np.flatnonzero(known >= SMALLEST_GROUP + 30)))
    proxy = str(rng.choice(COLUMNS)) if planted else None
    shift = rng.uniform(*SHIFT) * rng.choice((-1.0, 1.0))
    columns = {name: _column(name, rng.normal(size=people) + (shift * (codes == told) if name == proxy else 0.0), rng)
               for name in COLUMNS}  # fmt: skip
    labels = [f"group {code}" if is_seen else None for code, is_seen in zip(codes.tolist(), seen.tolist(), strict=True)]
    return World(Groups.of("made_up", labels), columns, proxy, f"group {told}" if planted else None)


def _column(name: str, hidden: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[Any]:
    if name == "audience":
        return hidden > np.quantile(hidden, rng.uniform(0.3, 0.7))
    if name == "segment":
        return np.array(["low", "mid", "high"])[np.searchsorted(np.quantile(hidden, [1 / 3, 2 / 3]), hidden)]
    return np.exp(hidden) if name == "spend" else np.round(30 + 15 * hidden)
