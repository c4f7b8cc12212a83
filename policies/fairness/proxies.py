"""Proxies: columns behind a plan's choices from which a person's group could be told.

Mutual information of column and group says whether there is more than chance (a permutation test, Holm over the
columns), and the area under the curve of telling one group from the rest says whether it is enough to matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from campaigns.contact import BoolArray, FloatArray, IntArray
from policies.fairness.groups import SMALLEST_GROUP, Groups

PERMUTATIONS = 499
BINS = 8
"""Quantile bins of a column of numbers."""
LEAST_AUC = 0.6
"""Below this a column tells next to nothing of a single person, however sure the association is (a house value)."""
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Proxy:
    """One column against one attribute: the group told best and its area under the curve (0.5 chance, 1 certain),
    mutual information in nats, and the permutation p-value, corrected for the number of columns."""

    column: str
    attribute: str
    group: str
    auc: float
    information: float
    p_value: float

    @property
    def found(self) -> bool:
        """Whether the column counts as a proxy."""
        return self.p_value <= ALPHA and self.auc >= LEAST_AUC


def measurable(groups: Groups, smallest: int = SMALLEST_GROUP) -> bool:
    """Whether two or more groups are large enough to look for proxies of them."""
    return len(groups.large(smallest)) >= 2


def find_proxies(
    columns: Mapping[str, npt.NDArray[Any]], groups: Groups, seed: int, smallest: int = SMALLEST_GROUP
) -> tuple[Proxy, ...]:
    """Every column measured against the groups that are large enough, the strongest first; the same seed, the same.

    Columns are parallel to the groups' people: numbers are cut into quantiles, anything else is taken as names. Empty
    when fewer than two groups are large enough.
    """
    large = groups.large(smallest)
    if len(large) < 2:
        return ()
    rows = np.isin(groups.codes, large)
    codes = np.searchsorted(large, groups.codes[rows])
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random((PERMUTATIONS, len(codes))), axis=1)
    half = rng.random(len(codes)) < 0.5
    made: list[Proxy] = []
    for name, column in columns.items():
        bins = _binned(np.asarray(column)[rows])
        information = mutual_information(bins, codes)
        chance = np.array([mutual_information(bins, codes[permuted]) for permuted in order])
        p_value = (1 + int((chance >= information - 1e-12).sum())) / (1 + PERMUTATIONS)
        auc, place = max((_told(bins, codes == code, half), code) for code in range(len(large)))
        made.append(Proxy(name, groups.attribute, groups.names[large[place]], auc, information, p_value))
    return _holm(made)


def mutual_information(one: IntArray, two: IntArray) -> float:
    """Mutual information in nats of two columns of codes from 0, as counted (Cover and Thomas 2006, eq. 2.28)."""
    height, width = int(one.max()) + 1, int(two.max()) + 1
    joint = np.bincount(one * width + two, minlength=height * width).reshape(height, width) / len(one)
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    seen = joint > 0
    return float((joint[seen] * np.log(joint[seen] / apart[seen])).sum())


def _told(bins: IntArray, inside: BoolArray, half: BoolArray) -> float:
    """How well bins tell who is inside: bins are scored on one half of the people and judged on the other, both ways."""
    areas = [_area(_scores(bins[train], inside[train], int(bins.max()) + 1)[bins[~train]], inside[~train])
             for train in (half, ~half)]  # fmt: skip
    return float(np.mean(areas))


def _scores(bins: IntArray, inside: BoolArray, size: int) -> FloatArray:
    base = inside.mean() if len(inside) else 0.0
    return (np.bincount(bins, weights=inside, minlength=size) + base) / (np.bincount(bins, minlength=size) + 1)


def _area(scores: FloatArray, inside: BoolArray) -> float:
    """Area under the ROC curve by ranks, ties counted half (Mann and Whitney 1947); 0.5 when one side is empty."""
    hits = int(inside.sum())
    if not 0 < hits < len(inside):
        return 0.5
    _, level, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    return float((rank[level][inside].sum() - hits * (hits + 1) / 2) / (hits * (len(inside) - hits)))


def _binned(column: npt.NDArray[Any]) -> IntArray:
    if column.dtype.kind in "iuf" and len(np.unique(column)) > BINS:
        edges = np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1]))
        return np.asarray(np.searchsorted(edges, column, side="right"), np.int64)
    return np.asarray(np.unique(column, return_inverse=True)[1], np.int64)


def _holm(made: list[Proxy]) -> tuple[Proxy, ...]:
    """The proxies with p-values corrected by Holm's steps (1979), the strongest first."""
    ranked = sorted(made, key=lambda proxy: proxy.p_value)
    corrected, floor = [], 0.0
    for place, proxy in enumerate(ranked):
        floor = max(floor, min(1.0, proxy.p_value * (len(ranked) - place)))
        corrected.append(Proxy(proxy.column, proxy.attribute, proxy.group, proxy.auc, proxy.information, floor))
    return tuple(sorted(corrected, key=lambda proxy: (-proxy.auc, proxy.column)))
