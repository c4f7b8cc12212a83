"""From a joint prior and a likelihood to a joint posterior, without collapsing onto a few particles.

Sequential Monte Carlo with adaptive tempering (Del Moral, Doucet and Jasra, 2006): plain re-weighting where the
evidence is weak; where it is strong, it is let in by steps that each keep half of the effective sample, and after
each step the particles are resampled and moved by Metropolis steps that leave the tempered posterior unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from campaigns.contact import FloatArray
from simulator.fitting.space import Space

PARTICLES = 1_000
KEPT = 0.5
"""Share of the particles that one step must leave effective."""
MOVES = 8
"""Metropolis sweeps after each step; at an acceptance near a quarter nearly every particle has moved."""
FEWEST_DISTINCT = 0.2
"""Below this share of distinct rows a posterior is called collapsed."""

LogLikelihood = Callable[[dict[str, FloatArray]], FloatArray]


@dataclass(frozen=True, slots=True)
class Sampled:
    """Equally weighted rows as columns by name, and how they came about.

    `plain_ess` is the effective sample that re-weighting the prior at once would have left, `steps` how often the
    particles were moved, `accepted` the mean share of accepted moves, `distinct` the share of rows that differ.
    """

    columns: dict[str, FloatArray]
    plain_ess: float
    steps: int
    accepted: float
    distinct: float

    @property
    def collapsed(self) -> bool:
        """Whether too few different rows are left to stand for a distribution."""
        return self.distinct < FEWEST_DISTINCT


def sample(space: Space, log_likelihood: LogLikelihood, seed: int, particles: int = PARTICLES) -> Sampled:
    """The posterior of a space's parameters; the same arguments give the same rows.

    `log_likelihood` takes columns by name and answers one finite number (or -inf) per particle.
    """
    rng = np.random.default_rng([seed, particles])
    scores = space.start(particles, seed)
    fits = _fits(space, log_likelihood, scores)
    plain = effective(_weights(fits, 1.0))
    heat, steps, taken, scale = 0.0, 0, [], 2.38 / np.sqrt(max(scores.shape[1], 1))
    while heat < 1.0:
        step = _next(fits, 1.0 - heat, KEPT * particles)
        heat = min(heat + step, 1.0)
        weights = _weights(fits, step)
        shape = _root(scores, weights)
        chosen = _systematic(weights, rng)
        scores, fits = scores[chosen], fits[chosen]
        steps += 1
        for _ in range(MOVES):
            scores, fits, share = _moved(space, log_likelihood, scores, fits, heat, scale * shape, rng)
            taken.append(share)
            scale *= float(np.exp(share - 0.234))
    distinct = len(np.unique(scores, axis=0)) / particles if scores.shape[1] else 1.0
    return Sampled(space.values(scores), plain, steps, float(np.mean(taken)), distinct)


def effective(weights: FloatArray) -> float:
    """The effective sample size of normalised weights (Kong, 1992)."""
    return float(1.0 / np.sum(weights**2))


def _fits(space: Space, log_likelihood: LogLikelihood, scores: FloatArray) -> FloatArray:
    found = np.asarray(log_likelihood(space.values(scores)), np.float64)
    return np.where(np.isfinite(found), found, -1e300)


def _weights(fits: FloatArray, power: float) -> FloatArray:
    raw = np.exp(power * (fits - fits.max()))
    return np.asarray(raw / raw.sum())


def _next(fits: FloatArray, most: float, wanted: float) -> float:
    """The largest step, at most `most`, that leaves `wanted` particles effective (bisection)."""
    if effective(_weights(fits, most)) >= wanted:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(_weights(fits, middle)) >= wanted else (low, middle)
    return max(low, 1e-12)


def _systematic(weights: FloatArray, rng: np.random.Generator) -> FloatArray:
    places = (rng.uniform() + np.arange(len(weights))) / len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)


def _root(scores: FloatArray, weights: FloatArray) -> FloatArray:
    """A square root of the particles' weighted covariance, for proposals of their shape."""
    centred = scores - weights @ scores
    covariance = (centred * weights[:, None]).T @ centred
    return np.asarray(np.linalg.cholesky(covariance + 1e-9 * np.eye(scores.shape[1])))


def _moved(
    space: Space,
    log_likelihood: LogLikelihood,
    scores: FloatArray,
    fits: FloatArray,
    heat: float,
    shape: FloatArray,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, float]:
    """One random-walk Metropolis sweep under prior x likelihood^heat; in scores the prior is standard normal."""
    wanted = scores + rng.standard_normal(scores.shape) @ shape.T
    found = _fits(space, log_likelihood, wanted)
    ahead = heat * (found - fits) - (wanted**2 - scores**2).sum(axis=1) / 2
    take = np.log(rng.uniform(size=len(fits))) < ahead
    return np.where(take[:, None], wanted, scores), np.where(take, found, fits), float(take.mean())
