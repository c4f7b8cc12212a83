"""Ratio metrics (revenue per order, clicks per message) whose denominator varies too: effect and power by the delta method.

The ratio of an arm is the sum of one column over the sum of another; people, who were randomised, are the unit (Deng,
Knoblich and Lu, 2018). `Arm.of(numerator, denominator)` holds all that is needed.
"""

from __future__ import annotations

from math import sqrt

from scipy import stats

from tools.experiment.arm import Arm
from tools.experiment.effect import Effect
from tools.experiment.errors import ExperimentError
from tools.experiment.power import mde_means, power_means


def ratio_of(arm: Arm) -> float:
    """The arm's ratio. ExperimentError when its denominators do not sum to more than 0."""
    if not arm.n or arm.x <= 0:
        raise ExperimentError(
            f"{arm.n} people with a mean denominator of {arm.x:g} have no ratio; measure one that is above 0."
        )
    return arm.y / arm.x


def spread_of(arm: Arm) -> float:
    """Standard deviation that one person adds to the arm's ratio: its standard error times the root of the people."""
    if arm.n < 2:
        raise ExperimentError(f"An arm of {arm.n} people shows no spread; an interval needs two or more.")
    return sqrt(arm.residual(ratio_of(arm)) / (arm.n - 1)) / arm.x


def ratio_difference(treated: Arm, control: Arm, alpha: float = 0.05) -> Effect:
    """The difference of two ratios, treated minus control, with its interval (delta method, Satterthwaite degrees)."""
    if not 0 < alpha < 1:
        raise ExperimentError(f"An alpha of {alpha} is not between 0 and 1; use 0.05 for a 95 % interval.")
    v_t, v_c = (spread_of(arm) ** 2 / arm.n for arm in (treated, control))
    estimate, half = ratio_of(treated) - ratio_of(control), 0.0
    if v_t + v_c > 0:
        freedom = (v_t + v_c) ** 2 / (v_t**2 / (treated.n - 1) + v_c**2 / (control.n - 1))
        half = float(stats.t.ppf(1 - alpha / 2, freedom)) * sqrt(v_t + v_c)
    return Effect(estimate, estimate - half, estimate + half, sqrt(v_t + v_c), treated.n, control.n, 0.0)


def power_ratio(before: Arm, effect: float, n_treated: float, n_control: float, alpha: float = 0.05) -> float:
    """Probability (0-1) to see a change of the ratio by `effect` among people like those `before`."""
    sd = spread_of(before)
    return power_means(effect, sd, sd, n_treated, n_control, alpha)


def mde_ratio(before: Arm, n_treated: float, n_control: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest change of the ratio that is seen with this power among people like those `before`."""
    sd = spread_of(before)
    return mde_means(sd, sd, n_treated, n_control, power, alpha)
