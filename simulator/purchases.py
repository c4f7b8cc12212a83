"""What customers buy of themselves, from the first purchase to a faint rest: mixed Poisson with a change of rate.

Each customer buys at a rate of their own and falls, at a hazard of their own, to a faint rate that everybody shares;
with that rate at 0 it is the model of Schmittlein, Morrison and Colombo (1987). How rates and hazards mix is not held
to two gammas: it follows the data by EM over a grid (Laird, 1978), stopped early as smoothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray, IntArray

RATES = np.geomspace(0.004, 3.0, 22)
"""Purchases a week while a customer is at their own rate."""
HAZARDS = np.concatenate([[1e-6], np.geomspace(0.004, 2.0, 14)])
"""Chance of falling a week; the first means never."""
FAINT = (1e-6, 0.001, 0.002, 0.003, 0.004, 0.006, 0.01)
"""Purchases a week afterwards, shared by everybody; chosen by likelihood."""
STEPS = 60
"""EM steps: far past the start, short of the spikes of the full maximum."""
FEWEST_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Customers:
    """Purchase histories: row n holds `repeats[n] + 1` weeks of purchases from the first (0), then the week of now, then NaN.

    `back` gives each customer's row; rows are distinct histories.
    """

    repeats: IntArray
    weeks: FloatArray
    back: IntArray


@dataclass(frozen=True, slots=True)
class Process:
    """Weights over the grid of (rate, hazard), parallel columns, and the faint rate; all per week."""

    rate: FloatArray
    hazard: FloatArray
    weight: FloatArray
    faint: float

    def expected(self, customers: Customers, weeks: float) -> FloatArray:
        """Expected purchases of each customer in the weeks ahead."""
        likelihood, own, _ = _likelihood(customers, self.rate, self.hazard, self.faint)
        share = likelihood * self.weight
        share /= share.sum(axis=1, keepdims=True)
        living = -np.expm1(-self.hazard * weeks) / self.hazard
        ahead: FloatArray = self.faint * weeks + (share * own) @ ((self.rate - self.faint) * living)
        return ahead[customers.back]

    def drawn(self, customers: Customers, weeks: float, rng: np.random.Generator) -> IntArray:
        """One draw of each customer's purchases in the weeks ahead, from their own posterior."""
        likelihood, own, _ = _likelihood(customers, self.rate, self.hazard, self.faint)
        upto = np.cumsum(likelihood * self.weight, axis=1)
        luck, back = rng.random(len(customers.back)), customers.back
        cell = np.empty(len(back), np.int64)
        for start in range(0, len(back), 4_096):
            part = slice(start, start + 4_096)
            mine = upto[back[part]]
            cell[part] = np.minimum((mine <= (luck[part] * mine[:, -1])[:, None]).sum(axis=1), len(self.rate) - 1)
        until = np.minimum(rng.exponential(1 / self.hazard[cell]), weeks)
        living = np.where(rng.random(len(back)) < own[back, cell], until, 0.0)
        return rng.poisson(self.rate[cell] * living + self.faint * (weeks - living))


def customers_at(person: IntArray, day: IntArray, until: int) -> tuple[IntArray, Customers]:
    """Who had bought by the end of day `until`, and their histories by then; rows are purchases of a person on a day."""
    pairs = np.unique(np.stack([person, day], axis=1)[day <= until], axis=0)
    who, first, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    weeks = np.full((len(who), int(count.max(initial=0)) + 1), np.nan)
    row = np.repeat(np.arange(len(who)), count)
    weeks[row, np.arange(len(pairs)) - np.repeat(first, count)] = (pairs[:, 1] - pairs[first, 1][row]) / 7
    weeks[np.arange(len(who)), count] = (until - pairs[first, 1]) / 7
    if not len(who):
        return who, Customers(np.zeros(0, np.int64), weeks, np.zeros(0, np.int64))
    keyed = np.column_stack([count - 1, np.nan_to_num(weeks, nan=-1.0)])
    _, at, back = np.unique(keyed, axis=0, return_index=True, return_inverse=True)
    return who, Customers((count - 1)[at], weeks[at], back.ravel())


def fit_purchases(customers: Customers) -> Process:
    """The process that these histories make likeliest; with fewer than 50 customers the grid's broad start stays."""
    rate, hazard = (grid.ravel() for grid in np.meshgrid(RATES, HAZARDS, indexing="ij"))
    start = np.exp(-0.5 * ((np.log(rate) + 2.5) / 1.5) ** 2)
    start /= start.sum()
    if len(customers.back) < FEWEST_CUSTOMERS:
        return Process(rate, hazard, start, FAINT[0])
    count = np.bincount(customers.back).astype(np.float64)
    best = (-np.inf, start, FAINT[0])
    for faint in FAINT:
        likelihood, _, scale = _likelihood(customers, rate, hazard, faint)
        weight = start
        for _ in range(STEPS):
            weight = weight * (likelihood.T @ (count / (likelihood @ weight))) / count.sum()
        best = max(best, (float(count @ (np.log(likelihood @ weight) + scale)), weight, faint), key=lambda one: one[0])
    return Process(rate, hazard, best[1], best[2])


def _likelihood(
    customers: Customers, rate: FloatArray, hazard: FloatArray, faint: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Likelihood of each history in each cell (maximum 1 per history), P(still at the own rate), and the log scale.

    A customer fell in one of the gaps between purchases or not yet; each gap is an exponential integral.
    """
    repeats, weeks = customers.repeats, customers.weeks
    now = weeks[np.arange(len(repeats)), repeats + 1][:, None]
    own = repeats[:, None] * np.log(rate) - (rate + hazard) * now
    fallen = np.full(own.shape, -np.inf)
    fade = hazard + rate - faint
    fade = np.where(np.abs(fade) < 1e-9, 1e-9, fade)
    for gap in range(int(repeats.max(initial=-1)) + 1):
        here = np.flatnonzero(repeats >= gap)
        begin, length = weeks[here, gap][:, None], (weeks[here, gap + 1] - weeks[here, gap])[:, None]
        inside = np.log(np.maximum(-np.expm1(-fade * length) / fade, 1e-300)) - fade * begin
        later = (repeats[here] - gap)[:, None] * np.log(faint) - faint * now[here]
        fallen[here] = np.logaddexp(fallen[here], gap * np.log(rate) + np.log(hazard) + inside + later)
    either = np.logaddexp(own, fallen)
    scale = either.max(axis=1)
    return np.exp(either - scale[:, None]), np.exp(own - either), scale
