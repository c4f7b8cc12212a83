"""Which assumption moves a result: its variance over the runs, taken apart by a polynomial surface.

The surface is a sparse polynomial chaos expansion (Sudret, 2008; Blatman and Sudret, 2011): orthonormal Legendre
polynomials of each assumption's rank and products of two, picked one by one, as many as predict left-out runs best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import rankdata

from campaigns.contact import BoolArray, FloatArray

DEGREE = 3
PAIRED = 10
"""Interplay is looked for between so many assumptions: those that go most with the result."""
FOLDS = 10
MOST_TERMS = 30
RUNS_PER_TERM = 8
"""A surface has at most one term per so many runs."""
NEWTON_STEPS = 12
_TINY = 1e-9

Term = tuple[tuple[int, int], ...]
"""A product of polynomials: (place of the assumption, degree) once or twice."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Shares (0-1) of the result's variance; `first` by itself, `total` with interplay, per assumption.

    The sum of `first`, `interplay`, `luck` and `unexplained` is 1. What the surface explains is its R2 on runs that
    it was not fitted on. Where assumptions are correlated a share is that of the covariance (ANCOVA; Caniou and
    Sudret, 2010).
    """

    first: Mapping[str, float]
    total: Mapping[str, float]
    interplay: float
    luck: float
    unexplained: float

    @property
    def explained(self) -> float:
        """R2 of the surface on runs left out, at least 0."""
        return sum(self.first.values()) + self.interplay


def surface(columns: Mapping[str, FloatArray], result: FloatArray, luck_variance: float = 0.0) -> Surface:
    """The surface of a result over runs whose assumptions are `columns` (those that do not vary are left out).

    `luck_variance` is the variance of the result between runs of equal assumptions (see `luck_variance`).
    """
    varied = {name: column for name, column in columns.items() if np.ptp(column) > 0}
    total_variance = float(result.var())
    if not varied or total_variance <= 0:
        return Surface({}, {}, 0.0, 0.0, 1.0)
    names = tuple(varied)
    ranks = np.column_stack([(rankdata(column) - 0.5) / len(result) for column in varied.values()])
    basis = np.stack([_legendre(ranks[:, place]) for place in range(len(names))])
    y = (result - result.mean()) / np.sqrt(total_variance)
    count, explained = _how_many(basis, y)
    terms, weights = _picked(basis, y, count)[-1] if count else ((), np.zeros(0))
    shares = _shares(basis, terms, weights) * explained
    first = dict.fromkeys(names, 0.0)
    total = dict(first)
    interplay = 0.0
    for term, share in zip(terms, shares.tolist(), strict=True):
        for place, _ in term:
            total[names[place]] += share
        if len(term) > 1:
            interplay += share
        else:
            first[names[term[0][0]]] += share
    luck = min(luck_variance / total_variance, 1 - explained)
    return Surface(first, total, interplay, luck, 1 - explained - luck)


def chances(column: FloatArray, happened: BoolArray, levels: FloatArray) -> FloatArray:
    """The chance that something happens when an assumption stands at these cumulative probabilities (0-1).

    A logistic curve in the assumption's rank, of second degree, fitted to the runs by Newton's method with a ridge of 1
    on slope and bend; its mean over the runs is the share of runs in which it happened.
    """
    x = _curve((rankdata(column) - 0.5) / len(column))
    y = happened.astype(np.float64)
    ridge = np.diag([_TINY, 1.0, 1.0])
    weights = np.array([np.log((y.sum() + 0.5) / (len(y) - y.sum() + 0.5)), 0.0, 0.0])
    for _ in range(NEWTON_STEPS):
        p = expit(x @ weights)
        bend = x.T @ (x * (p * (1 - p))[:, None]) + ridge
        weights = weights + np.linalg.solve(bend, x.T @ (y - p) - ridge @ weights)
    return np.asarray(expit(_curve(levels) @ weights))


def _curve(u: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(len(u)), *_legendre(u)[:2]])


def luck_variance(pairs: Sequence[tuple[float, float]]) -> float:
    """The variance that is luck alone, from results of two runs each with the same assumptions and different seeds."""
    return float(np.mean([(one - other) ** 2 / 2 for one, other in pairs])) if pairs else 0.0


def _legendre(u: FloatArray) -> FloatArray:
    """Polynomials of degree 1 to 3, orthonormal for a uniform in (0, 1), shape (degrees, values)."""
    x = 2 * u - 1
    return np.stack([np.sqrt(3) * x, np.sqrt(5) * (3 * x**2 - 1) / 2, np.sqrt(7) * (5 * x**3 - 3 * x) / 2])


def _candidates(basis: FloatArray, y: FloatArray) -> tuple[list[Term], FloatArray]:
    """Every polynomial of one assumption, and products of two lines of those that go most with the result."""
    places = range(len(basis))
    terms: list[Term] = [((place, degree + 1),) for place in places for degree in range(DEGREE)]
    columns = [basis[place, degree] for place in places for degree in range(DEGREE)]
    strength = np.abs(basis[:, :2] @ y).max(axis=1)
    strongest = sorted(np.argsort(-strength, kind="stable")[:PAIRED].tolist())
    for rank, one in enumerate(strongest):
        for other in strongest[rank + 1 :]:
            terms.append(((one, 1), (other, 1)))
            columns.append(basis[one, 0] * basis[other, 0])
    return terms, np.column_stack(columns)


def _picked(basis: FloatArray, y: FloatArray, most: int) -> list[tuple[tuple[Term, ...], FloatArray]]:
    """Terms and weights after each step of orthogonal matching pursuit (Pati and others, 1993), up to `most` terms."""
    terms, columns = _candidates(basis, y)
    left, directions = y.copy(), np.zeros((len(y), 0))
    free = columns.copy()
    chosen: list[int] = []
    steps = []
    for _ in range(min(most, len(terms))):
        size = np.sqrt((free**2).sum(axis=0))
        score = np.where(size > _TINY * len(y), np.abs(free.T @ left) / np.maximum(size, _TINY), 0.0)
        best = int(np.argmax(score))
        if score[best] <= _TINY:
            break
        chosen.append(best)
        direction = free[:, best] / size[best]
        directions = np.column_stack([directions, direction])
        left = left - direction * (direction @ left)
        free = free - np.outer(direction, direction @ free)
        weights = np.asarray(np.linalg.lstsq(columns[:, chosen], y, rcond=None)[0], np.float64)
        steps.append((tuple(terms[place] for place in chosen), weights))
    return steps


def _how_many(basis: FloatArray, y: FloatArray) -> tuple[int, float]:
    """The number of terms that predicts left-out runs best, and the share of their variance that it predicts."""
    most = min(MOST_TERMS, len(y) // RUNS_PER_TERM)
    fold = np.arange(len(y)) % FOLDS
    error = np.zeros(most + 1)
    for part in range(FOLDS):
        out = fold == part
        mean = float(y[~out].mean())
        error[0] += float(((y[out] - mean) ** 2).sum())
        steps = _picked(basis[:, :, ~out], y[~out] - mean, most)
        for size in range(1, most + 1):
            terms, weights = steps[min(size, len(steps)) - 1] if steps else ((), np.zeros(0))
            guess = _values(basis[:, :, out], terms) @ weights if terms else 0.0
            error[size] += float(((y[out] - mean - guess) ** 2).sum())
    best = int(np.argmin(error))
    return best, float(np.clip(1 - error[best] / (y @ y), 0.0, 1.0)) if best else 0.0


def _values(basis: FloatArray, terms: Sequence[Term]) -> FloatArray:
    return np.column_stack([np.prod([basis[place, degree - 1] for place, degree in term], axis=0) for term in terms])


def _shares(basis: FloatArray, terms: Sequence[Term], weights: FloatArray) -> FloatArray:
    """Each term's share of the surface's own variance, by its covariance with the surface; they add up to 1."""
    if not len(terms):
        return np.zeros(0)
    added = _values(basis, terms) * weights
    fitted = added.sum(axis=1)
    together = np.maximum(((added - added.mean(axis=0)) * (fitted - fitted.mean())[:, None]).mean(axis=0), 0.0)
    return np.asarray(together / together.sum()) if together.sum() > 0 else together
