"""A linear model that shrinks itself as far as the data ask for, and says how unsure it is person by person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.prediction.uplift_trial import Floats

_STRENGTHS = np.geomspace(1e-5, 1e4, 64)
"""Candidates for the prior precision of a standardised weight, in units of the noise's variance per person."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights over standardised columns with the covariance of what is not known of them; `level` is the mean outcome.

    Columns that do not vary weigh nothing.
    """

    centre: Floats
    scale: Floats
    level: float
    weights: Floats
    covariance: Floats
    level_variance: float

    @classmethod
    def fit(cls, features: Floats, outcome: Floats) -> Linear:
        """The ridge fit whose strength has the highest evidence (MacKay, 1992), in closed form.

        The covariance is the posterior's with the noise as it is, larger for some people than for others, in place of
        one variance for all (White, 1980): A^-1 X'diag(r^2)X A^-1 + strength * variance * A^-2, A = X'X + strength.
        """
        people = len(outcome)
        centre, scale = features.mean(axis=0), features.std(axis=0)
        scale = np.where(scale > 1e-12 * np.maximum(np.abs(centre), 1.0), scale, np.inf)
        x, level = (features - centre) / scale, float(outcome.mean())
        y = outcome - level
        values, vectors = np.linalg.eigh(x.T @ x)
        values, along = np.maximum(values, 0.0), vectors.T @ (x.T @ y)
        strengths = people * _STRENGTHS[:, None]
        noise = (y @ y - (along**2 / (values + strengths)).sum(axis=1)) / people
        evidence = -people / 2 * np.log(np.maximum(noise, 1e-300))
        evidence += np.log(strengths / (values + strengths)).sum(axis=1) / 2
        best = int(evidence.argmax())
        strength = float(strengths[best, 0])
        inverse = vectors / (values + strength) @ vectors.T
        weights = inverse @ (x.T @ y)
        left = y - x @ weights
        spread = inverse @ ((x * left[:, None] ** 2).T @ x) @ inverse
        return cls(
            centre=centre,
            scale=scale,
            level=level,
            weights=weights,
            covariance=spread + strength * float(noise[best]) * inverse @ inverse,
            level_variance=float(left @ left) / people**2,
        )

    def predict(self, features: Floats) -> Floats:
        """The expected outcome of each person."""
        return np.asarray(self.level + ((features - self.centre) / self.scale) @ self.weights)

    def error(self, features: Floats) -> Floats:
        """The standard error of each person's expected outcome; how far a single outcome strays from it is not in it."""
        x = (features - self.centre) / self.scale
        return np.asarray(np.sqrt(self.level_variance + np.einsum("pf,fg,pg->p", x, self.covariance, x)))

    def draws(self, features: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Expected outcomes under `count` draws of the weights, (draws, people)."""
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        weights = self.weights + rng.standard_normal((count, len(self.weights))) @ root.T
        level = self.level + np.sqrt(self.level_variance) * rng.standard_normal(count)
        return np.asarray(level[:, None] + weights @ ((features - self.centre) / self.scale).T)
