"""The points of a what-if: which factors are asked for, and that there are few enough of them to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import product
from math import isfinite

from simulator.errors import BadWhatIf

MOST_POINTS = 60
AXES = ("budget", "audience", "cadence", "depth")
MOST_A_WEEK = 21
LARGEST = 100.0
"""A factor beyond this is a slip of the keyboard."""


@dataclass(frozen=True, slots=True, order=True)
class Factors:
    """One point: factors on the plan's money, people and offers' face values, and messages a week.

    `budget` multiplies the most that the plan may spend (the sum of its ceilings), `audience` (at most 1) the number
    of people, the best first. At 1, 1, the plan's own cadence and 1 it is the plan itself.
    """

    budget: float
    audience: float
    cadence: int
    depth: float

    def on(self, axis: str) -> float:
        """The value on one of `AXES`."""
        return float(getattr(self, axis))

    def beside(self, other: Factors) -> tuple[str, ...]:
        """The axes on which two points differ."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name))


def present(slots: int) -> Factors:
    """The plan as it is, with so many send slots a week."""
    return Factors(1.0, 1.0, slots, 1.0)


def points(
    here: Factors,
    budget: Sequence[float] = (),
    audience: Sequence[float] = (),
    cadence: Sequence[int] = (),
    depth: Sequence[float] = (),
) -> tuple[Factors, ...]:
    """Every combination of what is asked for, and the plan itself; an axis without values stays as it is.

    BadWhatIf for a factor that is not above zero, an audience larger than the plan's, or more than 60 points.
    """
    for axis, values in (("budget", budget), ("audience", audience), ("depth", depth)):
        for value in values:
            if not isfinite(value) or not 0 < value <= LARGEST:
                raise BadWhatIf(
                    f"A {axis} factor of {value:g} cannot be tried; give factors above 0 and up to {LARGEST:g}, like 0.5."
                )
    for value in audience:
        if value > 1:
            raise BadWhatIf(
                f"An audience factor of {value:g} needs people whom the plan does not know; give at most 1, or plan a wider goal."
            )
    for count in cadence:
        if not 1 <= count <= MOST_A_WEEK:
            raise BadWhatIf(
                f"A cadence of {count} messages a week cannot be tried; give whole numbers from 1 to {MOST_A_WEEK}."
            )
    asked = {
        Factors(*combined)
        for combined in product(budget or (1.0,), audience or (1.0,), cadence or (here.cadence,), depth or (1.0,))
    }
    found = sorted(asked | {here})
    if len(found) > MOST_POINTS:
        raise BadWhatIf(
            f"These values make {len(found)} points, and at most {MOST_POINTS} are rehearsed; sweep fewer axes or values at a time."
        )
    return tuple(found)
