"""What may be shown while a campaign runs: the effect so far, with an interval that holds at every look.

Everybody is assigned before the first message, so that the number of people never grows; what grows is what they did.
The time of the confidence sequence is therefore the number of conversions in both arms, to which the variance of their
difference is proportional, and not the number of people: that one stands still, and a bound that stands still too is
no bound over ever earlier looks.
"""

from __future__ import annotations

from tools.experiment.analysis import Analysis
from tools.experiment.arm import Arm
from tools.experiment.errors import ExperimentError
from tools.experiment.sequential import at_any_look

FEWEST_CONVERSIONS = 50
"""Conversions in both arms under which there is no look: the sequence is an asymptotic one."""


def so_far(treated: Arm, control: Arm, conversions: int, expected: float, alpha: float = 0.05) -> Analysis:
    """The effect so far (CUPED as in `tools.experiment.effect.compared`), its interval valid at any look.

    `conversions` of both arms until now are the time of the sequence, `expected` is how many there will be at the end as
    foreseen before the start, where it is narrowest. ExperimentError, in words for a page, when an arm has fewer than
    `tools.experiment.sequential.FEWEST` people or both together fewer than `FEWEST_CONVERSIONS` conversions: the sequence begins there.
    """
    if conversions < FEWEST_CONVERSIONS:
        raise ExperimentError(
            f"A look at {conversions} conversions is too early; look from {FEWEST_CONVERSIONS} in both arms together."
        )
    narrowest = max(expected, float(FEWEST_CONVERSIONS))
    return at_any_look(treated, control, alpha, narrowest, conversions, "conversions")
