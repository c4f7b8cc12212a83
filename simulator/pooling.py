"""Partial pooling in closed form: few noisy groups, a regression between them, and how much groups differ beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray

TAUS = np.array([0.03, 0.06, 0.1, 0.15, 0.22, 0.32, 0.45, 0.65, 0.9, 1.3])
"""Grid of the standard deviation between groups."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal prior of each coefficient, and the scale of the half-normal prior of the sd between groups."""

    mean: FloatArray
    sd: FloatArray
    tau_scale: float


def tau_log_prior(scale: float) -> FloatArray:
    """Log prior weights of `TAUS` under a half-normal of this scale (Gelman, 2006), spacing of the grid included."""
    weights: FloatArray = -0.5 * (TAUS / scale) ** 2 + np.log(np.gradient(TAUS))
    return weights


def pooled_draws(
    seen: FloatArray,
    variance: FloatArray,
    design: FloatArray,
    prior: Prior,
    asked: FloatArray,
    draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draws of the true value of a new group with covariates `asked` (k), given groups seen.

    `seen` (n) are noisy values with sampling variances `variance` (n) and covariates `design` (n, k). The sd between
    groups is integrated over a grid (Gelman et al., Bayesian Data Analysis, 5.4); no group at all leaves the prior.
    """
    precision = np.diag(1 / prior.sd**2)
    log_weight, fits = tau_log_prior(prior.tau_scale), []
    for place, tau in enumerate(TAUS):
        spread = variance + tau**2
        posterior = precision + (design.T / spread) @ design
        centre = np.linalg.solve(posterior, precision @ prior.mean + (design.T / spread) @ seen)
        miss, off = seen - design @ centre, centre - prior.mean
        log_weight[place] += -0.5 * float((miss**2 / spread + np.log(spread)).sum() + off @ precision @ off)
        log_weight[place] -= 0.5 * float(np.linalg.slogdet(posterior)[1])
        fits.append((centre, np.linalg.cholesky(np.linalg.inv(posterior))))
    chosen = taus_drawn(log_weight, draws, rng)
    noise = rng.standard_normal((draws, design.shape[1]))
    values = np.empty(draws)
    for place in np.unique(chosen):
        here = chosen == place
        centre, root = fits[place]
        values[here] = (centre + noise[here] @ root.T) @ asked
    drawn: FloatArray = values + TAUS[chosen] * rng.standard_normal(draws)
    return drawn


def taus_drawn(log_weight: FloatArray, draws: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Places in `TAUS` drawn by their posterior weights."""
    weight = np.exp(log_weight - log_weight.max())
    return rng.choice(len(TAUS), size=draws, p=weight / weight.sum())
