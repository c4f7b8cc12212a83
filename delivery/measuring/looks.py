"""What may be shown while a campaign runs: the effect so far, at every look or at the looks that its plan names.

Everybody is assigned before the first message, so that the number of people never grows; what grows is what they did.
The time of the confidence sequence is therefore the number of conversions in both arms, to which the variance of their
difference is proportional, and not the number of people: that one stands still, and a bound that stands still too is
no bound over ever earlier looks.

Where a plan names its looks, the data are those of the last look that can be read, whenever somebody asks, and the error
is spent as the plan says. Purchases are known some time after they happened: a look is read when those before it have been
reported, so that nobody reads it twice with different data. Conversions between looks are their information: what people differ in for good makes looks more
alike than that, so that the bounds are a little too wide and never too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from campaigns.contact import IntArray
from campaigns.plan import Plan
from delivery.horizon import horizon_end
from tools.experiment.analysis import Analysis
from tools.experiment.arm import Arm
from tools.experiment.errors import ExperimentError
from tools.experiment.looks import at_planned_look
from tools.experiment.sequential import at_any_look

FEWEST_CONVERSIONS = 50
"""Conversions in both arms under which there is no look before the end: sequence and bounds are asymptotic ones."""
REPORTED = timedelta(days=2)
"""After this time a purchase counts as reported. In 95 of 100 worlds that the twin's priors hold possible (`report_hours`)
that is true of purchases after a click on an ad, in 999 of 1,000 of all others."""


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


@dataclass(frozen=True, slots=True)
class Reached:
    """The planned looks that are over and reported, at least one: the instant of the last, which of how many it is, and for
    each that counts its planned time (0-1) and the conversions of both arms by then; none while there are too few."""

    at: datetime
    place: int
    of: int
    times: tuple[float, ...]
    conversions: tuple[int, ...]

    def analysis(self, treated: Arm, control: Arm, alpha: float) -> Analysis:
        """The effect at the last look with its repeated interval. ExperimentError, in words for a page, when it is too early."""
        if not self.conversions:
            raise ExperimentError(
                f"The planned look {self.place} of {self.of} on {self.at:%Y-%m-%d} found under {FEWEST_CONVERSIONS} "
                "conversions in both arms together; the next one may tell."
            )
        return at_planned_look(treated, control, self.information, alpha, self.times)

    @property
    def information(self) -> tuple[float, ...]:
        """Each look's share (0-1] of the conversions that the last has; none while there are too few."""
        before = self.conversions[:-1]
        return (*(count / self.conversions[-1] for count in before), 1.0) if self.conversions else ()


def reached(plan: Plan, until: datetime, at: IntArray, closed: bool) -> Reached | datetime | None:
    """The planned looks that can be read at `until`, of conversions of both arms at these epoch seconds.

    A look can be read `REPORTED` after its instant, or at the next one's where that is sooner; the last, which is the
    end, at once. Before the first can be read: the instant from which it can; None when the plan names no looks. A look
    at fewer than `FEWEST_CONVERSIONS`, or one that adds none to the look before, is passed over, and the next one has
    its error to spend; at the end there is no next one, so that it is read whatever its number, like a plan without
    looks. Books `closed` before their horizon have spent what O'Brien and Fleming allow by then and no more.
    """
    looks = plan.experiment.looks
    if not looks:
        return None
    begins = horizon_end(plan) - timedelta(days=plan.experiment.horizon_days)
    dates = [(begins + timedelta(days=look.day), look.information) for look in looks]
    end = dates[-1][0]
    readable = [min(date[0] + REPORTED, later[0]) for date, later in pairwise((*dates, dates[-1]))]
    over = [date for date, known in zip(dates, readable, strict=True) if known <= until]
    if closed and until < end:
        elapsed = (until - begins) / (end - begins)
        over = [*(date for date in over if date[1] < elapsed), (until, max(elapsed, 1e-3))]
    if not over:
        return readable[0]
    last = over[-1][0] if closed else end
    times: list[float] = []
    counts: list[int] = []
    for instant, time in over:
        count = int(np.count_nonzero(at < int(instant.timestamp())))
        if counts and count == counts[-1]:
            times[-1] = time
        elif count >= FEWEST_CONVERSIONS or instant == last:
            times.append(time)
            counts.append(count)
    return Reached(over[-1][0], len(over), len(looks), tuple(times), tuple(counts))
