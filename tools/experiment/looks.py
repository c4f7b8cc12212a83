"""Planned looks: O'Brien-Fleming boundaries by alpha spending, their power, and the interval at each look.

For a test whose number of people is planned: about a third fewer people on average at the power of one look. The
boundaries are exact for the information that each look really has (Lan and DeMets, 1983), by numerical integration of
the distribution of the statistic that has not crossed yet (Armitage, McPherson and Rowe, 1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from campaigns.experiment import Look
from tools.experiment.analysis import Analysis, estimator_of
from tools.experiment.arm import Arm
from tools.experiment.effect import cautious_se, compared
from tools.experiment.errors import ExperimentError

Column = npt.NDArray[np.float64]

_FAR = 8.0
"""A z-value that is never crossed: earlier looks spend less than double precision holds."""
_NEARLY = 1e-3
"""Looks with less new information than this share are one look: their statistics differ by 0.03 standard errors."""
_NODES = (160, 320, 640)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Under a drift: the chance (0-1) to cross first at each look, the power, and the mean information used (0-1)."""

    first: tuple[float, ...]
    power: float
    mean_information: float


def spent(time: npt.ArrayLike, alpha: float = 0.05) -> Column:
    """The error that O'Brien and Fleming's function has spent by a share (0-1] of the test (Lan and DeMets, 1983)."""
    return np.asarray(4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(np.asarray(time, float))))


def planned(looks: int, days: int, alpha: float = 0.05) -> tuple[Look, ...]:
    """So many looks at equal steps of a horizon of `days`, the last at its end, with what each may have spent.

    None for one look: that is the end, and needs no spending. ExperimentError for none, or more than there are days.
    """
    if looks > days:
        raise ExperimentError(f"A horizon of {days} days has no {looks} looks a day or more apart; plan fewer.")
    times = even(looks)
    if looks == 1:
        return ()
    return tuple(
        Look(day=ceil(days * place / looks), information=time, spent=alpha if time == 1 else float(spent(time, alpha)))
        for place, time in enumerate(times, 1)
    )


def usual(days: int) -> int:
    """Looks for a horizon of `days` where nobody says how many: one a fortnight, two to six (the authors' judgement)."""
    return min(max(days // 14, 2), 6)


def power_of(looks: int, once: float, alpha: float = 0.05) -> float:
    """The power of so many equal looks where one look at the end has the power `once` (0-1)."""
    if looks == 1 or once <= alpha:
        return once
    drift = _drift_of(min(once, 1 - 1e-12), alpha)
    return crossing(even(looks), boundaries(even(looks), alpha), drift).power


@lru_cache(maxsize=128)
def inflation(looks: int, power: float = 0.8, alpha: float = 0.05) -> float:
    """How many times the smallest effect of one look so many equal looks need for the same power; 1 or a little more."""
    return 1.0 if looks == 1 else drift_for(even(looks), power, alpha) / _drift_of(power, alpha)


def _drift_of(power: float, alpha: float) -> float:
    """The mean z-value that one look sees with this power."""
    bound = float(stats.norm.isf(alpha / 2))
    return float(
        optimize.brentq(lambda drift: stats.norm.sf(bound - drift) + stats.norm.cdf(-bound - drift) - power, 0.0, 20.0)
    )


@lru_cache(maxsize=128)
def boundaries(
    information: tuple[float, ...], alpha: float = 0.05, times: tuple[float, ...] | None = None
) -> tuple[float, ...]:
    """The z-value at each look beyond which the test stops, two-sided, with `alpha` spent in all by the last look.

    `information` holds each look's share of the planned information (people, if all vary alike), rising, the last at
    most 1; spending follows O'Brien and Fleming at the same shares, or at `times` where the plan fixed those and the
    information came as it came (Lan and DeMets, 1989): only its ratios count then. With looks before the end only,
    the rest of alpha is unspent. Looks nearer than 0.1 % of the information are one look at which the error of both is
    spent.
    ExperimentError when the shares do not rise within (0, 1] or alpha is not within (0, 1).
    """
    _checked(information, alpha)
    _checked(information if times is None else times, alpha)
    if times is not None and len(times) != len(information):
        raise ExperimentError(f"{len(times)} times of looks do not belong to {len(information)} looks; give one each.")
    spend = np.diff(spent(information if times is None else times, alpha), prepend=0.0)
    walk, bounds = _Walk(0.0), []
    for time, part in zip(information, spend, strict=True):
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


def at_planned_look(
    treated: Arm,
    control: Arm,
    information: tuple[float, ...],
    alpha: float = 0.05,
    times: tuple[float, ...] | None = None,
) -> Analysis:
    """The effect (CUPED as in `effect.compared`) with its repeated confidence interval (Jennison and Turnbull, 1984).

    `information` holds the shares of all looks made so far, this one last, and `times` (see `boundaries`) when they
    were planned, if those differ; the intervals of all looks hold the truth
    together with probability 1 - alpha. The p-value is the smallest alpha at which the interval excludes 0.
    """
    bound = boundaries(information, alpha, times)[-1]
    share = (times or information)[-1]
    effect, se = compared(treated, control, alpha), cautious_se(treated, control)
    return Analysis(
        estimate=effect.estimate,
        low=effect.estimate - bound * se,
        high=effect.estimate + bound * se,
        level=1 - alpha,
        p=_repeated_p(information, abs(effect.estimate) / se if effect.varied else 0.0, times),
        n_treated=effect.n_t,
        n_control=effect.n_c,
        varied=effect.varied,
        estimator=estimator_of(effect),
        method=f"O'Brien-Fleming spending, look {len(information)} at {share:.0%} of the {'plan' if times else 'information'}, z {bound:.3f}",
        valid="planned looks",
    )


def _repeated_p(information: tuple[float, ...], z: float, times: tuple[float, ...] | None) -> float:
    if z == 0 or boundaries(information, 0.999, times)[-1] >= z:
        return 1.0
    if boundaries(information, 1e-9, times)[-1] <= z:
        return 1e-9
    return float(
        optimize.brentq(lambda alpha: boundaries(information, alpha, times)[-1] - z, 1e-9, 0.999, xtol=1e-9, rtol=1e-6)
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
    """The score process S(t) = z(t) * sqrt(t) among the tests that have not crossed, as density at quadrature nodes.

    The last look is kept apart until the next one is far enough from it for a quadrature between them: looks whose
    information differs by less than `_NEARLY` are one look, whose error is that of all of them.
    """

    def __init__(self, drift: float) -> None:
        self.drift = drift
        self.time = 0.0
        self.nodes = np.zeros(1)
        self.mass = np.ones(1)
        self.look: tuple[float, float] | None = None

    def outside(self, time: float, bound: float) -> float:
        """The chance to be beyond the bound at this time, of having stayed inside until the look before."""
        sd, edge, mean = np.sqrt(time - self.time), bound * np.sqrt(time), self.nodes + self.drift * (time - self.time)
        return float(self.mass @ (stats.norm.sf((edge - mean) / sd) + stats.norm.cdf((-edge - mean) / sd)))

    def bound(self, time: float, spend: float) -> float:
        """The z-value beyond which just `spend` lies, and what looks that are one with this have spent."""
        self._settle(time)
        if self.look is not None:
            spend += self.outside(*self.look)
        if self.outside(time, _FAR) >= spend:
            return _FAR
        return float(optimize.brentq(lambda bound: self.outside(time, bound) - spend, 0.0, _FAR, xtol=1e-10))

    def step(self, time: float, bound: float) -> float:
        """Moves on to this time; returns the chance to be inside the bounds still."""
        self._settle(time)
        self.look = (time, bound if self.look is None else min(bound, self.look[1]))
        return float(self.mass.sum()) - self.outside(*self.look)

    def _settle(self, later: float) -> None:
        """Makes the last look the density's, where `later` is another look."""
        if self.look is None or later - self.look[0] < _NEARLY * later:
            return
        (time, bound), self.look = self.look, None
        if bound >= _FAR and self.drift == 0:
            return  # nobody crosses, so that there is nothing to cut off
        sd, edge = np.sqrt(time - self.time), bound * np.sqrt(time)
        points, weights = _quadrature(edge / min(sd, np.sqrt(later - time)))
        mean = self.nodes + self.drift * (time - self.time)
        nodes = edge * points
        density = stats.norm.pdf((nodes[:, None] - mean[None, :]) / sd) @ self.mass / sd
        self.nodes, self.mass, self.time = nodes, edge * weights * density, time


def _quadrature(steps: float) -> tuple[Column, Column]:
    """Gauss and Legendre's points and weights, closer than half the step where the edge is so many steps away."""
    wanted = 2 * np.pi * steps
    return _points(next((nodes for nodes in _NODES if nodes >= wanted), _NODES[-1]))


@lru_cache(maxsize=len(_NODES))
def _points(nodes: int) -> tuple[Column, Column]:
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return np.asarray(points), np.asarray(weights)
