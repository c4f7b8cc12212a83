"""How likely a comparison is to see an effect, which effect it can see, and how many people that takes.

Two proportions by the normal approximation (Fleiss, Levin and Paik, 2003), two means by the non-central t with
Satterthwaite degrees of freedom. Every test is two-sided at `alpha`; power counts
rejections in either direction, so it is `alpha` where there is no effect.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize, stats

from tools.experiment.errors import ExperimentError

LARGEST_N = 10**12
"""People beyond which a question counts as unanswerable."""
_FAR = 12.0
"""Standard errors above the critical value from which on power is 1 to double precision, and `nct` returns NaN."""
_ONE_SIDED = 6.0
"""Standard errors from which on a significant difference in the wrong direction has a chance under 1e-15; `nct` loses it."""


def power_proportions(
    control: float, treated: float, n_treated: float, n_control: float, alpha: float = 0.05, pooled: bool = False
) -> float:
    """Probability (0-1) of a significant difference between two shares of converted people.

    `pooled` is for a test that estimates one variance under the null (Fleiss et al.); the default is the power of
    the Welch comparison that `effect.difference` makes. With arms of one size they hardly differ.
    """
    if n_treated < 1 or n_control < 1:
        return alpha
    real = np.sqrt(treated * (1 - treated) / n_treated + control * (1 - control) / n_control)
    null = real
    if pooled:
        both = (n_treated * treated + n_control * control) / (n_treated + n_control)
        null = np.sqrt(both * (1 - both) * (1 / n_treated + 1 / n_control))
    if real == 0:
        return 1.0 if treated != control else alpha
    z = stats.norm.isf(alpha / 2)
    shift = treated - control
    return float(stats.norm.cdf((shift - z * null) / real) + stats.norm.cdf((-shift - z * null) / real))


def power_means(
    effect: float, sd_treated: float, sd_control: float, n_treated: float, n_control: float, alpha: float = 0.05
) -> float:
    """Probability (0-1) of a significant difference between two means; standard deviations in the effect's unit."""
    if n_treated < 2 or n_control < 2:
        return alpha
    v_t, v_c = sd_treated**2 / n_treated, sd_control**2 / n_control
    if v_t + v_c == 0:
        return 1.0 if effect else alpha
    freedom = (v_t + v_c) ** 2 / (v_t**2 / (n_treated - 1) + v_c**2 / (n_control - 1))
    shift = abs(effect) / float(np.sqrt(v_t + v_c))
    critical = float(stats.t.isf(alpha / 2, freedom))
    if shift > critical + _FAR:
        return 1.0
    wrong = stats.nct.cdf(-critical, freedom, shift) if shift < _ONE_SIDED else 0.0
    return float(stats.nct.sf(critical, freedom, shift) + wrong)


def mde_proportions(
    control: float, n_treated: float, n_control: float, power: float = 0.8, alpha: float = 0.05
) -> float | None:
    """The smallest rise of the share that is seen with this power; None when even a rise to 1 is not."""
    _wanted(power, alpha)

    def seen(lift: float) -> float:
        return power_proportions(control, control + lift, n_treated, n_control, alpha) - power

    largest = 1 - control
    if largest <= 0 or seen(largest) < 0:
        return None
    return float(optimize.brentq(seen, 0.0, largest, xtol=1e-12))


def mde_means(
    sd_treated: float, sd_control: float, n_treated: float, n_control: float, power: float = 0.8, alpha: float = 0.05
) -> float:
    """The smallest difference of means that is seen with this power; ExperimentError for arms under two people."""
    _wanted(power, alpha)
    if n_treated < 2 or n_control < 2:
        raise ExperimentError(f"Arms of {n_treated} and {n_control} people allow no comparison; give two or more each.")
    unit = float(np.sqrt(sd_treated**2 / n_treated + sd_control**2 / n_control))
    if unit == 0:
        return 0.0

    def seen(shift: float) -> float:
        return power_means(shift * unit, sd_treated, sd_control, n_treated, n_control, alpha) - power

    enough = 1.0
    while seen(enough) < 0:
        enough *= 2
    return unit * float(optimize.brentq(seen, 0.0, enough))


def people_needed(power_of: Callable[[float], float], power: float = 0.8) -> int | None:
    """The smallest number of people for which `power_of(people)` reaches `power`; None when none up to 1e12 does.

    `power_of` must rise with the number of people and knows how these are split between the arms.
    """
    low, high = 2, 4
    while power_of(high) < power:
        low, high = high, high * 2
        if high > LARGEST_N:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    return high


def _wanted(power: float, alpha: float) -> None:
    if not alpha < power < 1:
        raise ExperimentError(f"A power of {power} cannot be asked for at alpha {alpha}; give one between them and 1.")
