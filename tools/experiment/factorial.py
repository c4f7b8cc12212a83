"""What each personalised variable did, and each two together, where the variables' levels were drawn at random.

Least squares on centred levels with robust (HC1) errors: a main effect is a level against the first one, averaged evenly
over the levels of all other variables; an interaction is how much one level changes another's effect (Dasgupta, Pillai
and Rubin, 2015). All of them together are held to one false discovery rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import stats

from tools.experiment.analysis import Analysis
from tools.experiment.discovery import adjusted
from tools.experiment.errors import ExperimentError

Column = npt.NDArray[np.float64]
Level = tuple[str, int]
"""A variable and the code of one of its levels."""

FEWEST = 30
"""People that each pair of levels of two variables must have."""


@dataclass(frozen=True, slots=True)
class FactorEffect:
    """The effect of `levels` (one: main effect, two: interaction) against code 0 of the same variables.

    `q` is the smallest false discovery rate at which it is a discovery. The interval of `analysis` is as wide as the
    selection asks for (Benjamini and Yekutieli, 2005): it excludes 0 exactly for discoveries.
    """

    levels: tuple[Level, ...]
    analysis: Analysis
    q: float
    discovered: bool


def factorial_effects(
    outcome: npt.ArrayLike,
    variables: Mapping[str, Sequence[int] | npt.NDArray[np.int64]],
    propensity: npt.ArrayLike | None = None,
    q: float = 0.1,
) -> tuple[FactorEffect, ...]:
    """Main effects and two-way interactions of the variables, in the outcome's unit.

    `variables` holds one column of level codes (0, 1, ...) per variable; `propensity` (0-1] the probability with which a
    person's combination was drawn, left out where all combinations were equally likely. ExperimentError for columns that
    do not match, a variable with one level, a pair of levels with fewer than `FEWEST` people, a constant outcome, and
    propensities that are missing or not above 0.
    """
    y, codes = np.asarray(outcome, float), {name: np.asarray(column, np.int64) for name, column in variables.items()}
    if not 0 < q < 1:
        raise ExperimentError(f"A false discovery rate of {q} is not between 0 and 1; use 0.1.")
    weight = _weights(propensity, len(y))
    counts = _checked(y, codes)
    terms: list[tuple[Level, ...]] = [((name, level),) for name in codes for level in range(1, counts[name])]
    terms += [
        ((one, level), (other, second))
        for one, other in combinations(codes, 2)
        for level in range(1, counts[one])
        for second in range(1, counts[other])
    ]
    shown = {
        (name, level): (column == level) - 1 / counts[name]
        for name, column in codes.items()
        for level in range(counts[name])
    }
    design = np.column_stack([np.ones(len(y)), *(np.prod([shown[level] for level in term], 0) for term in terms)])
    effect, se = (column[1:] for column in _fitted(design, y, weight))
    p = np.asarray(2 * stats.norm.sf(np.abs(effect) / se))
    rates = adjusted(p)
    found = rates <= q
    level = 1 - q * max(int(found.sum()), 1) / len(terms)
    half = float(stats.norm.isf((1 - level) / 2)) * se
    effects = []
    for place, term in enumerate(terms):
        at = np.logical_and.reduce([codes[name] == code for name, code in term])
        among = np.logical_and.reduce([(codes[name] == code) | (codes[name] == 0) for name, code in term])
        analysis = Analysis(
            estimate=float(effect[place]),
            low=float(effect[place] - half[place]),
            high=float(effect[place] + half[place]),
            level=level,
            p=float(p[place]),
            n_treated=int(at.sum()),
            n_control=int(among.sum() - at.sum()),
            varied=True,
            estimator="least squares on randomised levels"
            + (", weighted by propensity" if propensity is not None else ""),
            method=f"robust interval at the level that a false discovery rate of {q:g} over {len(terms)} effects asks for",
            valid="one look at the end",
        )
        effects.append(FactorEffect(term, analysis, float(rates[place]), bool(found[place])))
    return tuple(effects)


def _fitted(design: Column, y: Column, weight: Column) -> tuple[Column, Column]:
    people, terms = design.shape
    weighed = design * weight[:, None]
    bread = np.linalg.inv(weighed.T @ design)
    beta = bread @ (weighed.T @ y)
    scores = weighed * (y - design @ beta)[:, None]
    covariance = bread @ (scores.T @ scores) @ bread * people / (people - terms)
    return beta, np.sqrt(np.diag(covariance))


def _weights(propensity: npt.ArrayLike | None, people: int) -> Column:
    if propensity is None:
        return np.ones(people)
    drawn = np.asarray(propensity, float)
    if drawn.shape != (people,) or not np.isfinite(drawn).all() or (drawn <= 0).any() or (drawn > 1).any():
        raise ExperimentError(
            f"Propensities of shape {drawn.shape} are missing, not above 0 or above 1 for some of {people} people; log what "
            "each combination was drawn with."
        )
    return np.asarray(people / drawn / (1 / drawn).sum())


def _checked(y: Column, codes: Mapping[str, npt.NDArray[np.int64]]) -> dict[str, int]:
    if (
        not codes
        or not np.isfinite(y).all()
        or any(column.shape != y.shape or (column < 0).any() for column in codes.values())
    ):
        raise ExperimentError(
            f"{len(y)} outcomes and {len(codes)} variables do not match; give a finite outcome and a level (0, 1, ...) each."
        )
    if not len(y) or not np.ptp(y) > 0:
        raise ExperimentError("Nobody's outcome differs; there is no effect to tell apart.")
    counts = {name: int(column.max()) + 1 for name, column in codes.items()}
    for name, column in codes.items():
        seen = np.bincount(column, minlength=2)
        if seen.min() < FEWEST:
            raise ExperimentError(
                f"Level {seen.argmin()} of {name} has {seen.min()} people; draw each level for {FEWEST} or more, or leave it out."
            )
    for one, other in combinations(codes, 2):
        table = np.bincount(codes[one] * counts[other] + codes[other], minlength=counts[one] * counts[other])
        if table.min() < FEWEST:
            first, second = divmod(int(table.argmin()), counts[other])
            raise ExperimentError(
                f"{one} {first} with {other} {second} has {table.min()} people; draw the variables independently for {FEWEST} or more."
            )
    return counts
