"""Who redeems a campaign: a hierarchical hazard over people and campaigns, and draws for the next one.

P(person i redeems campaign c) = 1 - exp(-F_c exp(eta_ic)), eta = intercept + covariates + kind + campaign effect
(complementary log-log, so that a window seen in part enters as its exposure F_c; Prentice and Gloeckler, 1978).
Fitted by penalised Fisher scoring with a Laplace approximation for each sd between campaigns (Breslow and Clayton, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray, IntArray
from simulator.pooling import TAUS, tau_log_prior, taus_drawn

INTERCEPT_PRIOR = (-3.0, 1.0)
"""About 5 % of those reached redeem, between 0.7 % and 30 % (the authors' reading of published coupon rates)."""
COVARIATE_SD = 0.5
KIND_SD = 0.4
TAU_SCALE = 0.8
_STEPS = 40
_CLOSE = 1e-5


@dataclass(frozen=True, slots=True)
class Rows:
    """One row per campaign and person reached: covariates (n, k), campaign and kind numbers, exposure, redeemed or not."""

    covariates: FloatArray
    campaign: IntArray
    kind: IntArray
    exposure: FloatArray
    redeemed: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RedemptionFit:
    """Modes and covariance roots of intercept, covariates and kinds, one per sd between campaigns, and their weights."""

    modes: tuple[FloatArray, ...]
    roots: tuple[FloatArray, ...]
    log_weight: FloatArray
    covariates: int

    def draws(
        self, covariates: FloatArray, kind: int, exposure: FloatArray, rng: np.random.Generator
    ) -> npt.NDArray[np.bool_]:
        """Who redeems (draws, people), one draw per entry of `exposure`; parameters, campaign effect and luck drawn."""
        count = len(exposure)
        chosen = taus_drawn(self.log_weight, count, rng)
        noise = rng.standard_normal((count, len(self.modes[0])))
        drawn = np.stack([self.modes[place] + self.roots[place] @ noise[n] for n, place in enumerate(chosen)])
        shared = drawn[:, 0] + drawn[:, 1 + self.covariates + kind] + TAUS[chosen] * rng.standard_normal(count)
        hazard = np.exp(np.clip(shared[:, None] + drawn[:, 1 : 1 + self.covariates] @ covariates.T, -30, 5))
        found: npt.NDArray[np.bool_] = rng.random(hazard.shape) < -np.expm1(-hazard * exposure[:, None])
        return found


def fit_redemption(rows: Rows, kinds: int) -> RedemptionFit:
    """The fit; without rows it is the prior."""
    covariates = rows.covariates.shape[1]
    campaigns = int(rows.campaign.max()) + 1 if len(rows.campaign) else 0
    fixed = 1 + covariates + kinds
    into = _levels(rows, covariates, kinds, campaigns)
    centre = np.zeros(fixed + campaigns)
    centre[0] = INTERCEPT_PRIOR[0]
    mode, modes, roots, log_weight = centre.copy(), [], [], tau_log_prior(TAU_SCALE)
    for place in range(len(TAUS) - 1, -1, -1):
        own = [np.full(covariates, COVARIATE_SD), np.full(kinds, KIND_SD), np.full(campaigns, TAUS[place])]
        sd = np.concatenate([[INTERCEPT_PRIOR[1]], *own])
        mode, information, value = _mode(rows, into, centre, sd, mode)
        log_weight[place] += value - 0.5 * np.linalg.slogdet(information)[1] - np.log(sd).sum()
        modes.append(mode[:fixed])
        roots.append(np.linalg.cholesky(np.linalg.inv(information)[:fixed, :fixed]))
    return RedemptionFit(tuple(reversed(modes)), tuple(reversed(roots)), log_weight, covariates)


def _levels(rows: Rows, covariates: int, kinds: int, campaigns: int) -> FloatArray:
    """The matrix from all parameters to covariate coefficients and each campaign's level."""
    fixed = 1 + covariates + kinds
    into = np.zeros((covariates + campaigns, fixed + campaigns))
    into[:covariates, 1 : 1 + covariates] = np.eye(covariates)
    into[covariates:, 0] = 1
    into[covariates + rows.campaign, 1 + covariates + rows.kind] = 1
    into[covariates:, fixed:] = np.eye(campaigns)
    return into


def _mode(
    rows: Rows, into: FloatArray, centre: FloatArray, sd: FloatArray, start: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Posterior mode, information there, and log posterior density up to a constant."""
    mode, precision, width = start, 1 / sd**2, rows.covariates.shape[1]
    campaigns = into.shape[0] - width
    for _ in range(_STEPS):
        level = into @ mode
        eta = rows.covariates @ level[:width] + level[width:][rows.campaign]
        mu = np.maximum(np.maximum(rows.exposure, 1e-9) * np.exp(np.clip(eta, -30, 5)), 1e-12)
        inverse = 1 / np.expm1(mu)
        score, weight = np.where(rows.redeemed, mu * inverse, -mu), mu**2 * inverse
        slope = np.concatenate([score @ rows.covariates, np.bincount(rows.campaign, score, campaigns)])
        weighed = rows.covariates * weight[:, None]
        cross = np.stack([np.bincount(rows.campaign, weighed[:, n], campaigns) for n in range(width)])
        inner = np.block(
            [
                [weighed.T @ rows.covariates, cross],
                [cross.T, np.diag(np.bincount(rows.campaign, weight, campaigns))],
            ]
        )
        information = into.T @ inner @ into + np.diag(precision)
        step = np.linalg.solve(information, into.T @ slope - precision * (mode - centre))
        mode = mode + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < _CLOSE:
            break
    likelihood = np.where(rows.redeemed, np.log(-np.expm1(-mu)), -mu).sum()
    return mode, information, float(likelihood - 0.5 * ((mode - centre) ** 2 * precision).sum())
