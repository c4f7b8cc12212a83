"""Planned looks: O'Brien-Fleming boundaries by alpha spending, their power, and the interval at each look.

For a test whose number of people is planned: about a third fewer people on average at the power of one look. The
boundaries are exact for the information that each look really has (Lan and DeMets, 1983), by numerical integration of
the distribution of the statistic that has not crossed yet (Armitage, McPherson and Rowe, 1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from tools.experiment.analysis import Analysis, estimator_of
from tools.experiment.arm import Arm
from tools.experiment.effect import cautious_se, compared
from tools.experiment.errors import ExperimentError

Column = npt.NDArray[np.float64]

_FAR = 8.0
"""A z-value that is never crossed: earlier looks spend less than double precision holds."""
_NODES = 160
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(_NODES)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Under a drift: the chance (0-1) to cross first at each look, the power, and the mean information used (0-1)."""

    first: tuple[float, ...]
    power: float
    mean_information: float


@lru_cache(maxsize=128)
def boundaries(information: tuple[float, ...], alpha: float = 0.05) -> tuple[float, ...]:
    """The z-value at each look beyond which the test stops, two-sided, with `alpha` spent in all by the last look.

    `information` holds each look's share of the planned information (people, if all vary alike), rising, the last at
    most 1; spending follows O'Brien and Fleming. With looks before the end only, the rest of alpha is unspent.
    ExperimentError when the shares do not rise within (0, 1] or alpha is not within (0, 1).
    """
    _checked(information, alpha)
    times = np.array(information)
    spend = np.diff(4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(times)), prepend=0.0)
    walk, bounds = _Walk(0.0), []
    for time, part in zip(times, spend, strict=True):
        bounds.append(walk.bound(float(time), float(part)))
        walk.step(float(time), bounds[-1])
    return tuple(bounds)


def crossing(information: Sequence[float], bounds: Sequence[float], drift: float) -> Crossing:
    """What the looks do when the z-value at full information has the mean `drift` (0 gives the false positives)."""
    walk, first, left = _Walk(drift), [], 1.0
    for time, bound in zip(information, bounds, strict=True):
        stays = walk.step(time, bound)
        first.append(max(left - stays, 0.0))
        left = stays
    used = sum(chance * time for chance, time in zip(first, information, strict=True)) + left * information[-1]
    return Crossing(tuple(first), 1 - left, float(used))


def drift_for(information: tuple[float, ...], power: float = 0.8, alpha: float = 0.05) -> float:
    """The mean z-value at full information that these looks see with this power.

    Squared, and divided by the same for one look, it is what the looks cost in people (a few percent).
    """
    if not alpha < power < 1:
        raise ExperimentError(f"A power of {power} cannot be asked for at alpha {alpha}; give one between them and 1.")
    bounds = boundaries(information, alpha)
    return float(optimize.brentq(lambda drift: crossing(information, bounds, drift).power - power, 0.0, 20.0))


def even(looks: int) -> tuple[float, ...]:
    """So many looks after equal amounts of information. ExperimentError for none."""
    if looks < 1:
        raise ExperimentError(f"A plan of {looks} looks reads nothing; plan one or more.")
    return tuple((look + 1) / looks for look in range(looks))


def at_planned_look(treated: Arm, control: Arm, information: tuple[float, ...], alpha: float = 0.05) -> Analysis:
    """The effect (CUPED as in `effect.compared`) with its repeated confidence interval (Jennison and Turnbull, 1984).

    `information` holds the shares of all looks made so far, this one last; the intervals of all looks hold the truth
    together with probability 1 - alpha. The p-value is the smallest alpha at which the interval excludes 0.
    """
    bound = boundaries(information, alpha)[-1]
    effect, se = compared(treated, control, alpha), cautious_se(treated, control)
    return Analysis(
        estimate=effect.estimate,
        low=effect.estimate - bound * se,
        high=effect.estimate + bound * se,
        level=1 - alpha,
        p=_repeated_p(information, abs(effect.estimate) / se if effect.varied else 0.0),
        n_treated=effect.n_t,
        n_control=effect.n_c,
        varied=effect.varied,
        estimator=estimator_of(effect),
        method=f"O'Brien-Fleming spending, look {len(information)} at {information[-1]:.0%} of the information, z {bound:.3f}",
        valid="planned looks",
    )


def _repeated_p(information: tuple[float, ...], z: float) -> float:
    if z == 0 or boundaries(information, 0.999)[-1] >= z:
        return 1.0
    if boundaries(information, 1e-9)[-1] <= z:
        return 1e-9
    return float(
        optimize.brentq(lambda alpha: boundaries(information, alpha)[-1] - z, 1e-9, 0.999, xtol=1e-9, rtol=1e-6)
    )


def _checked(information: tuple[float, ...], alpha: float) -> None:
    if not 0 < alpha < 1:
        raise ExperimentError(f"An alpha of {alpha} is not between 0 and 1; use 0.05.")
    steps = np.diff(np.array(information, float), prepend=0.0)
    if not len(steps) or not (steps > 0).all() or information[-1] > 1 + 1e-12:
        raise ExperimentError(
            f"Looks at {list(information)} do not rise within (0, 1]; give each look's share of the planned people."
        )


class _Walk:
    """The score process S(t) = z(t) * sqrt(t) among the tests that have not crossed, as density at quadrature nodes."""

    def __init__(self, drift: float) -> None:
        self.drift = drift
        self.time = 0.0
        self.nodes = np.zeros(1)
        self.mass = np.ones(1)

    def outside(self, time: float, bound: float) -> float:
        """The chance to be beyond the bound at this time, of having stayed inside until now."""
        sd, edge, mean = np.sqrt(time - self.time), bound * np.sqrt(time), self.nodes + self.drift * (time - self.time)
        return float(self.mass @ (stats.norm.sf((edge - mean) / sd) + stats.norm.cdf((-edge - mean) / sd)))

    def bound(self, time: float, spend: float) -> float:
        """The z-value beyond which just `spend` lies."""
        if self.outside(time, _FAR) >= spend:
            return _FAR
        return float(optimize.brentq(lambda bound: self.outside(time, bound) - spend, 0.0, _FAR, xtol=1e-10))

    def step(self, time: float, bound: float) -> float:
        """Moves on to this time; returns the chance to be inside the bounds still."""
        sd, edge = np.sqrt(time - self.time), bound * np.sqrt(time)
        mean = self.nodes + self.drift * (time - self.time)
        nodes = edge * _POINTS
        density = stats.norm.pdf((nodes[:, None] - mean[None, :]) / sd) @ self.mass / sd
        self.nodes, self.mass, self.time = nodes, edge * _WEIGHTS * density, time
        return float(self.mass.sum())
