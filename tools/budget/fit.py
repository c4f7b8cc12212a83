"""Which Hill curves with adstock the evidence leaves possible: a posterior, drawn from, for all cells at once.

Value enters the model linearly in the curve's top, so the top is integrated out exactly; half-point, steepness and adstock
are three numbers per cell, over which the posterior is weighed at quasi-random points of the prior and then at points
around what that found (adaptive importance sampling; Cappe et al., 2004). Cells learn from each other: how high curves
are in general, and how far cells differ, is weighed too, so that cells that look alike are taken to be alike.

Priors, per cell, round the response assumed beforehand:
    top      assumed top x g x (1 + t z); g one of `SCALES` (log-normal, sd 0.5), t one of `APART`, equally likely, z normal
    half     log-normal, median the assumed half, sd of the logarithm 0.6
    steep    log-normal, median 1, sd of the logarithm 0.25: near concave, sometimes S-shaped
    adstock  the logistic of a normal, mean -0.8 (31 % stay a period), sd 0.7
Where fewer than two levels of spend were seen, or the marginal return is hardly surer than before, the curve is not
identified: the prior is then `WIDER`, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_ndtr, ndtr, ndtri
from scipy.stats import qmc

from tools.budget.errors import BudgetError
from tools.budget.evidence import Evidence
from tools.budget.shapes import Column, Hill

POINTS = 512
ROUNDS = 2
"""Rounds around what was found, after the one over the prior."""
SCALES = np.exp(0.5 * ndtri((np.arange(7) + 0.5) / 7))
APART = np.array([0.02, 0.1, 0.2, 0.4, 0.8])
SPREAD = (0.6, 0.25, 0.7)
CENTRE_ADSTOCK = -0.8
WIDER = 1.5
NARROWED = 0.8
"""A curve is identified when the sd of its log marginal return fell below this share of the prior's."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws of the curves, each column of shape (draws, cells), as `tools.budget.shapes.Hill` has them; `adstock` in
    [0, 1), `carried` micros still working from the evidence's last period.

    `identified` (cells) is false where the prior was kept, wider; `apart` is how far cells are taken to differ (mean).
    """

    top: Column
    half: Column
    steep: Column
    adstock: Column
    carried: Column
    identified: npt.NDArray[np.bool_]
    apart: float

    def steady(self, draw: int, most: Column) -> Hill:
        """The curves of one draw when every period spends the same."""
        return Hill.steady(self.top[draw], self.half[draw], self.steep[draw], self.adstock[draw], most)

    def every(self, most: Column) -> Hill:
        """The curves of all draws, one after the other, draws x cells long."""
        columns = (part.ravel() for part in (self.top, self.half, self.steep, self.adstock))
        return Hill.steady(*columns, np.tile(most, len(self.top)))

    def value(self, spend: Column) -> Column:
        """Value in micros of a period of steady spend (cells), shape (draws, cells)."""
        return self.every(np.maximum(spend, 1.0)).value(np.tile(spend, len(self.top))).reshape(self.top.shape)

    def marginal(self, spend: Column) -> Column:
        """Value of one more micro a period, shape (draws, cells)."""
        return self.every(np.maximum(spend, 1.0)).marginal(np.tile(spend, len(self.top))).reshape(self.top.shape)

    def told(self) -> str:
        """In a sentence, what is not known."""
        unknown = np.flatnonzero(~self.identified).tolist()
        if not unknown:
            return "Every curve is identified."
        return f"Not identified, the prior kept and widened: cells {', '.join(map(str, unknown))}. Vary their spend in a test."


def fit(seen: Evidence, top: npt.ArrayLike, half: npt.ArrayLike, draws: int = 200, seed: int = 0) -> Posterior:
    """The posterior of every cell's curve; `top` and `half` (micros, > 0) are the response assumed beforehand.

    Same arguments, same draws. BudgetError where an assumption is not a positive amount.
    """
    cells = len(seen.spend)
    tops, halves = (np.broadcast_to(np.asarray(part, np.float64), (cells,)) for part in (top, half))
    for name, column in (("top", tops), ("half", halves)):
        if not np.isfinite(column).all() or (column <= 0).any():
            raise BudgetError(f"An assumed {name} of {float(np.min(column)):g} is no prior; give micros above 0.")
    rng = np.random.default_rng(seed)
    shaped = seen.levels() >= 2
    made = _posterior(seen, tops, halves, np.where(shaped, 1.0, WIDER), draws, rng)
    last = seen.spend[:, -1] if seen.spend.shape[1] else np.zeros(cells)
    level = np.maximum(last, 0.05 * halves)
    assumed = _log_marginals(_prior(tops, halves, draws, rng), level)
    identified = shaped & (_log_marginals(made, level) < NARROWED * assumed)
    if (shaped & ~identified).any():
        made = _posterior(seen, tops, halves, np.where(identified, 1.0, WIDER), draws, rng)
    return replace(made, identified=identified)


def _log_marginals(posterior: Posterior, level: Column) -> Column:
    return np.asarray(np.log(np.maximum(posterior.marginal(level), 1e-300)).std(axis=0))


def _prior(top: Column, half: Column, draws: int, rng: np.random.Generator) -> Posterior:
    """Draws without any evidence."""
    size = (draws, len(top))
    z = rng.standard_normal((3, *size)) * np.array(SPREAD)[:, None, None]
    scale = rng.choice(SCALES, (draws, 1))
    tops = np.abs(top * scale * (1 + rng.choice(APART, (draws, 1)) * rng.standard_normal(size)))
    none = np.zeros(len(top), bool)
    return Posterior(tops, half * np.exp(z[0]), np.exp(z[1]), expit(CENTRE_ADSTOCK + z[2]), np.zeros(size), none, 0.0)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Points of shape (cells, points) and the sums of the model that is linear in the top: `squares` of the shares of the
    top seen over the variance, `matched` the shares times the values. `scores` adds the two pooled axes (scale, apart)."""

    half: Column
    steep: Column
    adstock: Column
    carried: Column
    squares: Column
    matched: Column
    scores: Column


def _posterior(
    seen: Evidence, top: Column, half: Column, wide: Column, draws: int, rng: np.random.Generator
) -> Posterior:
    quasi = np.clip(qmc.Sobol(3, rng=rng).random(POINTS), 1e-6, 1 - 1e-6)
    z = np.repeat(ndtri(quasi)[None], len(top), axis=0)
    lead = np.zeros(z.shape[:2])
    weighed = _weighed(seen, z, lead, top, half, wide)
    for _ in range(ROUNDS):
        z, lead = _around(z, _weights(weighed.scores), quasi, rng)
        weighed = _weighed(seen, z, lead, top, half, wide)
    return _drawn(weighed, top, wide, draws, rng)


def _weighed(seen: Evidence, z: Column, lead: Column, top: Column, half: Column, wide: Column) -> _Weighed:
    """The evidence at these points; `lead` is the logarithm of prior over proposal there."""
    some = z * np.array(SPREAD) * wide[:, None, None]
    halves, steep, adstock = (
        half[:, None] * np.exp(some[..., 0]),
        np.exp(some[..., 1]),
        expit(CENTRE_ADSTOCK + some[..., 2]),
    )
    precise = np.where(np.isfinite(seen.error), seen.error, np.inf) ** -2.0
    carried, squares, matched = np.zeros_like(halves), np.zeros_like(halves), np.zeros_like(halves)
    for period in range(seen.spend.shape[1]):
        carried = seen.spend[:, period, None] + (0.0 if seen.starts[period] else adstock * carried)
        if precise[:, period].any():
            grown = (carried / halves) ** steep
            share = grown / (1 + grown)
            squares += share**2 * precise[:, period, None]
            matched += (
                share * (np.where(precise[:, period] > 0, seen.value[:, period], 0.0) * precise[:, period])[:, None]
            )
    mean, sd = (top[:, None] * SCALES)[:, None, :, None], (top * wide)[:, None, None, None] * (SCALES[:, None] * APART)
    sharper = squares[..., None, None] + sd**-2
    found = (matched[..., None, None] + mean / sd**2) / sharper
    scores = 0.5 * (found**2 * sharper - mean**2 / sd**2 - np.log(sharper * sd**2)) + lead[..., None, None]
    scores += log_ndtr(found * np.sqrt(sharper)) - log_ndtr(mean / sd)
    return _Weighed(halves, steep, adstock, carried * adstock, squares, matched, scores)


def _pooled(scores: Column) -> tuple[Column, Column]:
    """Log evidence of each cell per scale and spread, and the probability of each pair, flat."""
    flat = scores.reshape(*scores.shape[:2], -1)
    each = np.logaddexp.reduce(flat, axis=1)
    log_p = each.sum(axis=0)
    p = np.exp(log_p - log_p.max())
    return each, p / p.sum()


def _weights(scores: Column) -> Column:
    """The weight of each cell's points, all scales and spreads together; rows sum to 1."""
    each, p = _pooled(scores)
    flat = scores.reshape(*scores.shape[:2], -1)
    return np.asarray(np.exp(flat - each[:, None]) @ p)


def _around(z: Column, weight: Column, quasi: Column, rng: np.random.Generator) -> tuple[Column, Column]:
    """New points around the weighted old ones, a quarter of them from the prior, and log prior over proposal."""
    mean = np.einsum("cp,cpk->ck", weight, z)
    off = z - mean[:, None]
    spread = np.einsum("cp,cpk,cpl->ckl", weight, off, off) * 1.5 + 0.02 * np.eye(3)
    root = np.linalg.cholesky(spread)
    turned = ndtri((quasi + rng.random(3)) % 1.0 * (1 - 2e-9) + 1e-9)
    fresh = mean[:, None] + np.einsum("ckl,pl->cpk", root, turned)
    fresh[:, ::4] = turned[::4]
    back = np.einsum("ckl,cpl->cpk", np.linalg.inv(root), fresh - mean[:, None])
    near = -0.5 * (back**2).sum(axis=2) - np.log(np.einsum("ckk->ck", root)).sum(axis=1)[:, None]
    prior = -0.5 * (fresh**2).sum(axis=2)
    return fresh, prior - np.logaddexp(np.log(0.75) + near, np.log(0.25) + prior)


def _drawn(weighed: _Weighed, top: Column, wide: Column, draws: int, rng: np.random.Generator) -> Posterior:
    """Whole sets of curves: a scale and a spread for all cells, then each cell's point, then its top."""
    each, p = _pooled(weighed.scores)
    cells, flat = len(top), weighed.scores.reshape(*weighed.scores.shape[:2], -1)
    pair = np.searchsorted(np.cumsum(p), (rng.permutation(draws) + rng.random()) / draws, side="left").clip(
        0, len(p) - 1
    )
    point = np.empty((draws, cells), np.intp)
    for one in np.unique(pair):
        rows = np.flatnonzero(pair == one)
        rising = np.cumsum(np.exp(flat[..., one] - each[:, one, None]), axis=1)
        for cell in range(cells):
            level = (rng.permutation(len(rows)) + rng.random()) / len(rows) * rising[cell, -1]
            point[rows, cell] = np.searchsorted(rising[cell], level).clip(0, POINTS - 1)
    at = (np.arange(cells)[None], point)
    scale, apart = SCALES[pair // len(APART)][:, None], APART[pair % len(APART)][:, None]
    mean, sd = top * scale, top * wide * scale * apart
    sharper = weighed.squares[at] + sd**-2
    found, free = (weighed.matched[at] + mean / sd**2) / sharper, sharper**-0.5
    lowest = ndtr(-found / free)
    tops = found + free * ndtri(np.clip(lowest + rng.random(found.shape) * (1 - lowest), 1e-12, 1 - 1e-12))
    return Posterior(
        np.maximum(tops, 0.0), weighed.half[at], weighed.steep[at], weighed.adstock[at], weighed.carried[at],
        np.ones(cells, bool), float(apart.mean()),
    )  # fmt: skip
